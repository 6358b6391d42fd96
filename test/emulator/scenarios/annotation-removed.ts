import type { Scenario } from '../core/scenario.ts';
import type { AzureCluster, ClusterAdmin, ClusterObject, World } from '../core/world.ts';
import { reconcile } from '../kubernetes/controllers/index.ts';
import { adminOf, deploymentsOf, findConnection } from './connection.ts';
import { defineDamage } from './damage.ts';

const annotation = 'azure.workload.identity/client-id';

interface Place {
  readonly cluster: AzureCluster;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** What `kubectl rollout restart` writes: injection happens when a pod is created, so a change shows only in new pods. */
async function restart(world: World, place: Place): Promise<void> {
  const admin = adminOf(world, place.cluster);
  const restartedAt = new Date(world.clock.now()).toISOString();
  for (const { metadata } of await deploymentsOf(admin, place))
    await admin.patch(
      'apps/v1',
      'Deployment',
      place.namespace,
      metadata.name,
      { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': restartedAt } } } } },
      'kubectl-rollout',
    );
  await reconcile(world);
}

async function read(admin: ClusterAdmin, { namespace, serviceAccount }: Place): Promise<string | undefined> {
  const account = await admin.get('v1', 'ServiceAccount', namespace, serviceAccount);
  return account?.metadata.annotations?.[annotation];
}
function set(admin: ClusterAdmin, place: Place, value: string | null): Promise<ClusterObject> {
  const metadata = { annotations: { [annotation]: value } };
  return admin.patch('v1', 'ServiceAccount', place.namespace, place.serviceAccount, { metadata }, 'kubectl-annotate');
}

const remember = defineDamage<Place & { before: string }>('annotation-removed', async (world, { before, ...place }) => {
  const admin = adminOf(world, place.cluster);
  if ((await read(admin, place)) !== undefined) return undefined;
  await set(admin, place, before);
  await restart(world, place);
  return `${place.cluster.name}: service account ${place.serviceAccount} carries its client id again`;
});

export const annotationRemoved: Scenario = {
  name: 'annotation-removed',
  title: 'Take the client id off the service account',
  about:
    'The webhook injects no AZURE_CLIENT_ID into the next pods, and the workload falls back to the identity of the node.',
  apply: async (world, options) => {
    const connection = await findConnection(world, options);
    const { namespace, serviceAccount, cluster } = connection;
    const place = { cluster, namespace, serviceAccount };
    const { admin } = connection.backend;
    const before = await read(admin, place);
    if (before === undefined) throw new Error(`${namespace}/${serviceAccount} has no annotation ${annotation}`);
    await set(admin, place, null);
    await restart(world, place);
    remember(world, { ...place, before });
    return `${cluster.name}: service account ${serviceAccount} lost its client id, new pods run`;
  },
};
