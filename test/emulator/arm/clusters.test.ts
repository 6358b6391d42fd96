import { ContainerServiceClient, type ManagedCluster } from '@azure/arm-containerservice';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClusterBackend } from '../core/world.ts';
import {
  clusterIds,
  developmentSubscription as development,
  issuerUrl,
  productionSubscription as production,
} from '../world/azure.ts';
import { grantRole } from '../world/azure-roles.ts';
import { contosoTenantId, users } from '../world/directory.ts';
import { type ArmWorld, expectError, type Raw, startArm, type Who } from './test-world.ts';

const updateMs = 60_000;
let arm: ArmWorld;
beforeEach(async () => {
  arm = await startArm({ clusterUpdateMs: updateMs });
});
afterEach(() => arm.emulator.stop());

const stage = clusterIds['aks-stage-weu'];
const client = (who: Who = 'operator', subscription = development.id) =>
  new ContainerServiceClient(arm.credential(who), subscription, { endpoint: arm.endpoint }).managedClusters;
const stored = (id = stage) => {
  const cluster = arm.world.azure.clusters.get(id.toLowerCase());
  if (!cluster) throw new Error(id);
  return cluster;
};
const get = (id = stage) => arm.call('GET', id);
type Body = Raw['json'];
const enabled = (json: Body, switches: { issuer?: boolean; workloadIdentity?: boolean }): Body => ({
  ...json,
  properties: {
    ...json.properties,
    ...(switches.issuer === undefined ? {} : { oidcIssuerProfile: { enabled: switches.issuer } }),
    ...(switches.workloadIdentity === undefined
      ? {}
      : { securityProfile: { workloadIdentity: { enabled: switches.workloadIdentity } } }),
  },
});
const put = (body: Body, headers: Record<string, string> = {}, id = stage) => arm.call('PUT', id, { body, headers });
const poll = (url: string | null) => arm.call('GET', (url ?? '').replace(arm.endpoint, ''));

test('the body has the recorded keys in the recorded order, printed as AKS prints', async () => {
  const raw = await get();
  expect(raw.headers.get('content-type')).toBe('application/json');
  expect(raw.text.startsWith(`{\n  "id": "${stage}",\n  "location": "westeurope",`)).toBe(true);
  expect(raw.text.endsWith('\n }')).toBe(true);
  expect(Object.keys(raw.json)).toEqual([
    'id',
    'location',
    'name',
    'tags',
    'type',
    'properties',
    'identity',
    'sku',
    'eTag',
  ]);
  expect(raw.json.type).toBe('Microsoft.ContainerService/ManagedClusters');
  const recorded = [
    'provisioningState',
    'powerState',
    'kubernetesVersion',
    'currentKubernetesVersion',
    'dnsPrefix',
    'fqdn',
    'azurePortalFQDN',
    'agentPoolProfiles',
    'linuxProfile',
    'servicePrincipalProfile',
    'nodeResourceGroup',
    'enableRBAC',
    'supportPlan',
    'networkProfile',
    'maxAgentPools',
    'identityProfile',
    'disableLocalAccounts',
    'securityProfile',
    'storageProfile',
    'oidcIssuerProfile',
    'workloadAutoScalerProfile',
  ];
  expect(Object.keys(raw.json.properties).filter((key) => recorded.includes(key))).toEqual(recorded);
  expect(raw.json.properties.oidcIssuerProfile).toEqual({ enabled: false });
  expect(raw.json.properties.securityProfile).toEqual({});
});

test('six clusters for the operator, four for the auditor; private and stopped ones look so', async () => {
  const names: (string | undefined)[] = [];
  for (const subscription of [production.id, development.id])
    for await (const { name } of client('operator', subscription).list()) names.push(name);
  expect(new Set(names)).toEqual(new Set(Object.keys(clusterIds)));
  expect(names).toHaveLength(6);
  const seen: (string | undefined)[] = [];
  for await (const { name } of client('auditor', production.id).list()) seen.push(name);
  expect(seen).toEqual(['aks-prod-weu', 'aks-prod-neu', 'aks-tools-weu', 'aks-dr-neu']);
  const lab = await client().get('rg-aks-lab', 'aks-lab-swc');
  expect([lab.fqdn, lab.apiServerAccessProfile?.enablePrivateCluster]).toEqual([undefined, true]);
  expect(lab.privateFqdn).toMatch(/\.privatelink\.swedencentral\.azmk8s\.io$/);
  expect((await get(clusterIds['aks-dr-neu'])).json.properties.powerState).toEqual({ code: 'Stopped' });
});

