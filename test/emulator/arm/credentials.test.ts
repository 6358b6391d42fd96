import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { federationAudience, identityId, issuerUrl, productionSubscription as production } from '../world/azure.ts';
import { contosoTenantId, users } from '../world/directory.ts';
import { type ArmWorld, expectError, startArm } from './test-world.ts';

let arm: ArmWorld;
beforeEach(async () => {
  arm = await startArm();
});
afterEach(() => arm.emulator.stop());

const identity = identityId(production.id, 'rg-identity-prod', 'id-argocd-neu');
const path = (name: string, parent = identity) => `${parent}/federatedIdentityCredentials/${name}`;
const issuer = issuerUrl('aks-prod-weu', contosoTenantId);
const wanted = (account: string, audiences = [federationAudience]) => ({
  properties: { issuer, subject: `system:serviceaccount:argocd:${account}`, audiences },
});
const put = (name: string, body: unknown = wanted(name), parent = identity) =>
  arm.call('PUT', path(name, parent), { body });

test('created with the recorded body and a relative Location, changed with 200, listed, deleted', async () => {
  const created = await put('repo-server');
  expect([created.status, created.headers.get('location')]).toEqual([201, path('repo-server')]);
  expect(created.text).toBe(
    `{"id":"${path('repo-server')}","name":"repo-server","type":"Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials","properties":{"issuer":"${issuer}","subject":"system:serviceaccount:argocd:repo-server","audiences":["api://AzureADTokenExchange"]}}`,
  );
  const changed = await put('repo-server', { name: 'ignored', ...wanted('other') });
  expect([changed.status, changed.json.name, changed.headers.get('location')]).toEqual([200, 'repo-server', null]);
  const client = new ManagedServiceIdentityClient(arm.credential('operator'), production.id, {
    endpoint: arm.endpoint,
  });
  const found: (string | undefined)[] = [];
  const { federatedIdentityCredentials: credentials } = client;
  for await (const { name } of credentials.list('rg-identity-prod', 'id-argocd-neu')) found.push(name);
  expect(found).toEqual(['aks-prod-neu-argocd-repo-server', 'repo-server']);
  const deleted = await arm.call('DELETE', path('repo-server'));
  expect([deleted.status, deleted.text, deleted.headers.get('content-length')]).toEqual([200, '', '0']);
  expect((await arm.call('DELETE', path('repo-server'))).status).toBe(204);
  expect(arm.world.ledger.entries()).toMatchObject([
    { operation: 'credential.put', actor: users.operator.oid, detail: { created: true, issuer } },
    { operation: 'credential.put', detail: { created: false, subject: 'system:serviceaccount:argocd:other' } },
    { operation: 'credential.delete', target: path('repo-server') },
  ]);
});

test('an empty list is exactly that, and pages carry a next link', async () => {
  const none = identityId(production.id, 'rg-identity-shared', 'id-partner-sync');
  expect((await arm.call('GET', `${none}/federatedIdentityCredentials`)).text).toBe('{"value":[]}');
  const full = identityId(production.id, 'rg-identity-shared', 'id-flux-shared');
  const { json } = await arm.call('GET', `${full}/federatedIdentityCredentials?$top=15&api-version=2024-11-30`);
  expect(json.value).toHaveLength(15);
  const rest = await arm.call('GET', json.nextLink.replace(arm.endpoint, ''));
  expect(rest.json.value).toHaveLength(5);
  expect(rest.json.nextLink).toBeUndefined();
});

test('writing the same again neither fails nor starts a new propagation', async () => {
  await put('repo-server');
  const stored = () => arm.world.azure.identities.get(identity.toLowerCase())?.credentials.at(-1)?.writtenAt;
  const first = stored();
  arm.world.clock.advance(10_000);
  expect((await put('repo-server')).status).toBe(200);
  expect(stored()).toBe(first);
});

