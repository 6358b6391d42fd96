import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterIds, identityId, productionSubscription as production, readOnlyResourceGroup } from '../world/azure.ts';
import { users } from '../world/directory.ts';
import { allows, allowsData, covers } from './authorization.ts';
import { type ArmWorld, expectError, startArm, type Who } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm();
});
afterAll(() => arm.emulator.stop());

const client = (who: Who) =>
  new AuthorizationManagementClient(arm.credential(who), production.id, { endpoint: arm.endpoint });
async function all<T>(iterator: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterator) items.push(item);
  return items;
}

test('a scope covers whole segments, in any case', () => {
  expect(covers('/subscriptions/a', '/subscriptions/A/resourceGroups/x')).toBe(true);
  expect(covers('/subscriptions/a/resourcegroups/rg', '/subscriptions/a/resourcegroups/rg-2')).toBe(false);
});

test('wildcards, and notActions that take away from their own role only', () => {
  const grant = (actions: string[], notActions: string[]) => ({
    principalId: 'p',
    scope: '/subscriptions/a',
    role: 'r',
    actions,
    notActions,
  });
  const { grants } = arm.world.azure;
  const scope = '/subscriptions/a/resourceGroups/x';
  grants.push(grant(['*/read', 'Microsoft.X/*/write'], ['Microsoft.X/secret/*']));
  expect(allows(arm.world, 'p', 'Microsoft.Y/z/read', scope)).toBe(true);
  expect(allows(arm.world, 'p', 'microsoft.x/a/b/WRITE', scope)).toBe(true);
  expect(allows(arm.world, 'p', 'Microsoft.X/secret/read', scope)).toBe(false);
  expect(allows(arm.world, 'p', 'Microsoft.X/delete', scope)).toBe(false);
  expect(allows(arm.world, 'p', 'Microsoft.Y/z/read', '/subscriptions/b')).toBe(false);
  grants.push(grant(['Microsoft.X/secret/read'], []));
  expect(allows(arm.world, 'p', 'Microsoft.X/secret/read', scope)).toBe(true);
});

test('data actions: the operator may write secrets but no namespaces, the auditor nothing', () => {
  const data = (oid: string, action: string) =>
    allowsData(arm.world, oid, `Microsoft.ContainerService/managedClusters/${action}`, clusterIds['aks-prod-weu']);
  expect(data(users.operator.oid, 'secrets/write')).toBe(true);
  expect(data(users.operator.oid, 'namespaces/write')).toBe(false);
  expect(data(users.auditor.oid, 'pods/read')).toBe(false);
});

test('permissions of a group and of a resource are the caller’s own', async () => {
  const writable = await all(client('operator').permissions.listForResourceGroup('rg-identity-prod'));
  expect(writable.some(({ actions }) => actions?.includes('*'))).toBe(true);
  const readable = await all(client('operator').permissions.listForResourceGroup(readOnlyResourceGroup));
  expect(readable.some(({ actions }) => actions?.includes('*'))).toBe(false);
  expect(readable.some(({ actions }) => actions?.includes('*/read'))).toBe(true);
  const onCluster = await all(
    client('operator').permissions.listForResource(
      'rg-aks-prod',
      'Microsoft.ContainerService',
      '',
      'managedClusters',
      'aks-prod-weu',
    ),
  );
  expect(
    onCluster.some(({ dataActions }) => dataActions?.includes('Microsoft.ContainerService/managedClusters/*')),
  ).toBe(true);
  const scope = identityId(production.id, 'rg-identity-prod', 'id-catalog');
  const { json } = await arm.call('GET', `${scope}/providers/Microsoft.Authorization/permissions`, { as: 'auditor' });
  expect(json).toEqual({ value: [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }] });
  expectError(
    await arm.call('GET', `${scope}/providers/Microsoft.Authorization/permissions`, { as: 'lead' }),
    403,
    'AuthorizationFailed',
  );
});

test('role assignments of a scope, of one person, and at the scope', async () => {
  const list = (filter?: string) =>
    all(client('operator').roleAssignments.listForScope(`/subscriptions/${production.id}`, filter ? { filter } : {}));
  const mine = await list(`principalId eq '${users.auditor.oid}'`);
  expect(mine).toMatchObject([
    { principalId: users.auditor.oid, principalType: 'User', scope: `/subscriptions/${production.id}` },
  ]);
  expect((await list()).length).toBeGreaterThan((await list('atScope()')).length);
  expectError(
    await arm.call(
      'GET',
      `/subscriptions/${production.id}/providers/Microsoft.Authorization/roleAssignments?$filter=x&api-version=2022-04-01`,
    ),
    400,
    'UnsupportedQuery',
  );
});

test('a role by its assignment’s id, and by name', async () => {
  const [assignment] = await all(
    client('operator').roleAssignments.listForScope(`/subscriptions/${production.id}`, {
      filter: `principalId eq '${users.auditor.oid}'`,
    }),
  );
  const id = assignment?.roleDefinitionId?.split('/').at(-1) ?? '';
  const role = await client('operator').roleDefinitions.get(`/subscriptions/${production.id}`, id);
  expect([role.roleName, role.permissions?.[0]?.actions]).toEqual(['Reader', ['*/read']]);
  const named = await all(
    client('operator').roleDefinitions.list(`/subscriptions/${production.id}`, { filter: "roleName eq 'Contributor'" }),
  );
  expect(named.map(({ name }) => name)).toEqual(['b24988ac-6180-42a0-ab88-20f7382dd24c']);
  expectError(
    await arm.call('GET', `/subscriptions/${production.id}/providers/Microsoft.Authorization/roleDefinitions/x`),
    404,
    'RoleDefinitionDoesNotExist',
  );
});

test('a Contributor may not assign roles', async () => {
  const path = `/subscriptions/${production.id}/resourceGroups/rg-aks-prod/providers/Microsoft.Authorization/roleAssignments/x`;
  expectError(await arm.call('PUT', path, { body: {} }), 403, 'AuthorizationFailed');
});