test('switching both on: the answer has the issuer at once, the cluster follows when the operation ends', async () => {
  const issuers: string[] = [];
  arm.world.kubernetes.set(stage.toLowerCase(), {
    setIssuer: async (issuer: string) => void issuers.push(issuer),
    stop: async () => undefined,
  } as unknown as ClusterBackend);
  const before = (await get()).json;
  const raw = await put(enabled(before, { issuer: true, workloadIdentity: true }), { 'if-match': before.eTag });
  const issuer = issuerUrl('aks-stage-weu', contosoTenantId);
  expect(raw.status).toBe(200);
  expect([raw.headers.get('location'), raw.headers.get('retry-after')]).toEqual([null, null]);
  expect(raw.json.properties).toMatchObject({
    provisioningState: 'Updating',
    oidcIssuerProfile: { enabled: true, issuerURL: issuer },
    securityProfile: { workloadIdentity: { enabled: true } },
  });
  expect(stored().oidcIssuerEnabled).toBe(false);
  expectError(await put(enabled(before, { issuer: true })), 409, 'OperationNotAllowed');
  const url = raw.headers.get('azure-asyncoperation');
  expect(url).toMatch(
    /\/locations\/westeurope\/operations\/[0-9a-f-]{36}\?api-version=2017-08-31&t=\d+&c=.{2048}&s=.+&h=.+$/,
  );
  const running = await poll(url);
  expect(Object.keys(running.json)).toEqual(['name', 'status', 'startTime']);
  expect([running.json.status, running.headers.get('retry-after')]).toEqual(['InProgress', null]);
  expect(issuers).toEqual([]);
  arm.world.clock.advance(updateMs);
  const done = await poll(url);
  expect(Object.keys(done.json)).toEqual(['name', 'status', 'startTime', 'endTime']);
  expect(done.json.status).toBe('Succeeded');
  expect(issuers).toEqual([issuer]);
  expect([stored().oidcIssuerEnabled, stored().workloadIdentityEnabled]).toEqual([true, true]);
  expect((await get()).json.properties.provisioningState).toBe('Succeeded');
  expect(arm.world.ledger.entries()).toMatchObject([
    { service: 'arm', operation: 'cluster.put', target: stage, actor: users.operator.oid },
  ]);
});

test('the official client: read, change two fields, put back, wait', async () => {
  arm.world.timing.clusterUpdateMs = 300;
  const cluster: ManagedCluster & { eTag?: string } = await client().get('rg-aks-stage', 'aks-stage-weu');
  const result = await client().createOrUpdate(
    'rg-aks-stage',
    'aks-stage-weu',
    { ...cluster, oidcIssuerProfile: { enabled: true }, securityProfile: { workloadIdentity: { enabled: true } } },
    { ifMatch: cluster.eTag, updateIntervalInMs: 50 },
  );
  expect(result.oidcIssuerProfile?.issuerURL).toBe(issuerUrl('aks-stage-weu', contosoTenantId));
  expect(result.provisioningState).toBe('Succeeded');
  expect(stored().tags).toEqual({ environment: 'staging', owner: 'checkout' });
});

test('an operation ends without anybody asking', async () => {
  arm.world.timing.clusterUpdateMs = 50;
  await put(enabled((await get()).json, { issuer: true }));
  await expect.poll(() => stored().oidcIssuerEnabled).toBe(true);
});

test('the API server refusing the switch fails the operation and leaves the issuer off', async () => {
  arm.world.kubernetes.set(stage.toLowerCase(), {
    setIssuer: () => Promise.reject(new Error('no quorum')),
    stop: async () => undefined,
  } as unknown as ClusterBackend);
  const { headers } = await put(enabled((await get()).json, { issuer: true }));
  arm.world.clock.advance(updateMs);
  const { json } = await poll(headers.get('azure-asyncoperation'));
  expect(json).toMatchObject({ status: 'Failed', error: { message: 'no quorum' } });
  expect((await get()).json.properties).toMatchObject({
    provisioningState: 'Failed',
    oidcIssuerProfile: { enabled: false },
  });
});

