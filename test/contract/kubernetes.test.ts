import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Kubernetes } from '../../lib/ports.ts';
import { type ClusterName, clusterId, issuerUrl, productionSubscription } from '../emulator/world/azure.ts';
import { grantRole } from '../emulator/world/azure-roles.ts';
import { contosoTenantId, users } from '../emulator/world/directory.ts';
import { failureOf, type Outside, startOutside } from './outside.ts';

const signal = AbortSignal.timeout(120_000);
const argocd = { namespace: 'argocd' };
const repoServer = { apiVersion: 'v1', kind: 'ServiceAccount', name: 'argocd-repo-server', ...argocd };
let outside: Outside;
let kubernetes: Kubernetes;
const idOf = (name: ClusterName) => clusterId(name);
beforeAll(async () => {
  outside = await startOutside({
    seed: 'demo',
    timing: { latencyMs: 0, clusterUpdateMs: 0 },
    // A real API server for this cluster, where there is one at hand.
    kubebuilderAssets: process.env.KUBEBUILDER_ASSETS,
  });
  kubernetes = await outside.ports.kubernetes({ id: idOf('aks-prod-weu') });
  // Reader alone does not learn a cluster's address: the kubeconfig takes an action of its own.
  const { grants } = outside.world.azure;
  grants.push(
    grantRole(
      users.auditor.oid,
      'Azure Kubernetes Service Cluster User Role',
      `/subscriptions/${productionSubscription.id}`,
    ),
  );
});
beforeEach(() => outside.world.faults.clear());
afterAll(() => outside?.emulator.stop());

describe('the connection', () => {
  test('goes to the address that Azure gives for the cluster', async () => {
    const cluster = await outside.ports.arm.getCluster(idOf('aks-prod-weu'), signal);
    expect(kubernetes.server).toBe(outside.world.url(cluster?.fqdn ?? ''));
    expect(await kubernetes.serverVersion(signal)).toMatch(/^v1\.\d+/);
  });

  test('a cluster that is stopped does not answer, which is no refusal', async () => {
    const stopped = outside.ports.kubernetes({ id: idOf('aks-dr-neu') }).then((it) => it.serverVersion(signal));
    const error = await failureOf(stopped);
    expect(['unreachable', 'invalid', 'conflict']).toContain(error.kind);
    expect(error.kind).not.toBe('refused');
  });

  test('somebody without rights in Azure does not get as far as the API server', async () => {
    const { kubernetes: connect } = outside.portsOf(users.newcomer);
    expect(await failureOf(connect({ id: idOf('aks-prod-weu') }))).toMatchObject({ service: 'arm', kind: 'refused' });
  });
});

