import { createHash, randomUUID } from 'node:crypto';
import type { AzureCluster, World } from '../core/world.ts';
import { allows } from './authorization.ts';
import type { Switches } from './cluster-body.ts';
import { type ArmRoute, authorizationFailed } from './gateway.ts';
import { groupId } from './resource-groups.ts';
import { aksError, aksJson } from './respond.ts';

/** One update of a cluster. What it changes becomes true when it ends, not when it is accepted. */
export interface ClusterOperation {
  readonly id: string;
  readonly cluster: AzureCluster;
  readonly wanted: Switches;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly timer: NodeJS.Timeout;
  ended?: Promise<void>;
  finished?: true;
  /** Set when the cluster's own API server refused the switch: the operation ends as Failed. */
  failure?: string;
}

const operations = new WeakMap<World, Map<string, ClusterOperation>>();
function operationsOf(world: World): Map<string, ClusterOperation> {
  const known = operations.get(world) ?? new Map<string, ClusterOperation>();
  operations.set(world, known);
  return known;
}

type KeptOperation = Omit<ClusterOperation, 'timer' | 'ended'>;
export function keepOperations(world: World): readonly KeptOperation[] {
  return [...operationsOf(world).values()].map(({ timer: _timer, ended: _ended, ...kept }) => kept);
}
/** An update that ended while the emulator was away ends now; one that did not has the rest of its time. */
export function restoreOperations(world: World, kept: readonly KeptOperation[]): void {
  for (const operation of kept) {
    const timer = settleIn(world, Math.max(0, operation.endsAt - world.clock.now()));
    const ended = operation.finished ? Promise.resolve() : undefined;
    operationsOf(world).set(operation.id, { ...operation, timer, ended });
  }
}

function settleIn(world: World, ms: number): NodeJS.Timeout {
  const timer = setTimeout(() => void settle(world), ms);
  timer.unref();
  return timer;
}

/** Emulator time decides; the timer is there for those who watch the cluster and never ask ARM. */
export function startOperation(world: World, cluster: AzureCluster, wanted: Switches): ClusterOperation {
  const duration = world.timing.clusterUpdateMs;
  const startedAt = world.clock.now();
  const timer = settleIn(world, duration);
  const operation: ClusterOperation = {
    id: randomUUID(),
    cluster,
    wanted,
    startedAt,
    endsAt: startedAt + duration,
    timer,
  };
  cluster.provisioningState = 'Updating';
  cluster.eTag = randomUUID();
  operationsOf(world).set(operation.id, operation);
  return operation;
}

/** Ends every operation whose time has come. Each ARM call about clusters does this first. */
export async function settle(world: World): Promise<void> {
  for (const operation of operationsOf(world).values())
    if (operation.endsAt <= world.clock.now()) {
      operation.ended ??= end(world, operation);
      await operation.ended;
    }
}

async function end(world: World, operation: ClusterOperation): Promise<void> {
  const { cluster, wanted } = operation;
  clearTimeout(operation.timer);
  try {
    // A restart of the API server with the new issuer: tokens issued before carry the old one.
    if (wanted.oidcIssuer && !cluster.oidcIssuerEnabled)
      await world.kubernetes.get(cluster.id.toLowerCase())?.setIssuer(cluster.issuerUrl);
    cluster.oidcIssuerEnabled = wanted.oidcIssuer;
    cluster.workloadIdentityEnabled = wanted.workloadIdentity;
    cluster.provisioningState = 'Succeeded';
  } catch (error) {
    operation.failure = error instanceof Error ? error.message : String(error);
    cluster.provisioningState = 'Failed';
  }
  cluster.eTag = randomUUID();
  operation.finished = true;
  world.changed();
}

export function operationInProgress(world: World, cluster: AzureCluster): ClusterOperation | undefined {
  return [...operationsOf(world).values()].find(
    (operation) => operation.cluster === cluster && operation.endsAt > world.clock.now(),
  );
}

/** What ARM shows: the wanted state while an update runs, the true one otherwise. */
export function shownSwitches(world: World, cluster: AzureCluster): Switches {
  const running = operationInProgress(world, cluster);
  return running
    ? running.wanted
    : { oidcIssuer: cluster.oidcIssuerEnabled, workloadIdentity: cluster.workloadIdentityEnabled };
}

/** Signed, long and opaque, as since late 2023: a client that takes it apart or cuts it off fails here too. */
export function operationUrl(world: World, { id, cluster, startedAt }: ClusterOperation): string {
  const blob = (part: string, length: number) =>
    Array.from({ length: Math.ceil(length / 86) }, (_, index) =>
      createHash('sha512').update(`${part}/${id}/${index}`).digest('base64url'),
    )
      .join('')
      .slice(0, length);
  const ticks = BigInt(startedAt) * 10_000n + 621_355_968_000_000_000n;
  return `${world.url('management.azure.com')}/subscriptions/${cluster.subscriptionId}/providers/Microsoft.ContainerService/locations/${cluster.location}/operations/${id}?api-version=2017-08-31&t=${ticks}&c=${blob('c', 2_048)}&s=${blob('s', 342)}&h=${blob('h', 43)}`;
}

const action = 'Microsoft.ContainerService/locations/operations/read';

export const operationRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: '/subscriptions/:subscription/providers/Microsoft.ContainerService/locations/:location/operations/:operation',
    operation: 'cluster-operation.get',
    action,
    // Rights on the resource alone start an operation but do not let anybody see its end: its group's scope counts.
    listed: true,
    answer: async ({ request, world, caller, params }) => {
      await settle(world);
      const operation = operationsOf(world).get(params.operation ?? '');
      const scope = operation
        ? groupId(operation.cluster.subscriptionId, operation.cluster.resourceGroup)
        : `/subscriptions/${params.subscription}`;
      if (!allows(world, caller.oid, action, scope))
        return authorizationFailed(caller, action, decodeURIComponent(request.path));
      if (!operation)
        return aksError(404, 'NotFound', `Operation ${params.operation} was not found.`, { subcode: 'NotFound' });
      const done = operation.endsAt <= world.clock.now();
      return aksJson(200, {
        name: operation.id,
        status: done ? (operation.failure === undefined ? 'Succeeded' : 'Failed') : 'InProgress',
        startTime: new Date(operation.startedAt).toISOString(),
        ...(done ? { endTime: new Date(operation.endsAt).toISOString() } : {}),
        ...(done && operation.failure !== undefined
          ? { error: { code: 'InternalOperationError', message: operation.failure } }
          : {}),
      });
    },
  },
];
