import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { developmentSubscription as development, productionSubscription as production } from '../world/azure.ts';
import { contosoTenantId } from '../world/directory.ts';
import { type ArmWorld, expectError, startArm, type Who } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm();
});
afterAll(() => arm.emulator.stop());

async function all<T>(iterator: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterator) items.push(item);
  return items;
}
const client = (who: Who) => new SubscriptionClient(arm.credential(who), { endpoint: arm.endpoint });
const groups = (who: Who, id = production.id) =>
  new ResourceManagementClient(arm.credential(who), id, { endpoint: arm.endpoint }).resourceGroups;

test('each person sees the subscriptions they hold a role in', async () => {
  const seen = async (who: Who) => (await all(client(who).subscriptions.list())).map(({ displayName }) => displayName);
  expect(await seen('operator')).toEqual([production.name, development.name]);
  expect(await seen('auditor')).toEqual([production.name]);
  expect(await seen('lead')).toEqual([]);
});

test('nobody at all gets an empty list, not a refusal', async () => {
  const { status, text } = await arm.call('GET', '/subscriptions', { as: 'newcomer' });
  expect([status, text]).toEqual([200, '{"value":[],"count":{"type":"Total","value":0}}']);
});

test('a subscription has the recorded keys in the recorded order', async () => {
  const { json } = await arm.call('GET', '/subscriptions');
  expect(Object.keys(json.value[0])).toEqual([
    'id',
    'authorizationSource',
    'managedByTenants',
    'subscriptionId',
    'tenantId',
    'displayName',
    'state',
    'subscriptionPolicies',
  ]);
  expect(json.count).toEqual({ type: 'Total', value: 2 });
});

test('subscription, tenant and regions', async () => {
  expect(await client('operator').subscriptions.get(production.id)).toMatchObject({ tenantId: contosoTenantId });
  expect(await all(client('operator').tenants.list())).toMatchObject([{ tenantId: contosoTenantId }]);
  const locations = await all(client('operator').subscriptions.listLocations(production.id));
  expect(locations.map(({ name }) => name)).toContain('westeurope');
});

test('resource groups: list, get, create, exists, delete', async () => {
  const operator = groups('operator', development.id);
  expect((await all(operator.list())).map(({ name }) => name)).toContain('rg-identity-dev');
  expect(await operator.checkExistence('rg-new')).toEqual({ body: false });
  expect(await operator.checkExistence('rg-aks-lab')).toEqual({ body: true });
  const path = `/subscriptions/${development.id}/resourcegroups/rg-new`;
  const created = await arm.call('PUT', path, { body: { location: 'westeurope' } });
  expect([created.status, created.text]).toEqual([
    201,
    `{"id":"/subscriptions/${development.id}/resourceGroups/rg-new","name":"rg-new","type":"Microsoft.Resources/resourceGroups","location":"westeurope","properties":{"provisioningState":"Succeeded"}}`,
  ]);
  expect((await arm.call('PUT', path, { body: { location: 'westeurope' } })).status).toBe(200);
  expect((await arm.call('HEAD', path)).status).toBe(204);
  const deleted = await arm.call('DELETE', path);
  expect([deleted.status, deleted.text, deleted.headers.get('retry-after')]).toEqual([202, '', '15']);
  expect((await arm.call('GET', path)).json.properties.provisioningState).toBe('Deleting');
  const poll = (deleted.headers.get('location') ?? '').replace(arm.endpoint, '');
  expect((await arm.call('GET', poll)).status).toBe(202);
  arm.world.clock.advance(2_000);
  expect((await arm.call('GET', poll)).status).toBe(200);
  expectError(await arm.call('GET', path), 404, 'ResourceGroupNotFound');
  expect(arm.world.ledger.entries().map(({ operation }) => operation)).toEqual([
    'resource-group.put',
    'resource-group.put',
    'resource-group.delete',
  ]);
});

test('a group is refused without location, in an unknown one, and without the right', async () => {
  const path = `/subscriptions/${development.id}/resourcegroups/rg-other`;
  expectError(await arm.call('PUT', path, { body: {} }), 400, 'LocationRequired');
  expectError(await arm.call('PUT', path, { body: { location: 'moon' } }), 400, 'LocationNotAvailableForResourceType');
  expectError(
    await arm.call('PUT', `/subscriptions/${production.id}/resourcegroups/rg-other`, {
      body: { location: 'westeurope' },
    }),
    403,
    'AuthorizationFailed',
  );
  expectError(
    await arm.call('DELETE', `/subscriptions/${development.id}/resourcegroups/rg-aks-stage`),
    501,
    'NotModelled',
  );
});
