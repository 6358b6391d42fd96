import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { DeploymentSummary, PodSummary } from '../../model/kubernetes.ts';
import { maximumPages, pageSize } from './objects.ts';
import type { KubernetesSession } from './session.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly _continue?: string };
}

export async function allPages<T>(read: (limit: number, next: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let next: string | undefined;
  for (let page = 0; page < maximumPages; page += 1) {
    const { items, metadata } = await read(pageSize, next);
    found.push(...items);
    next = metadata?._continue;
    if (!next) break;
  }
  return found;
}

export function listDeployments(
  session: KubernetesSession,
  { namespace, labelSelector }: { namespace?: string; labelSelector?: string },
  signal: AbortSignal,
): Promise<readonly DeploymentSummary[]> {
  return session.call('list deployments', { signal }, async ({ apps }) => {
    const found = await allPages<V1Deployment>((limit, _continue) =>
      namespace
        ? apps.listNamespacedDeployment({ namespace, labelSelector, limit, _continue })
        : apps.listDeploymentForAllNamespaces({ labelSelector, limit, _continue }),
    );
    return found.map(toDeployment);
  });
}

export function listPods(
  session: KubernetesSession,
  namespace: string,
  labelSelector: string,
  signal: AbortSignal,
): Promise<readonly PodSummary[]> {
  return session.call('list pods', { signal }, async ({ core }) => {
    const found = await allPages<V1Pod>((limit, _continue) =>
      core.listNamespacedPod({ namespace, labelSelector, limit, _continue }),
    );
    return found.map(toPod);
  });
}

export function toDeployment({ metadata, spec, status }: V1Deployment): DeploymentSummary {
  const template = spec?.template;
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? '',
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    // The API server fills this in for pods only.
    serviceAccount: template?.spec?.serviceAccountName ?? 'default',
    selector: spec?.selector?.matchLabels ?? {},
    templateLabels: template?.metadata?.labels ?? {},
    containers: (template?.spec?.containers ?? []).map(({ name, image }) => ({ name, image: image ?? '' })),
    replicas: spec?.replicas ?? 1,
    readyReplicas: status?.readyReplicas ?? 0,
  };
}

export function toPod({ metadata, spec, status }: V1Pod): PodSummary {
  const environment = spec?.containers?.[0]?.env ?? [];
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? '',
    labels: metadata?.labels ?? {},
    serviceAccount: spec?.serviceAccountName ?? 'default',
    phase: status?.phase ?? 'Unknown',
    ready: status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false,
    startedAt: status?.startTime ? new Date(status.startTime).toISOString() : undefined,
    environment: Object.fromEntries(environment.map(({ name, value }) => [name, value ?? ''])),
  };
}
