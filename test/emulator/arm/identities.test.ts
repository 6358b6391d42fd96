import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  developmentSubscription as development,
  identityId,
  productionSubscription as production,
  readOnlyResourceGroup,
} from '../world/azure.ts';
import { contosoTenantId, users } from '../world/directory.ts';
import { type ArmWorld, expectError, startArm, type Who } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm();
});
afterAll(() => arm.emulator.stop());

const client = (who: Who, subscription = production.id) =>
  new ManagedServiceIdentityClient(arm.credential(who), subscription, {
    endpoint: arm.endpoint,
    retryOptions: { maxRetries: 0 },
  }).userAssignedIdentities;
const path = (name: string, group = 'rg-identity-prod') => identityId(production.id, group, name);

async function names(iterator: AsyncIterable<{ name?: string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { name = '' } of iterator) found.push(name);
  return found;
}

test('lists are filtered by rights; the kubelet identities are among them as in a real subscription', async () => {
  const operator = await names(client('operator').listBySubscription());
  expect(operator).toEqual(expect.arrayContaining(['id-argocd-neu', 'id-flux-shared', 'aks-prod-weu-agentpool']));
  expect(await names(client('auditor').listBySubscription())).toEqual(operator);
  expect(await names(client('operator').listByResourceGroup(readOnlyResourceGroup))).toEqual([
    'id-flux-shared',
    'id-partner-sync',
  ]);
  await expect(names(client('auditor', development.id).listBySubscription())).rejects.toMatchObject({
    statusCode: 403,
    code: 'AuthorizationFailed',
  });
  const narrow = { oid: '77777777-0000-4000-8000-000000000001', name: 'narrow@contoso.example' };
  arm.world.azure.grants.push({
    principalId: narrow.oid,
    scope: path('id-catalog').toLowerCase(),
    role: 'Reader',
    actions: ['*/read'],
    notActions: [],
  });
  expect(await names(client(narrow).listBySubscription())).toEqual(['id-catalog']);
});

test('created with the recorded body and a relative Location, replaced with 200, patched, deleted with its credentials', async () => {
  const created = await arm.call('PUT', path('id-new').replace('resourcegroups', 'resourceGroups'), {
    body: { location: 'westeurope', tags: { owner: 'checkout' } },
  });
  expect(created.status).toBe(201);
  expect(created.headers.get('location')).toBe(path('id-new'));
  expect(created.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { principalId, clientId } = created.json.properties;
  expect(created.text).toBe(
    `{"location":"westeurope","tags":{"owner":"checkout"},"id":"${path('id-new')}","name":"id-new","type":"Microsoft.ManagedIdentity/userAssignedIdentities","properties":{"tenantId":"${contosoTenantId}","principalId":"${principalId}","clientId":"${clientId}","isolationScope":"None"}}`,
  );
  const again = await client('operator').createOrUpdate('rg-identity-prod', 'id-new', { location: 'westeurope' });
  expect(again).toMatchObject({ principalId, clientId, tags: {} });
  expect(await client('operator').update('rg-identity-prod', 'id-new', { tags: { a: 'b' } })).toMatchObject({
    tags: { a: 'b' },
  });
  expect((await arm.call('DELETE', path('id-new'))).status).toBe(200);
  expect((await arm.call('DELETE', path('id-new'))).status).toBe(204);
  const gone = await arm.call('GET', path('id-new'));
  expectError(gone, 404, 'ResourceNotFound');
  expect(gone.headers.get('x-ms-failure-cause')).toBe('gateway');
  expect(gone.json.error.message).toBe(
    "The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/id-new' under resource group 'rg-identity-prod' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  );
  expect(arm.world.ledger.entries()).toMatchObject([
    { operation: 'identity.put', target: path('id-new'), actor: users.operator.oid, detail: { created: true } },
    { operation: 'identity.put', detail: { created: false } },
    { operation: 'identity.patch' },
    { operation: 'identity.delete', target: path('id-new') },
  ]);
  arm.world.ledger.clear();
});

test('older api-versions put the id first', async () => {
  const { json } = await arm.call('GET', `${path('id-catalog')}?api-version=2018-11-30`);
  expect(Object.keys(json)).toEqual(['id', 'name', 'type', 'location', 'tags', 'properties']);
  expect(Object.keys(json.properties)).toEqual(['tenantId', 'principalId', 'clientId']);
});

test('refused: no location, unknown group, bad name, another location, missing right', async () => {
  const put = (id: string, body: unknown) => arm.call('PUT', id, { body });
  expectError(await put(path('id-a'), {}), 400, 'LocationRequired');
  expectError(
    await put(identityId(development.id, 'rg-none', 'id-a'), { location: 'westeurope' }),
    404,
    'ResourceGroupNotFound',
  );
  expectError(await put(path('-a'), { location: 'westeurope' }), 400, 'BadRequest');
  expectError(await put(path('id-catalog'), { location: 'eastus' }), 409, 'InvalidResourceLocation');
  expectError(await put(path('id-a', readOnlyResourceGroup), { location: 'westeurope' }), 403, 'AuthorizationFailed');
  expect(arm.world.ledger.entries()).toEqual([]);
});

test('writes of one identity beyond a quarter per second are 429 with Retry-After, others go on', async () => {
  const put = (name: string) => arm.call('PUT', path(name), { body: { location: 'westeurope' } });
  let last = await put('id-busy');
  for (let count = 0; count < 20 && last.status !== 429; count += 1) last = await put('id-busy');
  expectError(last, 429, 'TooManyRequests');
  const seconds = Number(last.headers.get('retry-after'));
  expect(seconds).toBeGreaterThanOrEqual(3);
  expect(seconds).toBeLessThanOrEqual(4);
  expect((await put('id-idle')).status).toBe(201);
  arm.world.clock.advance(seconds * 1_000);
  expect((await put('id-busy')).status).toBe(200);
});
