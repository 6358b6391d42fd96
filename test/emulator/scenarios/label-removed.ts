import type { Scenario } from '../core/scenario.ts';
import { reconcile } from '../kubernetes/controllers/index.ts';
import { deploymentsOf, findConnection } from './connection.ts';
import { remember } from './damage.ts';

const label = 'azure.workload.identity/use';
type Template = { template: { metadata?: { labels?: Record<string, string> } } };

export const labelRemoved: Scenario = {
  name: 'label-removed',
  title: 'Take the label off the pod template',
  about: 'New pods are not injected: the workload falls back to the identity of the node.',
  apply: async (world, options) => {
    const connection = await findConnection(world, options);
    const { admin } = connection.backend;
    const labelled = (await deploymentsOf(connection)).filter(
      ({ spec }) => (spec as Template).template.metadata?.labels?.[label] !== undefined,
    );
    if (labelled.length === 0) throw new Error(`no pod template of ${connection.serviceAccount} carries ${label}`);
    const set = (name: string, value: string | null) =>
      admin.patch(
        'apps/v1',
        'Deployment',
        connection.namespace,
        name,
        { spec: { template: { metadata: { labels: { [label]: value } } } } },
        'kubectl-edit',
      );
    for (const { metadata } of labelled) {
      await set(metadata.name, null);
      remember(world, async () => {
        const current = await admin.get('apps/v1', 'Deployment', connection.namespace, metadata.name);
        if (!current || (current.spec as Template).template.metadata?.labels?.[label]) return undefined;
        await set(metadata.name, 'true');
        await reconcile(world);
        return `${connection.cluster.name}: deployment ${metadata.name} carries its label again`;
      });
    }
    await reconcile(world);
    const names = labelled.map(({ metadata }) => metadata.name).join(', ');
    return `${connection.cluster.name}: the pod template of ${names} lost its label, new pods run`;
  },
};
