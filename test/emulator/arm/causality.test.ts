import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmbeddedBackend } from '../kubernetes/embedded/backend.ts';
import { clusterIds, issuerUrl } from '../world/azure.ts';
import { contosoTenantId } from '../world/directory.ts';
import { type ArmWorld, startArm } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm({ clusterUpdateMs: 60_000 });
});
afterAll(() => arm.emulator.stop());

test('switching the issuer on changes the issuer of the cluster’s tokens, but not before the operation ends', async () => {
  const id = clusterIds['aks-stage-weu'];
  const cluster = arm.world.azure.clusters.get(id.toLowerCase());
  if (!cluster) throw new Error(id);
  const backend = await createEmbeddedBackend(arm.world, cluster);
  arm.world.kubernetes.set(id.toLowerCase(), backend);
  await backend.admin.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } }, 'test');
  const account = { name: 'argocd-repo-server', namespace: 'argocd' };
  await backend.admin.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account }, 'test');
  const issuer = async () =>
    decodeJwt(await backend.admin.projectedToken(account.namespace, account.name, 'api://AzureADTokenExchange')).iss;
  const before = await issuer();
  const { json } = await arm.call('GET', id);
  const properties = { ...json.properties, oidcIssuerProfile: { enabled: true } };
  const { headers } = await arm.call('PUT', id, { body: { ...json, properties } });
  expect(await issuer()).toBe(before);
  arm.world.clock.advance(60_000);
  await arm.call('GET', (headers.get('azure-asyncoperation') ?? '').replace(arm.endpoint, ''));
  expect(await issuer()).toBe(issuerUrl('aks-stage-weu', contosoTenantId));
  expect(before).not.toContain('oic.prod-aks');
});
