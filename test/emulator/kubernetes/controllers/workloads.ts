import { createHash } from 'node:crypto';
import type { AzureCluster, ClusterAdmin, ClusterObject, World } from '../../core/world.ts';
import { type Container, injectWorkloadIdentity, type PodSpec } from './webhook.ts';

interface WorkloadSpec {
  replicas?: number;
  selector: { matchLabels: Record<string, string> };
  template: { metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }; spec: PodSpec };
}
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
/** Kubernetes' own alphabet for generated names. */
function safeHash(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}
/** Key order must not make a new revision: the real API server returns keys in its own order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, child]) => [key, canonical(child)]),
  );
}
const templateHash = (spec: WorkloadSpec) => safeHash(JSON.stringify(canonical(spec.template)), 9);
const manager = 'kube-controller-manager';
const hashLabel = 'pod-template-hash';
const seconds = (world: World) => new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');

/** One pod for each Deployment and StatefulSet, replaced when its template changes. Returns whether anything moved. */
export async function reconcileWorkloads(world: World, cluster: AzureCluster, admin: ClusterAdmin): Promise<boolean> {
  const pods = await admin.list('v1', 'Pod');
  let moved = false;
  for (const kind of ['Deployment', 'StatefulSet'] as const)
    for (const workload of await admin.list('apps/v1', kind))
      moved =
        (await reconcileWorkload(world, cluster, admin, { ...workload, apiVersion: 'apps/v1', kind }, pods)) || moved;
  for (const pod of pods) {
    const [owner] = (pod.metadata.ownerReferences as { kind: string; name: string }[] | undefined) ?? [];
    if (owner?.kind !== 'ReplicaSet' && owner?.kind !== 'StatefulSet') continue;
    const held = await admin.get('apps/v1', owner.kind, pod.metadata.namespace, owner.name);
    if (!held) await admin.delete('v1', 'Pod', pod.metadata.namespace, pod.metadata.name);
  }
  return moved;
}

async function reconcileWorkload(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  workload: ClusterObject,
  pods: readonly ClusterObject[],
): Promise<boolean> {
  const spec = workload.spec as unknown as WorkloadSpec;
  const { namespace = 'default', name, uid = '' } = workload.metadata;
  const hash = templateHash(spec);
  const mine = pods.filter(
    ({ metadata }) =>
      metadata.namespace === namespace &&
      Object.entries(spec.selector.matchLabels).every(([key, value]) => metadata.labels?.[key] === value),
  );
  const wanted = (spec.replicas ?? 1) > 0;
  const current = mine.filter(({ metadata }) => metadata.labels?.[hashLabel] === hash);
  let failure: string | undefined;
  let moved = false;
  if (wanted && current.length === 0) {
    const owner =
      workload.kind === 'Deployment'
        ? await replicaSet(admin, workload, spec, hash)
        : { kind: 'StatefulSet', name, uid };
    failure = await createPod(world, cluster, admin, workload, spec, hash, owner);
    moved = failure === undefined;
  }
  // The old pod goes only when the new one is there: a refused pod leaves the rollout hanging, as in a real cluster.
  if (failure === undefined)
    for (const pod of mine) {
      if (wanted && current.includes(pod)) continue;
      if (!moved && wanted && !pod.metadata.labels?.[hashLabel]) continue;
      await admin.delete('v1', 'Pod', namespace, pod.metadata.name);
      moved = true;
    }
  await writeStatus(world, admin, workload, {
    wanted,
    hash,
    failure,
    ready: wanted && (failure === undefined || mine.length > 0),
  });
  return moved;
}

async function replicaSet(
  admin: ClusterAdmin,
  workload: ClusterObject,
  spec: WorkloadSpec,
  hash: string,
): Promise<{ kind: string; name: string; uid: string }> {
  const { namespace, name, uid } = workload.metadata;
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  const all = await admin.list('apps/v1', 'ReplicaSet', namespace);
  for (const old of all)
    if (
      (old.metadata.ownerReferences as { uid: string }[] | undefined)?.[0]?.uid === uid &&
      old.metadata.labels?.[hashLabel] !== hash
    )
      await admin.delete('apps/v1', 'ReplicaSet', namespace, old.metadata.name);
  const stored = await admin.put(
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    },
    manager,
  );
  return { kind: 'ReplicaSet', name: stored.metadata.name, uid: stored.metadata.uid ?? '' };
}

