import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, immediately } from '../core/world-state.ts';
import { clusterIds, clusterNames, issuerUrl, readOnlyResourceGroup, seedAzure } from '../world/azure.ts';
import { contosoTenantId, seedDirectory, users } from '../world/directory.ts';
import { allows } from './authorization.ts';
import { type ArmWorld, startArm } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm();
});
afterAll(() => arm.emulator.stop());

const emptyWorld = () =>
  createWorld({ ports: { tls: 1, pages: 2 }, caPem: '', caPath: '', dataDir: '', timing: immediately }).world;

test('the same ids at every start', async () => {
  const again = emptyWorld();
  await seedDirectory(again);
  seedAzure(again);
  const ids = ({ azure }: typeof again) =>
    [...azure.identities.values()].map(({ id, clientId, principalId }) => [id, clientId, principalId]);
  expect(ids(again)).toEqual(ids(arm.world));
});

test('without people there is nobody to hold a role', () => {
  expect(() => seedAzure(emptyWorld())).toThrow('Seed the directory first');
});

test('identities with 19 and 20 credentials, and one that trusts a cluster that is gone', () => {
  const identities = [...arm.world.azure.identities.values()];
  const counts = identities.map(({ credentials }) => credentials.length);
  expect(counts.filter((count) => count === 20)).toHaveLength(1);
  expect(counts.filter((count) => count === 19)).toHaveLength(1);
  const issuers = clusterNames.map((name) => issuerUrl(name, contosoTenantId));
  const orphaned = identities.filter(({ credentials }) =>
    credentials.some(({ issuer }) => issuer.includes('.oic.prod-aks.azure.com/') && !issuers.includes(issuer)),
  );
  expect(orphaned.map(({ name }) => name)).toEqual(['id-flux-legacy']);
});

test('the operator may write everywhere but in one group', () => {
  const { operator, auditor } = users;
  const closed = [...arm.world.azure.resourceGroups.values()]
    .filter(({ name }) => !name.startsWith('MC_'))
    .filter(({ id }) => !allows(arm.world, operator.oid, 'Microsoft.ManagedIdentity/userAssignedIdentities/write', id))
    .map(({ name }) => name);
  expect(closed).toEqual([readOnlyResourceGroup]);
  for (const id of Object.values(clusterIds))
    expect(allows(arm.world, auditor.oid, 'Microsoft.ContainerService/managedClusters/write', id)).toBe(false);
});
