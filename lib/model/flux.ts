import { z } from 'zod';
import type { Consumer, Design, Source } from './connection.ts';
import type { KubernetesObject } from './kubernetes.ts';
import { sameRepository } from './repository-url.ts';

/** Facts about Flux' objects that refer to Azure DevOps. Source: the CRDs of source-, image-automation- and notification-controller. */
export const fluxKind = 'flux';

/** Newest API version first; an older Flux serves an older one. */
export const fluxObjects = {
  GitRepository: ['source.toolkit.fluxcd.io/v1', 'source.toolkit.fluxcd.io/v1beta2'],
  ImageUpdateAutomation: [
    'image.toolkit.fluxcd.io/v1',
    'image.toolkit.fluxcd.io/v1beta2',
    'image.toolkit.fluxcd.io/v1beta1',
  ],
  Provider: [
    'notification.toolkit.fluxcd.io/v1beta3',
    'notification.toolkit.fluxcd.io/v1beta2',
    'notification.toolkit.fluxcd.io/v1beta1',
  ],
} as const;
export type FluxObjectKind = keyof typeof fluxObjects;

export const fluxRoles = {
  source: 'source-controller',
  automation: 'image-automation-controller',
  notification: 'notification-controller',
} as const;

const reference = z.object({ name: z.string() });
export const gitRepositorySchema = z.object({
  url: z.string(),
  provider: z.string().optional(),
  secretRef: reference.optional(),
  serviceAccountName: z.string().optional(),
});
export const automationSchema = z.object({
  sourceRef: z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() }),
});
export const commitStatusSchema = z.object({
  type: z.literal('azuredevops'),
  address: z.string(),
  secretRef: reference.optional(),
  serviceAccountName: z.string().optional(),
});

/** `Kustomization flux-system/flux-system`, when Flux applies this object from Git. */
export function kustomizationOf(labels: Readonly<Record<string, string>> | undefined): string | undefined {
  const name = labels?.['kustomize.toolkit.fluxcd.io/name'];
  return name && `Kustomization ${labels?.['kustomize.toolkit.fluxcd.io/namespace'] ?? ''}/${name}`;
}

export interface FluxTarget {
  readonly kind: FluxObjectKind;
  readonly namespace: string;
  readonly name: string;
  readonly url: string;
  readonly consumer: Consumer;
}

/** Objects of one kind whose address is one of the design's repositories. Any other is never touched. */
export function fluxTargets(design: Pick<Design, 'consumers' | 'devops'>, kind: FluxObjectKind): readonly FluxTarget[] {
  return design.consumers
    .filter((consumer) => consumer.kind === fluxKind)
    .flatMap((consumer) =>
      consumer.sources
        .filter((source) => source.type === kind && designed(source, design))
        .map(({ name, namespace = consumer.namespace, url }) => ({ kind, namespace, name, url, consumer })),
    );
}

function designed({ url }: Pick<Source, 'url'>, { devops }: Pick<Design, 'devops'>): boolean {
  return devops.repositories.some((repository) => sameRepository(repository.url, url));
}

export interface FluxCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}
const statusSchema = z.object({
  conditions: z
    .array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string().default(''),
        message: z.string().default(''),
        lastTransitionTime: z.string().optional(),
      }),
    )
    .default([]),
  observedGeneration: z.number().optional(),
});

/** What Flux says of an object: its `Ready` condition, where the reason for a refusal stands too. */
export function readyOf({ status }: Pick<KubernetesObject, 'status'>): FluxCondition | undefined {
  const parsed = statusSchema.safeParse(status ?? {});
  return parsed.success ? parsed.data.conditions.find(({ type }) => type === 'Ready') : undefined;
}
