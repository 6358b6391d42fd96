import type { Scenario } from '../core/scenario.ts';
import type { World } from '../core/world.ts';
import { reconcile } from '../kubernetes/controllers/index.ts';
import { type Connection, deploymentsOf, findConnection } from './connection.ts';
import { remember } from './damage.ts';

const annotation = 'azure.workload.identity/client-id';

/** What `kubectl rollout restart` writes: injection happens when a pod is created, so a change shows only in new pods. */
async function restart(world: World, connection: Connection): Promise<void> {
  const restartedAt = new Date(world.clock.now()).toISOString();
  for (const { metadata } of await deploymentsOf(connection))
    await connection.backend.admin.patch(
      'apps/v1',
      'Deployment',
      connection.namespace,
      metadata.name,
      { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': restartedAt } } } } },
      'kubectl-rollout',
    );
  await reconcile(world);
}

export const annotationRemoved: Scenario = {
  name: 'annotation-removed',
  title: 'Take the client id off the service account',
  about:
    'The webhook injects no AZURE_CLIENT_ID into the next pods, and the workload falls back to the identity of the node.',
  apply: async (world, options) => {
    const connection = await findConnection(world, options);
    const { namespace, serviceAccount, cluster } = connection;
    const { admin } = connection.backend;
    const read = async () => {
      const account = await admin.get('v1', 'ServiceAccount', namespace, serviceAccount);
      return account?.metadata.annotations?.[annotation];
    };
    const before = await read();
    if (before === undefined) throw new Error(`${namespace}/${serviceAccount} has no annotation ${annotation}`);
    const set = (value: string | null) =>
      admin.patch(
        'v1',
        'ServiceAccount',
        namespace,
        serviceAccount,
        { metadata: { annotations: { [annotation]: value } } },
        'kubectl-annotate',
      );
    await set(null);
    await restart(world, connection);
    remember(world, async () => {
      if ((await read()) !== undefined) return undefined;
      await set(before);
      await restart(world, connection);
      return `${cluster.name}: service account ${serviceAccount} carries its client id again`;
    });
    return `${cluster.name}: service account ${serviceAccount} lost its client id, new pods run`;
  },
};
