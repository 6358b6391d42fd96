import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backends, startTestCluster, type TestCluster } from './test-cluster.ts';

interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}
async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiException) {
      const body = (typeof error.body === 'string' ? JSON.parse(error.body) : error.body) as Refusal & { kind: string };
      expect(body.kind).toBe('Status');
      return { code: error.code, reason: body.reason, message: body.message };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'argocd' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'registry.contoso.example/main:1' }] },
    },
  },
});

describe.each(backends)('API server (%s)', (kind) => {
  let cluster: TestCluster;
  let core: CoreV1Api;
  let apps: AppsV1Api;
  let objects: KubernetesObjectApi;
  beforeAll(async () => {
    cluster = await startTestCluster(kind);
    const config = await cluster.as('operator');
    core = config.makeApiClient(CoreV1Api);
    apps = config.makeApiClient(AppsV1Api);
    objects = KubernetesObjectApi.makeApiClient(config);
  });
  afterAll(async () => {
    await cluster?.emulator.stop();
  });

  const apply = (
    object: Parameters<KubernetesObjectApi['patch']>[0] & Record<string, unknown>,
    manager: string,
    options: { force?: boolean; dryRun?: string } = {},
  ) => objects.patch(object, undefined, options.dryRun, manager, options.force, PatchStrategy.ServerSideApply);

  test('answers who it is, and nothing to a caller without a token', async () => {
    const config = await cluster.as('operator');
    const version = await config.makeApiClient(VersionApi).getCode();
    expect(version.gitVersion).toMatch(/^v1\.\d+\.\d+/);
    const anonymous = await fetch(`${cluster.url}/version`);
    expect(anonymous.status).toBe(401);
    expect(await anonymous.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' });
    const wrong = await fetch(`${cluster.url}/api/v1/namespaces`, { headers: { authorization: 'Bearer nonsense' } });
    expect(wrong.status).toBe(401);
  });

  test('refuses a token that was issued for another audience', async () => {
    const tenantId = cluster.world.directory.tenants[0]?.id ?? '';
    const token = await cluster.world.tokens.issue(
      { kind: 'user', tenantId, oid: 'x', name: 'operator@contoso.example', displayName: 'x' },
      'arm',
      3600,
    );
    const answer = await fetch(`${cluster.url}/version`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });

  test('lets RBAC decide: operator, auditor and a stranger', async () => {
    await core.listNamespacedSecret({ namespace: 'argocd' });
    const other = await refusal(core.listNamespacedSecret({ namespace: 'other' }));
    expect(other).toEqual({
      code: 403,
      reason: 'Forbidden',
      message:
        'secrets is forbidden: User "operator@contoso.example" cannot list resource "secrets" in API group "" in the namespace "other"',
    });
    const auditor = (await cluster.as('auditor')).makeApiClient(CoreV1Api);
    expect((await auditor.listNamespace()).items.map(({ metadata }) => metadata?.name)).toContain('argocd');
    expect((await refusal(auditor.readNamespacedSecret({ namespace: 'argocd', name: 'x' }))).message).toBe(
      'secrets "x" is forbidden: User "auditor@contoso.example" cannot get resource "secrets" in API group "" in the namespace "argocd"',
    );
    const newcomer = (await cluster.as('newcomer')).makeApiClient(CoreV1Api);
    expect((await refusal(newcomer.listNamespace())).message).toBe(
      'namespaces is forbidden: User "newcomer@contoso.example" cannot list resource "namespaces" in API group "" at the cluster scope',
    );
  });

  test('answers access reviews as it decides', async () => {
    const ask = async (person: 'operator' | 'auditor', namespace: string) => {
      const api = (await cluster.as(person)).makeApiClient(AuthorizationV1Api);
      const review = await api.createSelfSubjectAccessReview({
        body: {
          spec: {
            resourceAttributes: {
              verb: 'create',
              group: '',
              resource: 'serviceaccounts',
              subresource: 'token',
              namespace,
            },
          },
        },
      });
      return review.status?.allowed;
    };
    expect(await ask('operator', 'argocd')).toBe(true);
    expect(await ask('operator', 'other')).toBe(false);
    expect(await ask('auditor', 'argocd')).toBe(false);
    const rules = await (await cluster.as('operator'))
      .makeApiClient(AuthorizationV1Api)
      .createSelfSubjectRulesReview({ body: { spec: { namespace: 'argocd' } } });
    expect(rules.status?.resourceRules.some(({ resources }) => resources?.includes('serviceaccounts/token'))).toBe(
      true,
    );
  });

  test('keeps secrets, selects by label, and refuses a stale version', async () => {
    const body = (name: string, labels: Record<string, string>) => ({
      metadata: { name, labels },
      stringData: { url: 'https://x.example' },
    });
    const created = await core.createNamespacedSecret({ namespace: 'argocd', body: body('one', { role: 'a' }) });
    await core.createNamespacedSecret({ namespace: 'argocd', body: body('two', { role: 'b' }) });
    expect(Buffer.from(created.data?.url ?? '', 'base64').toString()).toBe('https://x.example');
    const selected = await core.listNamespacedSecret({ namespace: 'argocd', labelSelector: 'role in (a)' });
    expect(selected.items.map(({ metadata }) => metadata?.name)).toEqual(['one']);
    const named = await core.listNamespacedSecret({ namespace: 'argocd', fieldSelector: 'metadata.name=two' });
    expect(named.items).toHaveLength(1);
    expect((await refusal(core.createNamespacedSecret({ namespace: 'argocd', body: body('one', {}) }))).reason).toBe(
      'AlreadyExists',
    );
    await core.replaceNamespacedSecret({
      namespace: 'argocd',
      name: 'one',
      body: { ...created, data: { url: 'eA==' } },
    });
    const stale = await refusal(
      core.replaceNamespacedSecret({ namespace: 'argocd', name: 'one', body: { ...created, data: { url: 'eQ==' } } }),
    );
    expect(stale).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(stale.message).toBe(
      'Operation cannot be fulfilled on secrets "one": the object has been modified; please apply your changes to the latest version and try again',
    );
    const page = await core.listNamespacedSecret({ namespace: 'argocd', limit: 1 });
    expect(page.items).toHaveLength(1);
    expect(page.metadata?._continue).toBeTruthy();
  });

  test('removes data keys by a JSON patch that tests the version', async () => {
    const secret = await core.createNamespacedSecret({
      namespace: 'argocd',
      body: { metadata: { name: 'patched' }, data: { password: 'eA==', url: 'eQ==' } },
    });
    const patch = (version: string) =>
      core.patchNamespacedSecret(
        {
          namespace: 'argocd',
          name: 'patched',
          body: [
            { op: 'test', path: '/metadata/resourceVersion', value: version },
            { op: 'remove', path: '/data/password' },
          ],
        },
        setHeaderOptions('Content-Type', PatchStrategy.JsonPatch),
      );
    expect((await refusal(patch('1'))).code).toBeGreaterThanOrEqual(400);
    const patched = await patch(secret.metadata?.resourceVersion ?? '');
    expect(patched.data).toEqual({ url: 'eQ==' });
  });

  test('names the owner of a field in an apply conflict, and shares equal values', async () => {
    const config = (value: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owned', namespace: 'argocd' },
      data: { a: value },
    });
    await apply(config('1'), 'argocd-controller');
    const before = cluster.world.ledger.entries().length;
    const conflict = await refusal(apply(config('2'), 'patless'));
    expect(conflict).toEqual({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "argocd-controller": .data.a',
    });
    expect(cluster.world.ledger.entries()).toHaveLength(before);
    await apply(config('1'), 'patless');
    const shared = await core.readNamespacedConfigMap({ namespace: 'argocd', name: 'owned' });
    expect(shared.metadata?.managedFields?.map(({ manager }) => manager).sort()).toEqual([
      'argocd-controller',
      'patless',
    ]);
    await apply(config('3'), 'patless', { force: true });
    const forced = await core.readNamespacedConfigMap({ namespace: 'argocd', name: 'owned' });
    expect(forced.data).toEqual({ a: '3' });
  });

  test('applies to one key of a map and one container of a list, and takes back what is no longer applied', async () => {
    await apps.createNamespacedDeployment({
      namespace: 'argocd',
      body: deployment('web'),
      fieldManager: 'kubectl-client-side-apply',
    });
    const label = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'argocd' } };
    const withLabel = {
      ...label,
      spec: { template: { metadata: { labels: { 'azure.workload.identity/use': 'true' } } } },
    };
    const dry = await apply(withLabel, 'patless', { dryRun: 'All' });
    expect(JSON.stringify(dry)).toContain('azure.workload.identity/use');
    expect(JSON.stringify(await apps.readNamespacedDeployment({ namespace: 'argocd', name: 'web' }))).not.toContain(
      'azure.workload',
    );
    await apply(withLabel, 'patless');
    const env = {
      ...label,
      spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] } } },
    };
    await apply(env, 'tuner');
    const both = await apps.readNamespacedDeployment({ namespace: 'argocd', name: 'web' });
    expect(both.spec?.template.metadata?.labels).toEqual({ app: 'web', 'azure.workload.identity/use': 'true' });
    expect(both.spec?.template.spec?.containers[0]).toMatchObject({
      image: 'registry.contoso.example/main:1',
      env: [{ name: 'A', value: '1' }],
    });
    const again = await apply(withLabel, 'patless');
    expect(again.metadata?.resourceVersion).toBe(both.metadata?.resourceVersion);
    await apply({ ...label, spec: { template: { metadata: { labels: {} } } } }, 'patless');
    const without = await apps.readNamespacedDeployment({ namespace: 'argocd', name: 'web' });
    expect(without.spec?.template.metadata?.labels).toEqual({ app: 'web' });
    const foreign = { ...label, spec: { template: { spec: { containers: [{ name: 'main', image: 'other:2' }] } } } };
    expect((await refusal(apply(foreign, 'patless'))).message).toMatch(
      /^Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps\/v1.*: \.spec\.template\.spec\.containers\[name="main"\]\.image$/,
    );
  });

  test('refuses a changed selector and an apply without manager', async () => {
    await apps.createNamespacedDeployment({ namespace: 'argocd', body: deployment('fixed') });
    const body = {
      ...deployment('fixed'),
      spec: { ...deployment('fixed').spec, selector: { matchLabels: { app: 'fixed', more: 'x' } } },
    };
    body.spec.template = { ...body.spec.template, metadata: { labels: { app: 'fixed', more: 'x' } as never } };
    const immutable = await refusal(apps.replaceNamespacedDeployment({ namespace: 'argocd', name: 'fixed', body }));
    expect(immutable).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(immutable.message).toMatch(
      /^Deployment\.apps "fixed" is invalid: spec\.selector: Invalid value: .*: field is immutable$/,
    );
    const answer = await fetch(`${cluster.url}/api/v1/namespaces/argocd/configmaps/nobody`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${await cluster.token('operator')}`,
        'content-type': 'application/apply-patch+yaml',
      },
      body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nobody\n',
    });
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as Refusal).message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  });

  test("issues service-account tokens that its issuer's keys verify", async () => {
    await core.createNamespacedServiceAccount({ namespace: 'argocd', body: { metadata: { name: 'repo-server' } } });
    const request = (expirationSeconds: number) =>
      core.createNamespacedServiceAccountToken({
        namespace: 'argocd',
        name: 'repo-server',
        body: { spec: { audiences: ['api://AzureADTokenExchange'], expirationSeconds } },
      });
    const issued = await request(3600);
    const token = issued.status?.token ?? '';
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: expect.any(String) });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      iss: cluster.cluster.issuerUrl,
      aud: ['api://AzureADTokenExchange'],
      sub: 'system:serviceaccount:argocd:repo-server',
      'kubernetes.io': { namespace: 'argocd', serviceaccount: { name: 'repo-server', uid: expect.any(String) } },
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    const issuer = new URL(cluster.cluster.issuerUrl);
    const published = await fetch(
      `${cluster.world.url(issuer.host)}${issuer.pathname}.well-known/openid-configuration`,
    );
    expect(await published.json()).toMatchObject({ issuer: issuer.href, jwks_uri: `${issuer.href}openid/v1/jwks` });
    const keys = (await (
      await fetch(`${cluster.world.url(issuer.host)}${issuer.pathname}openid/v1/jwks`)
    ).json()) as JSONWebKeySet;
    expect(keys.keys).toHaveLength(2);
    await jwtVerify(token, createLocalJWKSet(keys), { issuer: issuer.href, audience: 'api://AzureADTokenExchange' });
    expect(await refusal(request(599))).toMatchObject({
      code: 422,
      message: expect.stringContaining('may not specify a duration less than 10 minutes'),
    });
    const auditor = (await cluster.as('auditor')).makeApiClient(CoreV1Api);
    const denied = refusal(
      auditor.createNamespacedServiceAccountToken({
        namespace: 'argocd',
        name: 'repo-server',
        body: { spec: { audiences: ['x'] } },
      }),
    );
    expect((await denied).message).toBe(
      'serviceaccounts "repo-server" is forbidden: User "auditor@contoso.example" cannot create resource "serviceaccounts/token" in API group "" in the namespace "argocd"',
    );
  });

  test('serves custom resources and watches them', async () => {
    const config = await cluster.as('operator');
    const custom = config.makeApiClient(CustomObjectsApi);
    const place = { group: 'argoproj.io', version: 'v1alpha1', namespace: 'argocd', plural: 'applications' };
    const seen: string[] = [];
    const watch = await new Watch(config).watch(
      '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications',
      {},
      (type: string, object: { metadata: { name: string } }) => seen.push(`${type} ${object.metadata.name}`),
      () => undefined,
    );
    await custom.createNamespacedCustomObject({
      ...place,
      body: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'checkout' },
        spec: {
          project: 'default',
          source: { repoURL: 'https://x.example', path: '.' },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'x' },
        },
      },
    });
    await expect.poll(() => seen).toContain('ADDED checkout');
    await custom.deleteNamespacedCustomObject({ ...place, name: 'checkout' });
    await expect.poll(() => seen).toContain('DELETED checkout');
    watch.abort();
    const headers = { authorization: `Bearer ${await cluster.token('operator')}` };
    const unknown = await fetch(`${cluster.url}/apis/argoproj.io/v1alpha1/namespaces/argocd/nothings`, { headers });
    expect([unknown.status, await unknown.text()]).toEqual([404, '404 page not found\n']);
    expect((await refusal(core.readNamespacedPod({ namespace: 'argocd', name: 'none' }))).message).toBe(
      'pods "none" not found',
    );
  });

  test('follows the switch of the issuer', async () => {
    const token = () => cluster.backend.admin.projectedToken('argocd', 'default', 'api://AzureADTokenExchange');
    await cluster.backend.setIssuer('https://kubernetes.default.svc.cluster.local');
    expect(decodeJwt(await token()).iss).toBe('https://kubernetes.default.svc.cluster.local');
    cluster.cluster.oidcIssuerEnabled = false;
    const issuer = new URL(cluster.cluster.issuerUrl);
    const hidden = await fetch(`${cluster.world.url(issuer.host)}${issuer.pathname}.well-known/openid-configuration`);
    expect(hidden.status).toBe(404);
    cluster.cluster.oidcIssuerEnabled = true;
    await cluster.backend.setIssuer(cluster.cluster.issuerUrl);
    expect(decodeJwt(await token()).iss).toBe(cluster.cluster.issuerUrl);
  });
});
