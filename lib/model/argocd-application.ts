import { z } from 'zod';
import type { KubernetesObject } from './kubernetes.ts';
import { sameRepository } from './repository-url.ts';

export const applicationKind = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' };

/** Makes Argo CD compare an application at once; Argo CD takes it off again. Source: argo-cd docs, "Annotations and Labels". */
export const refreshAnnotation = 'argocd.argoproj.io/refresh';

const source = z.object({ repoURL: z.string() });
const applicationSchema = z.object({
  spec: z.object({ source: source.optional(), sources: z.array(source).optional() }),
  status: z
    .object({
      sync: z.object({ status: z.string() }).partial().optional(),
      health: z.object({ status: z.string() }).partial().optional(),
      reconciledAt: z.string().optional(),
      conditions: z
        .array(
          z.object({ type: z.string(), message: z.string().default(''), lastTransitionTime: z.string().optional() }),
        )
        .optional(),
    })
    .optional(),
});

/** What is read of an Application: where it comes from, and what Argo CD says of it. */
export type ArgocdApplication = z.infer<typeof applicationSchema> & Pick<KubernetesObject, 'metadata'>;

/** Those that come from one of the repositories. */
export function applicationsOf(
  objects: readonly KubernetesObject[],
  repositories: readonly { readonly url: string }[],
): readonly ArgocdApplication[] {
  return objects.flatMap((object) => {
    const parsed = applicationSchema.safeParse(object);
    if (!parsed.success) return [];
    const urls = [parsed.data.spec.source, ...(parsed.data.spec.sources ?? [])].flatMap((each) =>
      each ? [each.repoURL] : [],
    );
    const ours = urls.some((url) => repositories.some((repository) => sameRepository(repository.url, url)));
    return ours ? [{ ...parsed.data, metadata: object.metadata }] : [];
  });
}

/** The condition in which Argo CD says that it failed. */
export function errorOf({
  status,
}: Pick<ArgocdApplication, 'status'>): { readonly message: string; readonly lastTransitionTime?: string } | undefined {
  return status?.conditions?.find(({ type }) => /Error$/.test(type));
}
