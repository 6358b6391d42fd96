import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createPorts } from '../../lib/clients/ports.ts';
import { UpstreamError } from '../../lib/problems/upstream-error.ts';
import { clusterId, identityId, productionSubscription, seedAzure } from '../emulator/world/azure.ts';
import { seedDirectory, users } from '../emulator/world/directory.ts';
import { failureOf, type Outside, startOutside } from './outside.ts';

const signal = AbortSignal.timeout(120_000);
let outside: Outside;
beforeAll(async () => {
  outside = await startOutside({
    seed: async (world) => {
      await seedDirectory(world);
      await seedAzure(world);
    },
  });
});
afterEach(() => outside.world.faults.clear());
afterAll(() => outside?.emulator.stop());

const issuer =
  'https://westeurope.oic.prod-aks.azure.com/5f0c3b1e-8a4d-4c27-9b65-2d7e41a90c11/11111111-2222-4333-8444-555555555555/';
const newIdentity = {
  subscriptionId: productionSubscription.id,
  resourceGroup: 'rg-identity-prod',
  name: 'id-contract',
  location: 'westeurope',
  tags: { owner: 'contract' },
};

describe('reading', () => {
  test('subscriptions, resource groups and regions', async () => {
    const { arm } = outside.ports;
    const subscriptions = await arm.listSubscriptions(signal);
    expect(subscriptions.map(({ name }) => name).sort()).toEqual(['Contoso Development', 'Contoso Production']);
    const groups = await arm.listResourceGroups(productionSubscription.id, signal);
    expect(groups.map(({ name }) => name)).toContain('rg-identity-prod');
    expect(await arm.listLocations(productionSubscription.id, signal)).toContain('westeurope');
  });

  test('clusters of all subscriptions, with their switches', async () => {
    const { items, notVisible } = await outside.ports.arm.listClusters(signal);
    expect(notVisible).toEqual([]);
    const named = (name: string) => items.find((cluster) => cluster.name === name);
    expect(named('aks-prod-weu')).toMatchObject({
      subscriptionName: 'Contoso Production',
      resourceGroup: 'rg-aks-prod',
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,
      entraIntegrated: true,
      azureRbac: false,
      powerState: 'Running',
      issuerUrl: expect.stringMatching(/\/$/),
    });
    expect(named('aks-stage-weu')).toMatchObject({ oidcIssuerEnabled: false, workloadIdentityEnabled: false });
    expect(named('aks-stage-weu')?.issuerUrl).toBeUndefined();
    expect(named('aks-lab-swc')).toMatchObject({ privateCluster: true, fqdn: expect.stringContaining('privatelink') });
  });

  test('a subscription that refuses is named and hides nothing else', async () => {
    outside.world.faults.add({
      service: 'arm',
      operation: 'identity.list',
      action: {
        type: 'status',
        status: 403,
        body: JSON.stringify({ error: { code: 'AuthorizationFailed', message: 'no' } }),
      },
    });
    const { items, notVisible } = await outside.ports.arm.listIdentities(signal);
    expect(notVisible).toHaveLength(1);
    expect(notVisible[0]?.problem.upstream).toMatchObject({ status: 403, code: 'AuthorizationFailed' });
    expect(items.length).toBeGreaterThan(0);
  });

  test('one cluster, and one that is not there', async () => {
    const { arm } = outside.ports;
    expect(await arm.getCluster(clusterId('aks-prod-weu'), signal)).toMatchObject({ name: 'aks-prod-weu' });
    expect(
      await arm.getCluster(clusterId('aks-prod-weu').replace('aks-prod-weu', 'aks-nowhere'), signal),
    ).toBeUndefined();
    expect(
      await arm.getIdentity(identityId(productionSubscription.id, 'rg-identity-prod', 'id-nowhere'), signal),
    ).toBeUndefined();
  });

  test('being refused is never absence', async () => {
    const { arm } = outside.portsOf(users.newcomer);
    expect(await arm.listSubscriptions(signal)).toEqual([]);
    const error = await failureOf(arm.getCluster(clusterId('aks-prod-weu'), signal));
    expect(error).toMatchObject({
      kind: 'refused',
      status: 403,
      code: 'AuthorizationFailed',
      operation: 'get cluster',
    });
    expect(error.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('own permissions on a scope', async () => {
    const { arm } = outside.ports;
    const scope = `/subscriptions/${productionSubscription.id}/resourceGroups/rg-identity-prod`;
    const permissions = await arm.listPermissions(scope, signal);
    expect(permissions.some(({ actions }) => actions.includes('*'))).toBe(true);
    const reader = await outside.portsOf(users.auditor).arm.listPermissions(scope, signal);
    expect(reader.flatMap(({ actions }) => actions)).toEqual(['*/read']);
  });
});

describe('identities and federated credentials', () => {
  test('create, adopt, list, delete, delete again', async () => {
    const { arm } = outside.ports;
    const { identity, correlationId } = await arm.createIdentity(newIdentity, signal);
    expect(identity).toMatchObject({
      name: 'id-contract',
      subscriptionName: 'Contoso Production',
      tags: { owner: 'contract' },
    });
    expect(identity.principalId).toMatch(/^[0-9a-f-]{36}$/);
    expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);

    const wanted = {
      issuer,
      subject: 'system:serviceaccount:argocd:argocd-repo-server',
      audience: 'api://AzureADTokenExchange',
    };
    const first = await arm.putCredential(identity.id, 'argocd-repo-server', wanted, signal);
    expect(first).toMatchObject({
      created: true,
      credential: { issuer, subject: wanted.subject, audiences: [wanted.audience] },
    });
    const again = await arm.putCredential(identity.id, 'argocd-repo-server', wanted, signal);
    expect(again.created).toBe(false);
    expect(await arm.listCredentials(identity.id, signal)).toHaveLength(1);

    await arm.deleteCredential(identity.id, 'argocd-repo-server', signal);
    await arm.deleteCredential(identity.id, 'argocd-repo-server', signal);
    await arm.deleteIdentity(identity.id, signal);
    await arm.deleteIdentity(identity.id, signal);
    expect(await arm.getIdentity(identity.id, signal)).toBeUndefined();
    const gone = await failureOf(arm.listCredentials(identity.id, signal));
    expect(gone.kind).toBe('absent');
  });

  test('without the right: refused, and nothing written', async () => {
    const before = outside.world.ledger.entries().length;
    const error = await failureOf(outside.portsOf(users.auditor).arm.createIdentity(newIdentity, signal));
    expect(error).toMatchObject({ kind: 'refused', status: 403, code: 'AuthorizationFailed', outcomeUnknown: false });
    expect(outside.world.ledger.entries()).toHaveLength(before);
  });

  test('a write is sent once: a lost answer leaves its outcome unknown', async () => {
    const identity = identityId(productionSubscription.id, 'rg-identity-prod', 'id-argocd-tools');
    const put = () =>
      outside.ports.arm.putCredential(
        identity,
        'lost-answer',
        { issuer, subject: 'system:serviceaccount:a:b', audience: 'api://AzureADTokenExchange' },
        signal,
      );
    const before = outside.world.ledger.entries().length;
    outside.world.faults.add({ service: 'arm', operation: 'credential.put', action: { type: 'reset', when: 'after' } });
    const error = await failureOf(put());
    expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: true, operation: 'put federated credential' });
    expect(outside.world.ledger.entries()).toHaveLength(before + 1);
    // Reading back tells what happened.
    expect((await outside.ports.arm.listCredentials(identity, signal)).map(({ name }) => name)).toContain(
      'lost-answer',
    );
  });

  test('throttled writes say for how long; throttled reads are waited for', async () => {
    const body = JSON.stringify({
      error: { code: 'SubscriptionRequestsThrottled', message: 'Please try again after 7 seconds.' },
    });
    const identity = identityId(productionSubscription.id, 'rg-identity-prod', 'id-argocd-tools');
    outside.world.faults.add({
      service: 'arm',
      operation: '*',
      action: { type: 'status', status: 429, headers: { 'retry-after': '7' }, body },
    });
    const error = await failureOf(outside.ports.arm.deleteCredential(identity, 'whatever', signal));
    expect(error).toMatchObject({ kind: 'throttled', retryAfterMs: 7_000, code: 'SubscriptionRequestsThrottled' });
    outside.world.faults.clear();
    outside.world.faults.add({
      service: 'arm',
      operation: '*',
      times: 2,
      action: { type: 'status', status: 429, headers: { 'retry-after': '0' }, body },
    });
    expect(await outside.ports.arm.listSubscriptions(signal)).toHaveLength(2);
  });

  test('a torn answer to a read is read again', async () => {
    outside.world.faults.add({ service: 'arm', operation: '*', action: { type: 'reset', when: 'mid' } });
    expect(await outside.ports.arm.listSubscriptions(signal)).toHaveLength(2);
  });

  test('a claims challenge asks for another sign-in, with the claims', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
    outside.world.faults.add({ service: 'arm', operation: '*', action: { type: 'claims', claims } });
    const error = await failureOf(outside.ports.arm.listSubscriptions(signal));
    expect(error).toMatchObject({ kind: 'sign-in', audience: 'arm', claims });
  });
});

