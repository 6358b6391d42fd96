import { ContainerServiceClient } from '@azure/arm-containerservice';
import { SourceControlConfigurationClient } from '@azure/arm-kubernetesconfiguration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterIds, productionSubscription as production } from '../world/azure.ts';
import { contosoTenantId } from '../world/directory.ts';
import { type ArmWorld, expectError, startArm } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm();
});
afterAll(() => arm.emulator.stop());

const cluster = clusterIds['aks-prod-weu'];

test('the user credential is an address, a CA and kubelogin, but no secret', async () => {
  const client = new ContainerServiceClient(arm.credential('operator'), production.id, { endpoint: arm.endpoint });
  const { kubeconfigs } = await client.managedClusters.listClusterUserCredentials('rg-aks-prod', 'aks-prod-weu', {
    format: 'exec',
  });
  expect(kubeconfigs?.map(({ name }) => name)).toEqual(['clusterUser']);
  const config = parse(Buffer.from(kubeconfigs?.[0]?.value ?? []).toString());
  const { fqdn } = arm.world.azure.clusters.get(cluster.toLowerCase()) ?? { fqdn: '' };
  expect(config.clusters[0].cluster.server).toBe(arm.world.url(fqdn));
  expect(Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()).toBe(
    arm.world.caPem,
  );
  expect(config.contexts[0]).toEqual({
    context: { cluster: 'aks-prod-weu', user: 'clusterUser_rg-aks-prod_aks-prod-weu' },
    name: 'aks-prod-weu',
  });
  const { exec, ...rest } = config.users[0].user;
  expect(rest).toEqual({});
  expect(exec.command).toBe('kubelogin');
  expect(exec.args).toEqual(
    expect.arrayContaining([
      'get-token',
      '--server-id',
      '6dae42f8-4368-4678-94ff-3960e28e3630',
      '--tenant-id',
      contosoTenantId,
    ]),
  );
  const azure = await arm.call('POST', `${cluster}/listClusterUserCredential?format=azure&api-version=2026-05-01`);
  const legacy = parse(Buffer.from(azure.json.kubeconfigs[0].value, 'base64').toString());
  expect(legacy.users[0].user['auth-provider'].name).toBe('azure');
});

test('a Reader gets no kubeconfig, and nobody gets the admin one', async () => {
  expectError(
    await arm.call('POST', `${cluster}/listClusterUserCredential`, { as: 'auditor' }),
    403,
    'AuthorizationFailed',
  );
  expectError(
    await arm.call('POST', `${cluster}/listClusterAdminCredential`, { as: 'auditor' }),
    403,
    'AuthorizationFailed',
  );
  const admin = await arm.call('POST', `${cluster}/listClusterAdminCredential`);
  expectError(admin, 400, 'BadRequest');
  expect(admin.json.message).toContain('set to disable local accounts');
});

test('commands through ARM: the right is judged, then said to be missing here', async () => {
  const body = { command: 'kubectl get pods', context: '' };
  expectError(await arm.call('POST', `${cluster}/runCommand`, { as: 'auditor', body }), 403, 'AuthorizationFailed');
  expectError(await arm.call('POST', `${cluster}/runCommand`, { body }), 501, 'NotModelled');
});

test('no identity bindings', async () => {
  expect((await arm.call('GET', `${cluster}/identityBindings`)).json).toEqual({ value: [] });
});

test('extensions: none, then the one that is installed, as recorded', async () => {
  expect((await arm.call('GET', `${cluster}/providers/Microsoft.KubernetesConfiguration/extensions`)).text).toBe(
    '{"value":[],"nextLink":null}',
  );
  const stored = arm.world.azure.clusters.get(cluster.toLowerCase());
  if (stored)
    stored.extensions = [
      {
        name: 'flux',
        extensionType: 'microsoft.flux',
        releaseTrain: 'Stable',
        version: '1.17.2',
        autoUpgradeMinorVersion: true,
        releaseNamespace: 'flux-system',
        configurationSettings: {},
        principalId: '77777777-0000-4000-8000-000000000003',
        createdAt: '2026-03-02T09:00:00.0000000+00:00',
      },
    ];
  const client = new SourceControlConfigurationClient(arm.credential('operator'), production.id, {
    endpoint: arm.endpoint,
  });
  const extension = await client.extensions.get(
    'rg-aks-prod',
    'Microsoft.ContainerService',
    'managedClusters',
    'aks-prod-weu',
    'flux',
  );
  expect(extension).toMatchObject({ extensionType: 'microsoft.flux', currentVersion: '1.17.2' });
  const { json } = await arm.call('GET', `${cluster}/providers/Microsoft.KubernetesConfiguration/extensions/flux`);
  expect(Object.keys(json)).toEqual(['id', 'name', 'type', 'properties', 'systemData']);
  expect(Object.keys(json.properties)).toEqual([
    'extensionType',
    'autoUpgradeMinorVersion',
    'releaseTrain',
    'version',
    'currentVersion',
    'scope',
    'provisioningState',
    'configurationSettings',
    'configurationProtectedSettings',
    'statuses',
    'aksAssignedIdentity',
    'isSystemExtension',
  ]);
  const none = await arm.call('GET', `${cluster}/providers/Microsoft.KubernetesConfiguration/extensions/argocd`);
  expect(none.text).toBe(
    '{"error":{"code":"ResourceNotFound","message":"Extension instance with name \'argocd\' not found.","additionalInfo":[]}}',
  );
});
