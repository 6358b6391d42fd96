import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import type { AzureCluster, AzureIdentity, ClusterAdmin, ClusterObject, World } from '../core/world.ts';
import { addMember, findGroup } from '../devops/model.ts';
import { scenarios } from '../scenarios/index.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { reconcile } from './controllers/index.ts';
import { backends } from './test-cluster.ts';

interface ApplicationStatus {
  readonly sync: { readonly status: string; readonly revision?: string };
  readonly health: { readonly status: string };
  readonly conditions?: readonly { readonly type: string; readonly message: string }[];
}
const api = 'argoproj.io/v1alpha1';

function access(world: World, name: string): { cluster: AzureCluster; admin: ClusterAdmin } {
  const cluster = [...world.azure.clusters.values()].find((candidate) => candidate.name === name);
  const backend = cluster && world.kubernetes.get(cluster.id.toLowerCase());
  if (!cluster || !backend) throw new Error(`no cluster ${name}`);
  return { cluster, admin: backend.admin };
}
async function said(admin: ClusterAdmin, name: string): Promise<ApplicationStatus> {
  const application = await admin.get(api, 'Application', 'argocd', name);
  return application?.status as unknown as ApplicationStatus;
}
const repoServer = async (admin: ClusterAdmin): Promise<ClusterObject> => {
  const pods = await admin.list('v1', 'Pod', 'argocd');
  const found = pods.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'argocd-repo-server');
  expect(found).toHaveLength(1);
  return found[0] as ClusterObject;
};
const environment = (pod: ClusterObject): Record<string, string> => {
  const [container] = (pod.spec as { containers: { env?: { name: string; value?: string }[] }[] }).containers;
  return Object.fromEntries(
    (container?.env ?? [])
      .filter(({ name }) => name.startsWith('AZURE_'))
      .map(({ name, value }) => [name, value ?? '']),
  );
};
/** The secret's password goes, workload identity comes. */
const useWorkloadIdentity = (admin: ClusterAdmin, secret: string) =>
  admin.patch(
    'v1',
    'Secret',
    'argocd',
    secret,
    { data: { username: null, password: null, useAzureWorkloadIdentity: Buffer.from('true').toString('base64') } },
    'test',
  );

/** What the product does to connect the repo-server of a cluster, written straight into the world. */
async function connect(
  world: World,
  name: string,
  organizationName: string,
  projectName: string,
): Promise<AzureIdentity> {
  const { cluster, admin } = access(world, name);
  const identity: AzureIdentity = {
    id: `/subscriptions/${cluster.subscriptionId}/resourcegroups/${cluster.resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${name}`,
    name: `id-${name}`,
    subscriptionId: cluster.subscriptionId,
    resourceGroup: cluster.resourceGroup,
    location: cluster.location,
    tenantId: world.directory.tenants[0]?.id ?? '',
    clientId: crypto.randomUUID(),
    principalId: crypto.randomUUID(),
    tags: {},
    createdAt: world.clock.now() - 3_600_000,
    credentials: [
      {
        name: 'repo-server',
        issuer: cluster.issuerUrl,
        subject: 'system:serviceaccount:argocd:argocd-repo-server',
        audiences: ['api://AzureADTokenExchange'],
        writtenAt: world.clock.now() - 1_800_000,
      },
    ],
  };
  world.azure.identities.set(identity.id.toLowerCase(), identity);
  const organization = world.devops.organizations.get(organizationName);
  const project = organization?.projects.find((candidate) => candidate.name === projectName);
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
  await admin.patch(
    'v1',
    'ServiceAccount',
    'argocd',
    'argocd-repo-server',
    { metadata: { annotations: { 'azure.workload.identity/client-id': identity.clientId } } },
    'test',
  );
  await admin.patch(
    'apps/v1',
    'Deployment',
    'argocd',
    'argocd-repo-server',
    { spec: { template: { metadata: { labels: { 'azure.workload.identity/use': 'true' } } } } },
    'test',
  );
  return identity;
}

const expected: Readonly<Record<string, RegExp>> = {
  'label-removed': /^Failed to load target state: .* failed to list refs: authentication required: .*TF401444/s,
  'annotation-removed': /TF401444/,
  'issuer-off': /AADSTS700211.*https:\/\/kubernetes\.default\.svc\.cluster\.local|AADSTS90061|AADSTS50166/s,
  'credential-deleted': /failed to get Azure access token: DefaultAzureCredential: .*AADSTS7002\d|AADSTS70025/s,
  'wrong-subject': /AADSTS700213/,
  'missing-trailing-slash': /AADSTS700211/,
  'wrong-audience': /AADSTS700212/,
  'membership-removed': /TF401444/,
  'stakeholder-license': /repository not found: .*TF401019/s,
  'no-read': /repository not found|TF401019|VS800075/,
};

