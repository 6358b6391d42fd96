import type { AzureCluster, ClusterAdmin, World } from '../../core/world.ts';
import { reconcileArgocd } from './argocd.ts';
import type { Comparisons } from './comparisons.ts';
import { reconcileFlux } from './flux/index.ts';
import { reconcileWorkloads } from './workloads.ts';

interface Loop {
  running: Promise<void>;
  readonly comparisons: Comparisons;
}
const loops = new WeakMap<World, Loop>();
const loopOf = (world: World): Loop => {
  const known = loops.get(world) ?? { running: Promise.resolve(), comparisons: new Map() };
  loops.set(world, known);
  return known;
};

/** Lets every simulated controller act once, in the order of cause: webhook, pods, consumers. Resolves when all have acted. */
export async function reconcile(world: World): Promise<void> {
  await pass(world, true);
}

/** Passes never overlap: a controller and a test that asks for one wait for each other. */
function pass(world: World, force: boolean): Promise<void> {
  const loop = loopOf(world);
  const next = loop.running.then(() => reconcileAll(world, loop, force));
  loop.running = next.catch(() => undefined);
  return next;
}

async function reconcileAll(world: World, { comparisons }: Loop, force: boolean): Promise<void> {
  for (const [id, { admin }] of [...world.kubernetes]) {
    const cluster = world.azure.clusters.get(id);
    if (!cluster || cluster.powerState === 'Stopped') continue;
    await reconcileWebhook(cluster, admin);
    await reconcileWorkloads(world, cluster, admin);
    await reconcileArgocd(world, cluster, admin, comparisons, force);
    await reconcileFlux(world, cluster, admin, comparisons, force);
  }
}

const webhook = { name: 'azure-wi-webhook-controller-manager', namespace: 'kube-system' };

/** AKS runs the webhook while workload identity is on, and takes it away otherwise. */
async function reconcileWebhook(cluster: AzureCluster, admin: ClusterAdmin): Promise<void> {
  const found = await admin.get('apps/v1', 'Deployment', webhook.namespace, webhook.name);
  if (!cluster.workloadIdentityEnabled) {
    if (found) await admin.delete('apps/v1', 'Deployment', webhook.namespace, webhook.name);
    return;
  }
  if (found) return;
  const labels = { 'azure-workload-identity.io/system': 'true', 'kubernetes.azure.com/managedby': 'aks' };
  await admin.put(
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'azure-wi-webhook-admin', namespace: webhook.namespace },
    },
    'aks-addon-manager',
  );
  await admin.put(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...webhook, labels },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: 'azure-wi-webhook-admin',
            containers: [{ name: 'manager', image: 'mcr.microsoft.com/oss/v2/azure/workload-identity/webhook:v1.5.1' }],
          },
        },
      },
    },
    'aks-addon-manager',
  );
}

/** Runs the controllers every `timing.reconcileMs` until the returned function is called. */
export function startControllers(world: World): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = () => {
    timer = setTimeout(() => void tick(), Math.max(50, world.timing.reconcileMs));
  };
  const tick = async () => {
    // A pass fails when an API server restarts or the world ends under it; the next one repairs what is left.
    await pass(world, false).catch(() => undefined);
    if (!stopped) schedule();
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await loopOf(world).running;
  };
}
