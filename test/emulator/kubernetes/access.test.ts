import { AuthorizationV1Api, CoreV1Api, VersionApi } from '@kubernetes/client-node';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from './refusal.ts';
import { backends, startTestCluster, type TestCluster } from './test-cluster.ts';

describe.each(backends)('who may do what (%s)', (kind) => {
  let cluster: TestCluster;
  let core: CoreV1Api;
  beforeAll(async () => {
    cluster = await startTestCluster(kind);
    const config = await cluster.as('operator');
    core = config.makeApiClient(CoreV1Api);
  });
  afterAll(async () => {
    await cluster?.emulator.stop();
  });

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

  test('serves discovery and health to whoever is signed in, and its keys to service accounts only', async () => {
    const headers = { authorization: `Bearer ${await cluster.token('newcomer')}` };
    const read = async (path: string) => {
      const answer = await fetch(`${cluster.url}${path}`, { headers });
      expect(answer.status, path).toBe(200);
      return answer;
    };
    for (const path of ['/healthz', '/readyz']) expect(await (await read(path)).text()).toBe('ok');
    expect(await (await read('/api')).json()).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect(await (await read('/apis')).json()).toMatchObject({ kind: 'APIGroupList' });
    expect(await (await read('/apis/apps')).json()).toMatchObject({ kind: 'APIGroup', name: 'apps' });
    expect(await (await read('/api/v1')).json()).toMatchObject({
      resources: expect.arrayContaining([
        expect.objectContaining({ name: 'serviceaccounts/token', kind: 'TokenRequest' }),
      ]),
    });
    expect(await (await read('/apis/argoproj.io/v1alpha1')).json()).toMatchObject({
      resources: expect.arrayContaining([
        expect.objectContaining({ name: 'applications', kind: 'Application', namespaced: true }),
      ]),
    });
    const keys = await fetch(`${cluster.url}/openid/v1/jwks`, { headers });
    expect([keys.status, ((await keys.json()) as { message: string }).message]).toEqual([
      403,
      'forbidden: User "newcomer@contoso.example" cannot get path "/openid/v1/jwks"',
    ]);
    const account = await cluster.backend.admin.projectedToken(
      'argocd',
      'default',
      'https://kubernetes.default.svc.cluster.local',
    );
    const own = await fetch(`${cluster.url}/openid/v1/jwks`, { headers: { authorization: `Bearer ${account}` } });
    expect(((await own.json()) as JSONWebKeySet).keys).toHaveLength(2);
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