async function createPod(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  workload: ClusterObject,
  spec: WorkloadSpec,
  hash: string,
  owner: { kind: string; name: string; uid: string },
): Promise<string | undefined> {
  const { namespace, name } = workload.metadata;
  const podSpec = structuredClone(spec.template.spec);
  podSpec.serviceAccountName ??= 'default';
  podSpec.nodeName = 'aks-nodepool1-31570842-vmss000000';
  const now = seconds(world);
  const pod: ClusterObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name:
        workload.kind === 'StatefulSet'
          ? `${name}-0`
          : `${name}-${hash}-${safeHash(`${hash}/${world.clock.now()}/${Math.random()}`, 5)}`,
      namespace,
      labels: { ...spec.template.metadata?.labels, [hashLabel]: hash },
      ...(spec.template.metadata?.annotations ? { annotations: spec.template.metadata.annotations } : {}),
      ownerReferences: [{ apiVersion: 'apps/v1', ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: podSpec,
  };
  const account = await admin.get('v1', 'ServiceAccount', namespace, podSpec.serviceAccountName);
  if (!account)
    return `pods "${pod.metadata.name}" is forbidden: error looking up service account ${namespace}/${podSpec.serviceAccountName}: serviceaccount "${podSpec.serviceAccountName}" not found`;
  if (cluster.workloadIdentityEnabled) {
    const tenantId = world.directory.tenants[0]?.id ?? '';
    const refusal = injectWorkloadIdentity(pod, account, tenantId);
    if (refusal) return refusal;
  }
  if (workload.kind === 'StatefulSet') await admin.delete('v1', 'Pod', namespace, pod.metadata.name);
  const stored = await admin.put(pod, manager);
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: now });
  await admin.putStatus(
    {
      ...stored,
      apiVersion: 'v1',
      kind: 'Pod',
      status: {
        phase: 'Running',
        conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
        podIP: '10.244.0.17',
        startTime: now,
        containerStatuses: podSpec.containers.map(({ name: container, image }: Container) => ({
          name: container,
          image,
          imageID: '',
          ready: true,
          restartCount: 0,
          started: true,
          state: { running: { startedAt: now } },
        })),
      },
    },
    'kubelet',
  );
  return undefined;
}

async function writeStatus(
  world: World,
  admin: ClusterAdmin,
  workload: ClusterObject,
  { wanted, hash, failure, ready }: { wanted: boolean; hash: string; failure?: string; ready: boolean },
): Promise<void> {
  const before = workload.status as
    | {
        observedGeneration?: number;
        readyReplicas?: number;
        updatedReplicas?: number;
        conditions?: { type: string; message?: string }[];
      }
    | undefined;
  const updated = wanted && failure === undefined ? 1 : 0;
  const generation = Number(workload.metadata.generation ?? 1);
  const said = before?.conditions?.find(({ type }) => type === 'ReplicaFailure')?.message;
  if (
    before?.observedGeneration === generation &&
    (before.readyReplicas ?? 0) === (ready ? 1 : 0) &&
    (before.updatedReplicas ?? 0) === updated &&
    said === failure
  )
    return;
  const now = seconds(world);
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: now,
    ...(workload.kind === 'Deployment' ? { lastUpdateTime: now } : {}),
  });
  await admin.putStatus(
    {
      ...workload,
      status: {
        observedGeneration: generation,
        replicas: ready ? 1 : 0,
        readyReplicas: ready ? 1 : 0,
        updatedReplicas: updated,
        ...(workload.kind === 'Deployment'
          ? {
              availableReplicas: ready ? 1 : 0,
              unavailableReplicas: wanted && !ready ? 1 : 0,
              conditions: [
                condition(
                  'Available',
                  ready ? 'True' : 'False',
                  ready ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
                  ready ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
                ),
                condition(
                  'Progressing',
                  'True',
                  failure ? 'ReplicaSetUpdated' : 'NewReplicaSetAvailable',
                  `ReplicaSet "${workload.metadata.name}-${hash}" ${failure ? 'is progressing.' : 'has successfully progressed.'}`,
                ),
                ...(failure ? [condition('ReplicaFailure', 'True', 'FailedCreate', failure)] : []),
              ],
            }
          : {}),
      },
    },
    manager,
  );
}