describe.each(backends)('simulated consumers (%s)', (kind) => {
  let emulator: Emulator;
  let world: World;
  beforeAll(async () => {
    emulator = await startTestEmulator({
      seed: 'demo',
      timing: { latencyMs: 0, credentialPropagationMs: 0, devopsConsistencyMs: 0, reconcileMs: 60_000 },
      ...(kind === 'real' ? { kubebuilderAssets: process.env.KUBEBUILDER_ASSETS } : {}),
    });
    world = emulator.world;
  });
  afterAll(async () => {
    await emulator.stop();
  });

  test('starts with every application synced through personal access tokens', async () => {
    for (const { admin } of world.kubernetes.values())
      for (const { metadata } of await admin.list(api, 'Application').catch(() => []))
        expect(await said(admin, metadata.name), metadata.name).toMatchObject({
          sync: { status: 'Synced', revision: expect.stringMatching(/^[0-9a-f]{40}$/) },
          health: { status: 'Healthy' },
        });
    expect(world.ledger.entries()).toEqual([]);
  });

  test('replaces the pod and injects it when label, annotation and webhook are there', async () => {
    const { admin } = access(world, 'aks-prod-weu');
    const before = await repoServer(admin);
    expect(environment(before)).toEqual({});
    const identity = await connect(world, 'aks-prod-weu', 'contoso-eng', 'Checkout');
    await useWorkloadIdentity(admin, 'repo-checkout-deploy');
    await reconcile(world);
    const after = await repoServer(admin);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    expect(environment(after)).toEqual({
      AZURE_CLIENT_ID: identity.clientId,
      AZURE_TENANT_ID: identity.tenantId,
      AZURE_FEDERATED_TOKEN_FILE: '/var/run/secrets/azure/tokens/azure-identity-token',
      AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
    });
    expect(await said(admin, 'checkout')).toMatchObject({ sync: { status: 'Synced' } });
  });

  test.each(Object.keys(expected))('%s shows in Argo CD, and mends', async (name) => {
    const { admin } = access(world, 'aks-prod-weu');
    const apply = (scenario: string) =>
      scenarios.find((candidate) => candidate.name === scenario)?.apply(world, { cluster: 'aks-prod-weu' });
    expect(await apply(name)).toMatch(/\w/);
    await reconcile(world);
    const broken = await said(admin, 'checkout');
    expect(broken.sync.status).toBe('Unknown');
    expect(broken.conditions?.[0]).toMatchObject({ type: 'ComparisonError' });
    expect(broken.conditions?.[0]?.message).toMatch(expected[name] as RegExp);
    // Applications with their own token do not notice.
    expect(await said(admin, 'catalog')).toMatchObject({ sync: { status: 'Synced' } });
    await apply('mend');
    await reconcile(world);
    expect(await said(admin, 'checkout')).toMatchObject({ sync: { status: 'Synced' } });
  });

  test('lets a password win over workload identity', async () => {
    const { admin } = access(world, 'aks-prod-weu');
    const password = Buffer.from('not-valid-any-more').toString('base64');
    await admin.patch('v1', 'Secret', 'argocd', 'repo-checkout-deploy', { data: { password } }, 'test');
    await reconcile(world);
    const { conditions } = await said(admin, 'checkout');
    expect(conditions?.[0]?.message).toMatch(/failed to list refs: /);
    await admin.patch('v1', 'Secret', 'argocd', 'repo-checkout-deploy', { data: { password: null } }, 'test');
    await reconcile(world);
    expect(await said(admin, 'checkout')).toMatchObject({ sync: { status: 'Synced' } });
  });

  test('keeps the user name when it looks for credentials', async () => {
    const { admin } = access(world, 'aks-prod-weu');
    await admin.delete('v1', 'Secret', 'argocd', 'repo-catalog-deploy');
    await reconcile(world);
    expect((await said(admin, 'catalog')).conditions?.[0]?.message).toMatch(
      /failed to list refs: authentication required/,
    );
  });

  test('cannot fetch with workload identity below 3.0.13', async () => {
    const { admin } = access(world, 'aks-lab-swc');
    await connect(world, 'aks-lab-swc', 'contoso-platform', 'Platform');
    await useWorkloadIdentity(admin, 'repo-lab-config');
    await reconcile(world);
    expect((await said(admin, 'lab-config')).conditions?.[0]?.message).toMatch(
      /could not read Username for 'https:\/\/[^']+': terminal prompts disabled$/,
    );
  });

  test('injects nothing while workload identity is off', async () => {
    const { cluster, admin } = access(world, 'aks-stage-weu');
    await connect(world, 'aks-stage-weu', 'contoso-eng', 'Checkout');
    await reconcile(world);
    expect(environment(await repoServer(admin))).toEqual({});
    expect(
      await admin.get('apps/v1', 'Deployment', 'kube-system', 'azure-wi-webhook-controller-manager'),
    ).toBeUndefined();
    cluster.workloadIdentityEnabled = true;
    await reconcile(world);
    expect(
      await admin.get('apps/v1', 'Deployment', 'kube-system', 'azure-wi-webhook-controller-manager'),
    ).toBeDefined();
  });
});