describe('reading', () => {
  test('deployments, pods and objects of any kind', async () => {
    const deployments = await kubernetes.listDeployments(argocd, signal);
    expect(deployments.find(({ name }) => name === 'argocd-repo-server')).toMatchObject({
      serviceAccount: 'argocd-repo-server',
      containers: [expect.objectContaining({ image: expect.stringContaining('argocd') })],
    });
    const everywhere = await kubernetes.listDeployments({ labelSelector: 'app.kubernetes.io/part-of=argocd' }, signal);
    expect(everywhere.length).toBeGreaterThanOrEqual(deployments.length);
    const pods = await kubernetes.listPods('argocd', 'app.kubernetes.io/name=argocd-repo-server', signal);
    expect(pods[0]).toMatchObject({ phase: 'Running', ready: true, serviceAccount: 'argocd-repo-server' });
    expect(await kubernetes.get(repoServer, signal)).toMatchObject({
      kind: 'ServiceAccount',
      metadata: { uid: expect.any(String), creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/) },
    });
    const applications = await kubernetes.list(
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
      argocd,
      signal,
    );
    expect(applications.map(({ metadata }) => metadata.name)).toContain('checkout');
    const accounts = await kubernetes.list({ apiVersion: 'v1', kind: 'ServiceAccount' }, argocd, signal);
    expect(accounts[0]).toMatchObject({ apiVersion: 'v1', kind: 'ServiceAccount' });
  });

  test('what is not there, and kinds that are not installed', async () => {
    expect(await kubernetes.get({ ...repoServer, name: 'nobody' }, signal)).toBeUndefined();
    const unknown = { apiVersion: 'example.com/v1', kind: 'Widget' };
    expect(await kubernetes.get({ ...unknown, name: 'x', ...argocd }, signal)).toBeUndefined();
    expect(await failureOf(kubernetes.list(unknown, argocd, signal))).toMatchObject({
      kind: 'absent',
      code: 'NotFound',
    });
  });

  test('secrets come without their values', async () => {
    const selector = 'argocd.argoproj.io/secret-type';
    const secrets = await kubernetes.listSecrets('argocd', selector, ['url', 'type'], signal);
    const checkout = secrets.find(({ name }) => name === 'repo-checkout-deploy');
    expect(checkout?.keys).toEqual(expect.arrayContaining(['password', 'url', 'username']));
    expect(new Set(Object.keys(checkout?.values ?? {}))).toEqual(new Set(['type', 'url']));
    expect(checkout?.values.url).toMatch(/checkout-deploy$/);
    const stored = await outside.world.kubernetes
      .get(idOf('aks-prod-weu').toLowerCase())
      ?.admin.get('v1', 'Secret', 'argocd', 'repo-checkout-deploy');
    const { password = '' } = (stored?.data ?? {}) as Record<string, string>;
    expect(password.length).toBeGreaterThan(10);
    expect(JSON.stringify(secrets)).not.toContain(Buffer.from(password, 'base64').toString('utf8'));
  });

  test('a refusal names what is missing', async () => {
    const auditor = await outside.portsOf(users.auditor).kubernetes({ id: idOf('aks-prod-weu') });
    const error = await failureOf(auditor.listSecrets('argocd', '', [], signal));
    expect(error).toMatchObject({ service: 'kubernetes', kind: 'refused', status: 403, code: 'Forbidden' });
    expect(error.message).toMatch(/cannot list resource "secrets"/);
  });
});

describe('rights', () => {
  test('each question has its own answer', async () => {
    const may = (verb: string, resource: string, namespace = 'argocd') => ({ group: '', resource, verb, namespace });
    const token = { group: '', resource: 'serviceaccounts', subresource: 'token', verb: 'create', namespace: 'argocd' };
    const questions = [
      may('patch', 'serviceaccounts'),
      token,
      may('list', 'secrets'),
      may('list', 'secrets', 'kube-system'),
    ];
    expect(await kubernetes.canI(questions, signal)).toEqual([true, true, true, false]);
    const auditor = await outside.portsOf(users.auditor).kubernetes({ id: idOf('aks-prod-weu') });
    expect(await auditor.canI(questions, signal)).toEqual([false, false, false, false]);
  });
});

describe('tokens of service accounts', () => {
  test("carry the cluster's issuer, the account and the audience", async () => {
    const account = { namespace: 'argocd', name: 'argocd-repo-server' };
    const { token, claims } = await kubernetes.requestToken(account, 'api://AzureADTokenExchange', 600, signal);
    expect(claims).toMatchObject({
      issuer: issuerUrl('aks-prod-weu', contosoTenantId),
      subject: 'system:serviceaccount:argocd:argocd-repo-server',
      audience: 'api://AzureADTokenExchange',
    });
    expect(String(token)).toBe('[token]');
    expect(token.reveal().split('.')).toHaveLength(3);
    const absent = kubernetes.requestToken({ ...account, name: 'nobody' }, 'api://AzureADTokenExchange', 600, signal);
    expect(await failureOf(absent)).toMatchObject({ kind: 'absent', code: 'NotFound' });
  });
});