test('If-Match: an old eTag is EtagMismatch without a wrapper, and nothing changes', async () => {
  const { json } = await get();
  arm.world.timing.clusterUpdateMs = 0;
  await put(json);
  const stale = await put(enabled(json, { issuer: true }), { 'if-match': `"${json.eTag}"` });
  expect([stale.status, stale.json.error, stale.json.code]).toEqual([412, undefined, 'EtagMismatch']);
  expect(Object.keys(stale.json)).toEqual(['code', 'details', 'message', 'subcode']);
  expectError(await put(json, { 'if-none-match': '*' }), 412, 'EtagMismatch');
  expect(stored().oidcIssuerEnabled).toBe(false);
  expect(arm.world.ledger.entries()).toHaveLength(1);
});

test('refused: workload identity without issuer, issuer off again, half a cluster, immutable fields, a stopped cluster', async () => {
  const { json } = await get();
  expectError(await put(enabled(json, { workloadIdentity: true })), 400, 'InvalidParameter');
  expectError(
    await put({ location: json.location, properties: { oidcIssuerProfile: { enabled: true } } }),
    400,
    'InvalidParameter',
  );
  expectError(
    await put({ ...json, properties: { ...json.properties, dnsPrefix: 'x' } }),
    400,
    'PropertyChangeNotAllowed',
  );
  expectError(await put({ ...json, location: 'eastus' }), 409, 'InvalidResourceLocation');
  expectError(
    await put({ ...json, properties: { ...json.properties, kubernetesVersion: '1.35.0' } }),
    501,
    'NotModelled',
  );
  expectError(await put('{'), 400, 'InvalidRequestContent');
  const on = (await get(clusterIds['aks-prod-weu'])).json;
  expectError(
    await put(enabled(on, { issuer: false }), {}, clusterIds['aks-prod-weu']),
    400,
    'OIDCIssuerFeatureCannotBeDisabled',
  );
  const dr = clusterIds['aks-dr-neu'];
  expectError(await put((await get(dr)).json, {}, dr), 409, 'OperationNotAllowed');
  expectError(
    await arm.call('PUT', clusterIds['aks-tools-weu'], { as: 'auditor', body: {} }),
    403,
    'AuthorizationFailed',
  );
  expect(arm.world.ledger.entries()).toEqual([]);
});

test('what a PUT leaves out is lost', async () => {
  arm.world.timing.clusterUpdateMs = 0;
  stored().properties.autoUpgradeProfile = { upgradeChannel: 'patch' };
  const { json } = await get();
  expect(json.properties.autoUpgradeProfile).toEqual({ upgradeChannel: 'patch' });
  const { autoUpgradeProfile: _, ...rest } = json.properties;
  await put({ location: json.location, properties: rest });
  expect((await get()).json.properties.autoUpgradeProfile).toBeUndefined();
  expect((await get()).json.tags).toBeUndefined();
});

test('who may write the cluster only, starts the update but cannot see it end', async () => {
  const narrow = { oid: '77777777-0000-4000-8000-000000000002', name: 'narrow@contoso.example' };
  arm.world.azure.grants.push(grantRole(narrow.oid, 'Contributor', stage));
  const { json } = await arm.call('GET', stage, { as: narrow });
  const started = await arm.call('PUT', stage, { as: narrow, body: enabled(json, { issuer: true }) });
  expect(started.status).toBe(200);
  const url = (started.headers.get('azure-asyncoperation') ?? '').replace(arm.endpoint, '');
  const refused = await arm.call('GET', url, { as: narrow });
  expectError(refused, 403, 'AuthorizationFailed');
  expect(refused.json.error.message).toContain("'Microsoft.ContainerService/locations/operations/read'");
  arm.world.azure.grants.push(
    grantRole(narrow.oid, 'Reader', `/subscriptions/${development.id}/resourceGroups/rg-aks-stage`),
  );
  expect((await arm.call('GET', url, { as: narrow })).json.status).toBe('InProgress');
});

test('cluster and group that do not exist', async () => {
  expectError(await get(stage.replace('aks-stage-weu', 'aks-none')), 404, 'ResourceNotFound');
  expectError(await get(stage.replace('rg-aks-stage', 'rg-none')), 404, 'ResourceGroupNotFound');
  const unknown = stage.replace(
    /resourcegroups.*/,
    'providers/Microsoft.ContainerService/locations/westeurope/operations/x',
  );
  expectError(await arm.call('GET', unknown), 404, 'NotFound');
});
