import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import type { AzureCluster, AzureIdentity, ClusterAdmin, World } from '../core/world.ts';
import { addMember, findGroup } from '../devops/model.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { seedAzure } from '../world/azure.ts';
import { grantClusterAccess } from '../world/cluster-access.ts';
import { seedDevops } from '../world/devops.ts';
import { seedDirectory } from '../world/directory.ts';
import { seedToolsFlux } from '../world/kubernetes.ts';
import { reconcile } from './controllers/index.ts';
import { createEmbeddedBackend } from './embedded/backend.ts';
import { createRealBackend } from './real/backend.ts';
import { backends } from './test-cluster.ts';

const sources = 'source.toolkit.fluxcd.io/v1';
const images = 'image.toolkit.fluxcd.io/v1';
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

describe.each(backends)('Flux’ controllers (%s)', (kind) => {
  let emulator: Emulator;
  let world: World;
  let admin: ClusterAdmin;
  let cluster: AzureCluster;
  let identity: AzureIdentity;

  beforeAll(async () => {
    emulator = await startTestEmulator({
      timing: { latencyMs: 0, credentialPropagationMs: 0, devopsConsistencyMs: 0, reconcileMs: 60_000 },
      seed: async (made) => {
        await seedDirectory(made);
        await seedAzure(made);
        await seedDevops(made);
        const found = [...made.azure.clusters.values()].find(({ name }) => name === 'aks-tools-weu');
        if (!found) throw new Error('no cluster');
        const backend = await (kind === 'real'
          ? createRealBackend(made, found, process.env.KUBEBUILDER_ASSETS ?? '')
          : createEmbeddedBackend(made, found));
        made.kubernetes.set(found.id.toLowerCase(), backend);
        await seedToolsFlux(made, backend.admin);
        await grantClusterAccess(backend.admin, ['flux-system', 'fulfilment']);
        cluster = found;
        admin = backend.admin;
      },
    });
    world = emulator.world;
    await reconcile(world);
  });
  afterAll(() => emulator?.stop());

  async function said(api: string, what: string, namespace: string, name: string): Promise<Condition> {
    await reconcile(world);
    const object = await admin.get(api, what, namespace, name);
    const status = object?.status as { conditions?: Condition[] } | undefined;
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    if (!ready) throw new Error(`${what} ${name} says nothing`);
    return ready;
  }
  const deploy = () => said(sources, 'GitRepository', 'flux-system', 'fulfilment-deploy');
  const environments = () => said(sources, 'GitRepository', 'fulfilment', 'fulfilment-env');
  const automation = () => said(images, 'ImageUpdateAutomation', 'fulfilment', 'fulfilment');
  const patchSource = (namespace: string, name: string, spec: unknown) =>
    admin.patch(sources, 'GitRepository', namespace, name, { spec }, 'test');
  const choose = async (tag: string) => {
    const policy = await admin.get(images, 'ImagePolicy', 'fulfilment', 'fulfilment');
    if (!policy) throw new Error('no policy');
    const latestRef = { name: 'registry.contoso.example/fulfilment', tag };
    await admin.putStatus({ ...policy, status: { latestRef } }, 'image-reflector-controller');
  };
  const pushed = async () => {
    const object = await admin.get(images, 'ImageUpdateAutomation', 'fulfilment', 'fulfilment');
    return (object?.status as { lastPushCommit?: string } | undefined)?.lastPushCommit;
  };
  async function connect(controller: string): Promise<void> {
    await admin.patch(
      'v1',
      'ServiceAccount',
      'flux-system',
      controller,
      { metadata: { annotations: { 'azure.workload.identity/client-id': identity.clientId } } },
      'test',
    );
    await admin.patch(
      'apps/v1',
      'Deployment',
      'flux-system',
      controller,
      { spec: { template: { metadata: { labels: { 'azure.workload.identity/use': 'true' } } } } },
      'test',
    );
    identity.credentials.push({
      name: controller,
      issuer: cluster.issuerUrl,
      subject: `system:serviceaccount:flux-system:${controller}`,
      audiences: ['api://AzureADTokenExchange'],
      writtenAt: world.clock.now() - 1_800_000,
    });
  }

  test('are ready through personal access tokens, bootstrap included', async () => {
    expect(await deploy()).toMatchObject({ status: 'True', reason: 'Succeeded' });
    expect((await environments()).message).toMatch(/^stored artifact for revision 'env\/staging@sha1:[0-9a-f]{40}'$/);
    expect(await automation()).toMatchObject({ status: 'True', message: 'repository up-to-date' });
    const own = await said('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'flux-system', 'flux-system');
    expect(own).toMatchObject({ status: 'True', reason: 'ReconciliationSucceeded' });
  });

  test('push the image that a policy chose', async () => {
    const before = await environments();
    await choose('3.9.3');
    expect(await automation()).toMatchObject({ status: 'True' });
    expect(await pushed()).toMatch(/^[0-9a-f]{40}$/);
    expect(await environments()).not.toEqual(before);
    expect(world.ledger.entries().map(({ operation }) => operation)).toContain('git.push');
  });

  test('fail without a secret, and with a token that is not valid', async () => {
    await patchSource('flux-system', 'fulfilment-deploy', { secretRef: { name: 'gone' } });
    expect(await deploy()).toMatchObject({
      status: 'False',
      reason: 'AuthenticationFailed',
      message: `failed to get secret 'flux-system/gone': failed to get secret 'flux-system/gone': secrets "gone" not found`,
    });
    await patchSource('flux-system', 'fulfilment-deploy', { secretRef: null });
    expect((await deploy()).message).toMatch(
      /^failed to checkout and determine revision: unable to list remote for '[^']+fulfilment-deploy': authentication required/,
    );
  });

  test('ask for a token where the provider is azure, and fall through to the node without workload identity', async () => {
    await patchSource('flux-system', 'fulfilment-deploy', { provider: 'azure' });
    expect((await deploy()).message).toMatch(/authentication required: .*TF401444/s);
  });

  test('use their own projected token once they are connected', async () => {
    identity = {
      id: `/subscriptions/${cluster.subscriptionId}/resourcegroups/${cluster.resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-flux`,
      name: 'id-flux',
      subscriptionId: cluster.subscriptionId,
      resourceGroup: cluster.resourceGroup,
      location: cluster.location,
      tenantId: world.directory.tenants[0]?.id ?? '',
      clientId: crypto.randomUUID(),
      principalId: crypto.randomUUID(),
      tags: {},
      createdAt: world.clock.now() - 3_600_000,
      credentials: [],
    };
    world.azure.identities.set(identity.id.toLowerCase(), identity);
    const organization = world.devops.organizations.get('contoso-eng');
    const project = organization?.projects.find(({ name }) => name === 'Fulfilment');
    if (!organization || !project) throw new Error('no project');
    const member = addMember(organization, {
      kind: 'servicePrincipal',
      originId: identity.principalId,
      displayName: identity.name,
      principalName: identity.clientId,
      license: 'express',
      addedAt: world.clock.now() - 1_800_000,
    });
    findGroup(organization, 'readers', project).members.set(member.descriptor, { since: 0 });
    await connect('source-controller');
    expect(await deploy()).toMatchObject({ status: 'True' });

    // A secret beside the provider is read and overwritten; its content does not matter, its absence does.
    await patchSource('flux-system', 'fulfilment-deploy', { secretRef: { name: 'gone' } });
    expect((await deploy()).reason).toBe('AuthenticationFailed');
    await patchSource('flux-system', 'fulfilment-deploy', { secretRef: null });
    expect(await deploy()).toMatchObject({ status: 'True' });
  });

  test('image automation needs a credential of its own, and Contribute', async () => {
    await patchSource('fulfilment', 'fulfilment-env', { provider: 'azure', secretRef: null });
    expect(await environments()).toMatchObject({ status: 'True' });
    expect((await automation()).message).toMatch(
      /^failed to checkout source: unable to clone '[^']+': authentication required: .*TF401444/s,
    );
    await connect('image-automation-controller');
    expect(await automation()).toMatchObject({ status: 'True' });
    await choose('3.9.4');
    expect((await automation()).message).toMatch(/^failed to update source: authorization failed: .*TF401027/s);
    const organization = world.devops.organizations.get('contoso-eng');
    const project = organization?.projects.find(({ name }) => name === 'Fulfilment');
    const member = organization?.members.find(({ originId }) => originId === identity.principalId);
    if (!organization || !project || !member) throw new Error('not connected');
    findGroup(organization, 'contributors', project).members.set(member.descriptor, { since: 0 });
    const before = await pushed();
    expect(await automation()).toMatchObject({ status: 'True' });
    expect(await pushed()).not.toBe(before);
  });

  test('say Entra’s words when a credential was deleted', async () => {
    const kept = identity.credentials.splice(0);
    expect((await deploy()).message).toMatch(
      /^failed to configure authentication options: failed to create provider access token for the controller: WorkloadIdentityCredential authentication failed.*AADSTS70025/s,
    );
    expect((await automation()).message).toMatch(
      /^failed configuring source manager: failed to configure authentication options: .*AADSTS70025/s,
    );
    identity.credentials.push(...kept);
    expect(await deploy()).toMatchObject({ status: 'True' });
  });

  test('object-level identity is refused without its gate', async () => {
    await patchSource('flux-system', 'fulfilment-deploy', { serviceAccountName: 'deployer' });
    expect(await deploy()).toMatchObject({
      reason: 'FeatureGateDisabled',
      message:
        'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
    });
    await patchSource('flux-system', 'fulfilment-deploy', { serviceAccountName: null });
  });

  test('what Git names comes back, what it does not name stays', async () => {
    await patchSource('flux-system', 'flux-system', { provider: 'azure', secretRef: null });
    await admin.patch(
      'v1',
      'ServiceAccount',
      'flux-system',
      'kustomize-controller',
      { metadata: { annotations: { 'contoso.example/kept': 'yes' } } },
      'test',
    );
    await reconcile(world);
    const own = await admin.get(sources, 'GitRepository', 'flux-system', 'flux-system');
    expect(own?.spec).toMatchObject({ provider: 'azure', secretRef: { name: 'flux-system' } });
    const account = await admin.get('v1', 'ServiceAccount', 'flux-system', 'kustomize-controller');
    expect(account?.metadata.annotations).toMatchObject({ 'contoso.example/kept': 'yes' });
  });
});