describe('writing', () => {
  const annotated = (value: string) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: 'argocd-repo-server',
      namespace: 'argocd',
      annotations: { 'azure.workload.identity/client-id': value },
    },
  });

  test('apply adds what is ours and leaves the rest; a dry run changes nothing', async () => {
    const tried = await kubernetes.apply(annotated('client-1'), signal, { dryRun: true });
    expect(tried.metadata.annotations).toMatchObject({ 'azure.workload.identity/client-id': 'client-1' });
    expect((await kubernetes.get(repoServer, signal))?.metadata.annotations ?? {}).not.toHaveProperty([
      'azure.workload.identity/client-id',
    ]);
    const before = await kubernetes.get(repoServer, signal);
    const applied = await kubernetes.apply(annotated('client-1'), signal);
    expect(applied.metadata.annotations).toMatchObject({ 'azure.workload.identity/client-id': 'client-1' });
    expect(applied.metadata.labels).toEqual(before?.metadata.labels);
  });

  test('part of a deployment, as a pod label is set', async () => {
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'argocd-repo-server', ...argocd };
    const before = await kubernetes.get(ref, signal);
    const label = { 'azure.workload.identity/use': 'true' };
    const metadata = { name: ref.name, namespace: ref.namespace };
    await kubernetes.apply(
      { apiVersion: ref.apiVersion, kind: ref.kind, metadata, spec: { template: { metadata: { labels: label } } } },
      signal,
    );
    const deployments = await kubernetes.listDeployments(argocd, signal);
    const after = deployments.find(({ name }) => name === ref.name);
    expect(after?.templateLabels).toMatchObject({ ...label, 'app.kubernetes.io/name': ref.name });
    expect(after?.containers.length).toBeGreaterThan(0);
    const template = (object: typeof before) =>
      (object?.spec as { template?: { spec?: unknown } } | undefined)?.template;
    expect(template(before)?.spec).toBeDefined();
    expect(template(await kubernetes.get(ref, signal))?.spec).toEqual(template(before)?.spec);
  });

  test('a field that somebody else manages stays theirs, and they are named', async () => {
    const admin = outside.world.kubernetes.get(idOf('aks-prod-weu').toLowerCase())?.admin;
    await admin?.patch(
      'v1',
      'ServiceAccount',
      'argocd',
      'argocd-server',
      { metadata: { annotations: { 'azure.workload.identity/client-id': 'theirs' } } },
      'helm',
    );
    const ours = annotated('ours');
    const error = await failureOf(
      kubernetes.apply({ ...ours, metadata: { ...ours.metadata, name: 'argocd-server' } }, signal),
    );
    expect(error).toMatchObject({ kind: 'conflict', status: 409, code: 'Conflict', outcomeUnknown: false });
    expect(error.message).toMatch(/conflict with "helm"/);
  });

  test('secret keys are removed only from the secret that was read', async () => {
    const find = async () => {
      const all = await kubernetes.listSecrets('argocd', 'argocd.argoproj.io/secret-type', ['url'], signal);
      const secret = all.find(({ name }) => name === 'repo-checkout-deploy');
      if (!secret) throw new Error('no secret');
      return secret;
    };
    const { name, namespace, resourceVersion } = await find();
    const stale = kubernetes.removeSecretKeys({ name, namespace, resourceVersion: '1' }, ['password'], signal);
    expect(await failureOf(stale)).toMatchObject({ kind: 'conflict', code: 'Conflict' });
    expect((await find()).keys).toContain('password');
    await kubernetes.removeSecretKeys({ name, namespace, resourceVersion }, ['password', 'username'], signal);
    const after = await find();
    expect(after.keys).not.toContain('password');
    expect(after.keys).not.toContain('username');
    expect(after.values.url).toMatch(/checkout-deploy$/);
  });

  test('a lost answer to a write leaves its outcome unknown; a lost answer to a read is asked again', async () => {
    const fault = { service: 'kubernetes', action: { type: 'reset', when: 'after' } } as const;
    outside.world.faults.add({ ...fault, operation: 'serviceaccount.patch' });
    const error = await failureOf(kubernetes.apply(annotated('client-2'), signal));
    expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: true, operation: 'apply ServiceAccount' });
    outside.world.faults.add({ ...fault, operation: 'serviceaccount.get' });
    expect((await kubernetes.get(repoServer, signal))?.metadata.annotations).toMatchObject({
      'azure.workload.identity/client-id': 'client-2',
    });
  });
});
