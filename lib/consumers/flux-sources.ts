import type { SignInMethod, Source } from '../model/connection.ts';
import {
  automationSchema,
  commitStatusSchema,
  type FluxObjectKind,
  fluxObjects,
  gitRepositorySchema,
  kustomizationOf,
} from '../model/flux.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Problem } from '../model/problem.ts';
import { repositoryPath } from '../model/repository-url.ts';
import type { Kubernetes } from '../ports.ts';
import { visible } from './visible.ts';

export interface FluxSources {
  readonly sources: readonly Source[];
  /** Names of GitRepositories that sign in as a service account of their own. */
  readonly objectLevel: readonly string[];
  /** What applies some of these objects from Git. */
  readonly keptBy: readonly string[];
  readonly notVisible: readonly Problem[];
}

/** Everything of Flux that holds an address of Azure DevOps; in all namespaces, else in Flux' own. */
export async function readFluxSources(
  kubernetes: Kubernetes,
  namespace: string,
  signal: AbortSignal,
): Promise<FluxSources> {
  const [repositories, automations, providers] = await Promise.all([
    listNewest(kubernetes, 'GitRepository', namespace, signal),
    listNewest(kubernetes, 'ImageUpdateAutomation', namespace, signal),
    listNewest(kubernetes, 'Provider', namespace, signal),
  ]);
  const git = repositories.items.flatMap(gitSource);
  const sources = [
    ...git,
    ...automations.items.flatMap((object) => automationSource(object, git)),
    ...providers.items.flatMap(providerSource),
  ];
  const ours = [...repositories.items, ...providers.items].filter(({ kind, metadata }) =>
    sources.some(
      (source) => source.type === kind && source.name === metadata.name && source.namespace === metadata.namespace,
    ),
  );
  return {
    sources,
    objectLevel: repositories.items
      .filter(({ spec }) => gitRepositorySchema.safeParse(spec).data?.serviceAccountName)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    keptBy: [...new Set(ours.flatMap(({ metadata }) => kustomizationOf(metadata.labels) ?? []))],
    notVisible: [repositories, automations, providers].flatMap(({ problem }) => (problem ? [problem] : [])),
  };
}

async function listNewest(
  kubernetes: Kubernetes,
  kind: FluxObjectKind,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly items: readonly KubernetesObject[]; readonly problem?: Problem }> {
  for (const apiVersion of fluxObjects[kind]) {
    const everywhere = await visible(kubernetes.list({ apiVersion, kind }, {}, signal));
    if (everywhere.value) return { items: everywhere.value };
    // Neither a value nor a refusal: this version of the API is not served.
    if (!everywhere.problem) continue;
    const own = await visible(kubernetes.list({ apiVersion, kind }, { namespace }, signal));
    return { items: own.value ?? [], problem: own.problem ?? everywhere.problem };
  }
  return { items: [] };
}

function gitSource({ kind, metadata, spec }: KubernetesObject): readonly Source[] {
  const { data } = gitRepositorySchema.safeParse(spec);
  if (!data || repositoryPath(data.url) === undefined) return [];
  return [{ type: kind, ...placeOf(metadata), url: data.url, signIn: gitSignIn(data) }];
}

/** With `provider: azure` the secret is read, and what it holds is then overwritten. Source: source-controller, getAuthOpts. */
function gitSignIn({ provider = 'generic', secretRef }: { provider?: string; secretRef?: unknown }): SignInMethod {
  if (provider === 'azure') return 'workload-identity';
  if (provider !== 'generic') return 'other';
  return secretRef ? 'pat' : 'none';
}

/** An automation pushes with the credential of the GitRepository that it names. */
function automationSource({ kind, metadata, spec }: KubernetesObject, git: readonly Source[]): readonly Source[] {
  const { data } = automationSchema.safeParse(spec);
  if (data?.sourceRef.kind !== 'GitRepository') return [];
  const place = data.sourceRef.namespace ?? metadata.namespace;
  const source = git.find(({ name, namespace }) => name === data.sourceRef.name && namespace === place);
  if (!source) return [];
  return [{ type: kind, ...placeOf(metadata), url: source.url, signIn: source.signIn, access: 'contribute' }];
}

function providerSource({ kind, metadata, spec }: KubernetesObject): readonly Source[] {
  const { data } = commitStatusSchema.safeParse(spec);
  if (!data || repositoryPath(data.address) === undefined) return [];
  const signIn = data.secretRef ? 'pat' : 'workload-identity';
  return [{ type: kind, ...placeOf(metadata), url: data.address, signIn, access: 'contribute' }];
}

function placeOf({ name, namespace }: KubernetesObject['metadata']): Pick<Source, 'name' | 'namespace'> {
  return { name, ...(namespace ? { namespace } : {}) };
}