test('an operator who has to sign in again is told so, by every service at once', async () => {
  const asked: string[] = [];
  const ports = createPorts({
    cloud: outside.cloud,
    tokens: {
      get: (audience) => {
        asked.push(audience);
        const details = { service: 'entra', operation: 'get token', kind: 'sign-in', audience } as const;
        return Promise.reject(new UpstreamError(details));
      },
    },
  });
  const started = Date.now();
  const expected = { service: 'entra', kind: 'sign-in' };
  expect(await failureOf(ports.arm.listClusters(signal))).toMatchObject({ ...expected, audience: 'arm' });
  expect(
    await failureOf(ports.arm.listPermissions(`/subscriptions/${productionSubscription.id}`, signal)),
  ).toMatchObject({ ...expected, audience: 'arm' });
  expect(await failureOf(ports.devops.whoAmI('contoso-eng', signal))).toMatchObject({
    ...expected,
    audience: 'devops',
  });
  expect(await failureOf(ports.kubernetes({ id: clusterId('aks-prod-weu') }))).toMatchObject({
    ...expected,
    audience: 'arm',
  });
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(asked.length).toBeGreaterThan(0);
});

describe('addresses that an answer names', () => {
  const elsewhere = 'https://management.azure.com.example.com/next';

  test('a next link to another host is not followed', async () => {
    const body = JSON.stringify({ value: [], nextLink: elsewhere });
    outside.world.faults.add({
      service: 'arm',
      operation: '*',
      action: { type: 'status', status: 200, body },
    });
    expect(await failureOf(outside.ports.arm.listSubscriptions(signal))).toMatchObject({
      kind: 'invalid',
      code: 'EgressRefused',
    });
  });

  test('a redirect is not followed', async () => {
    outside.world.faults.add({
      service: 'arm',
      operation: '*',
      action: { type: 'status', status: 307, headers: { location: elsewhere } },
    });
    expect((await failureOf(outside.ports.arm.listSubscriptions(signal))).status).toBe(307);
  });
});
