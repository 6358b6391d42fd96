import type { Scenario } from '../core/scenario.ts';
import type { AzureCluster, ClusterAdmin, ClusterObject } from '../core/world.ts';
import { reconcile } from '../kubernetes/controllers/index.ts';
import { adminOf, deploymentsOf, findConnection } from './connection.ts';
import { defineDamage } from './damage.ts';

const label = 'azure.workload.identity/use';
type Template = { template: { metadata?: { labels?: Record<string, string> } } };

interface Place {
  readonly cluster: AzureCluster;
  readonly namespace: string;
  readonly name: string;
}

function set(admin: ClusterAdmin, { namespace, name }: Place, value: string | null): Promise<ClusterObject> {
  const spec = { template: { metadata: { labels: { [label]: value } } } };
  return admin.patch('apps/v1', 'Deployment', namespace, name, { spec }, 'kubectl-edit');
}

const remember = defineDamage<Place>('label-removed', async (world, place) => {
  const admin = adminOf(world, place.cluster);
  const current = await admin.get('apps/v1', 'Deployment', place.namespace, place.name);
  if (!current || (current.spec as Template).template.metadata?.labels?.[label]) return undefined;
  await set(admin, place, 'true');
  await reconcile(world);
  return `${place.cluster.name}: deployment ${place.name} carries its label again`;
});

export const labelRemoved: Scenario = {
  name: 'label-removed',
  title: 'Take the label off the pod template',
  about: 'New pods are not injected: the workload falls back to the identity of the node.',
  apply: async (world, options) => {
    const connection = await findConnection(world, options);
    const { admin } = connection.backend;
    const labelled = (await deploymentsOf(admin, connection)).filter(
      ({ spec }) => (spec as Template).template.metadata?.labels?.[label] !== undefined,
    );
    if (labelled.length === 0) throw new Error(`no pod template of ${connection.serviceAccount} carries ${label}`);
    for (const { metadata } of labelled) {
      const place = { cluster: connection.cluster, namespace: connection.namespace, name: metadata.name };
      await set(admin, place, null);
      remember(world, place);
    }
    await reconcile(world);
    const names = labelled.map(({ metadata }) => metadata.name).join(', ');
    return `${connection.cluster.name}: the pod template of ${names} lost its label, new pods run`;
  },
};