test('three ways of being gone have three codes', async () => {
  const missing = await arm.call('GET', path('Nothing'));
  expectError(missing, 404, 'NotFound');
  expect(missing.json.error.message).toBe(`Resource '${path('Nothing').toLowerCase()}' was not found.`);
  expect(missing.headers.get('x-ms-failure-cause')).toBeNull();
  const orphan = identityId(production.id, 'rg-identity-prod', 'id-none');
  const parent = await arm.call('DELETE', path('a-fic', orphan));
  expectError(parent, 404, 'ParentResourceNotFound');
  expect(parent.json.error.message).toBe(
    `Failed to perform 'delete' on resource(s) of type 'userAssignedIdentities/federatedIdentityCredentials', because the parent resource '${orphan.replace('resourcegroups', 'resourceGroups')}' could not be found.`,
  );
  const group = await arm.call('GET', path('a-fic', identityId(production.id, 'rg-none', 'id-none')));
  expectError(group, 404, 'ResourceGroupNotFound');
});

test('refused: name, empty properties, missing parts, audiences, http issuer, expression in a stable version', async () => {
  const reason = async (name: string, body: unknown) => {
    const raw = await put(name, body);
    expectError(raw, 400, 'BadRequest');
    return raw.json.error.message as string;
  };
  expect(await reason('-x', wanted('a'))).toBe("Federated Identity Credential name '-x' is invalid.");
  expect(await reason('fic-one', {})).toContain('empty properties');
  expect(await reason('fic-two', { properties: { issuer } })).toContain("'issuer', 'subject' and 'audience'");
  expect(await reason('fic-three', wanted('a', ['x', 'y']))).toContain('exactly one audience');
  expect(
    await reason('fic-four', { properties: { ...wanted('a').properties, issuer: 'http://issuer.example/' } }),
  ).toContain('https');
  const expression = {
    issuer,
    audiences: [federationAudience],
    claimsMatchingExpression: { value: 'x', languageVersion: 1 },
  };
  expect(await reason('fic-five', { properties: expression })).toContain("'issuer', 'subject' and 'audience'");
  expect(arm.world.ledger.entries()).toEqual([]);
});

test('issuer and subject are unique on one identity, case-sensitively', async () => {
  await put('repo-server');
  const twin = await put('twin', wanted('repo-server'));
  expectError(twin, 409, 'Conflict');
  expect(twin.json.error.message).toBe('Issuer and subject combination already exists for this Managed Identity.');
  expect((await put('cased', wanted('Repo-Server'))).status).toBe(201);
});

test('the twentieth fits, the twenty-first does not', async () => {
  const nearlyFull = identityId(production.id, 'rg-identity-prod', 'id-catalog');
  expect((await put('twentieth', undefined, nearlyFull)).status).toBe(201);
  expectError(await put('one-more', undefined, nearlyFull), 400, 'BadRequest');
  expect((await put('twentieth', wanted('changed'), nearlyFull)).status).toBe(200);
});

test('two writes at once on one identity: one wins; on two identities: both', async () => {
  const results = await Promise.all([put('one'), put('two')]);
  expect(results.map(({ status }) => status).sort()).toEqual([201, 409]);
  const refused = results.find(({ status }) => status === 409);
  expect(refused?.json.error).toEqual({
    code: 'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
    message: `Too many Federated Identity Credentials are written concurrently for the managed identity '${identity.toLowerCase()}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
  });
  expect(arm.world.ledger.entries()).toHaveLength(1);
  const other = identityId(production.id, 'rg-identity-prod', 'id-argocd-tools');
  const both = await Promise.all([put('aaa'), put('aaa', undefined, other)]);
  expect(both.map(({ status }) => status)).toEqual([201, 201]);
});

test('reading needs no more than Reader, writing more, deleting more', async () => {
  const shared = identityId(production.id, 'rg-identity-shared', 'id-partner-sync');
  expect((await arm.call('GET', `${shared}/federatedIdentityCredentials`, { as: 'auditor' })).status).toBe(200);
  const refused = await put('repo-server', undefined, shared);
  expectError(refused, 403, 'AuthorizationFailed');
  expect(refused.json.error.message).toContain(
    "'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write'",
  );
  expectError(await arm.call('DELETE', path('any', shared)), 403, 'AuthorizationFailed');
});
