import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { ResourceGroup, Subscription } from '../../model/azure.ts';
import { type ArmContext, connection } from './context.ts';
import { call } from './failure.ts';
import { collect } from './pages.ts';

export function listSubscriptions(context: ArmContext, signal: AbortSignal): Promise<readonly Subscription[]> {
  return call('list subscriptions', { write: false, signal }, async () => {
    const { credential, options } = connection(context, signal);
    const client = new SubscriptionClient(credential, options);
    const found = await collect(client.subscriptions.list({ abortSignal: signal }), signal);
    return found.map(({ subscriptionId = '', displayName, tenantId = '', state = 'Enabled' }) => ({
      id: subscriptionId,
      name: displayName ?? subscriptionId,
      tenantId,
      state,
    }));
  });
}

export function listLocations(
  context: ArmContext,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return call('list locations', { write: false, signal }, async () => {
    const { credential, options } = connection(context, signal);
    const client = new SubscriptionClient(credential, options);
    const found = await collect(client.subscriptions.listLocations(subscriptionId, { abortSignal: signal }), signal);
    // Geographies and edge zones are listed too; an identity lives in a physical region.
    return found
      .filter(({ type, metadata }) => type !== 'EdgeZone' && metadata?.regionType !== 'Logical')
      .flatMap(({ name }) => (name ? [name] : []))
      .sort();
  });
}

export function listResourceGroups(
  context: ArmContext,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<readonly ResourceGroup[]> {
  return call('list resource groups', { write: false, signal }, async () => {
    const { credential, options } = connection(context, signal);
    const client = new ResourceManagementClient(credential, subscriptionId, options);
    const found = await collect(client.resourceGroups.list({ abortSignal: signal }), signal);
    return found
      .map(({ id = '', name = '', location }) => ({ id, name, location }))
      .sort((left, right) => left.name.localeCompare(right.name));
  });
}
