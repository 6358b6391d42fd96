import { AuthenticationRequiredError, ClientAssertionCredential } from '@azure/identity';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { isRefusal } from '../core/world.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { contosoTenantId, fabrikamTenantId } from '../world/directory.ts';
import { createTestIssuer, testIssuerUrl } from './testing/issuer.ts';
import { exchangeAudience, removeTestIdentity, seedIdentity, subject, testIdentity } from './testing/world.ts';

const devops = '499b84ac-1321-427f-aa17-267ca6975798/.default';
let emulator: Emulator;
let issuer: Awaited<ReturnType<typeof createTestIssuer>>;

beforeAll(async () => {
  issuer = await createTestIssuer();
  emulator = await startTestEmulator({ seed: seedIdentity, services: [issuer.service] });
});
beforeEach(async () => {
  await emulator.reset();
  Object.assign(issuer.state, { status: 200, issuer: testIssuerUrl });
});
afterAll(() => emulator.stop());

/** The exchange as the product makes it: the real SDK, over TLS. */
function exchange(assertion: string, options: { tenantId?: string; clientId?: string; scope?: string } = {}) {
  const credential = new ClientAssertionCredential(
    options.tenantId ?? contosoTenantId,
    options.clientId ?? testIdentity(emulator.world).clientId,
    async () => assertion,
    { authorityHost: emulator.tlsUrl, disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } },
  );
  return credential.getToken(options.scope ?? devops);
}

async function refusal(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  // The SDK keeps no status and no body: it puts MSAL's sentence into the message.
  const [, oauth, code, text] =
    /^(\w+): Error\(s\): (\d+) - .*?Description: (.*)$/s.exec(error instanceof Error ? error.message : '') ?? [];
  if (!(error instanceof AuthenticationRequiredError) || !text)
    throw new Error(`expected a refusal, got ${String(error)}`);
  return { code: Number(code), error: oauth, text };
}

test('the identity gets an opaque Azure DevOps token that lives a day', async () => {
  const token = await exchange(await issuer.sign());
  expect(token.token.split('.')).toHaveLength(1);
  const hours = (token.expiresOnTimestamp - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThan(24);
  const principal = await emulator.world.tokens.verify(`Bearer ${token.token}`, 'devops');
  expect(principal).toMatchObject({
    kind: 'servicePrincipal',
    tenantId: contosoTenantId,
    oid: testIdentity(emulator.world).principalId,
    name: testIdentity(emulator.world).clientId,
  });
  expect(await emulator.world.tokens.verify(`Bearer ${token.token}`, 'arm')).toEqual({ refused: 'audience' });
});

test('every exchange reads discovery and keys anew', async () => {
  const before = { ...issuer.state };
  await exchange(await issuer.sign());
  await exchange(await issuer.sign());
  expect(issuer.state.discoveryFetches - before.discoveryFetches).toBe(2);
  expect(issuer.state.keyFetches - before.keyFetches).toBe(2);
});

test('700211: a missing trailing slash is another issuer', async () => {
  const [credential] = testIdentity(emulator.world).credentials;
  if (credential) credential.issuer = testIssuerUrl.slice(0, -1);
  expect(await refusal(exchange(await issuer.sign()))).toMatchObject({
    code: 700211,
    error: 'invalid_client',
    text: expect.stringContaining(
      `presented assertion issuer '${testIssuerUrl}'. Check your federated identity credential`,
    ),
  });
});

test('700212: another audience', async () => {
  const refused = await refusal(exchange(await issuer.sign({ aud: ['api://AKSIdentityBinding'] })));
  expect(refused).toMatchObject({ code: 700212 });
  expect(refused.text).toContain("assertion audience 'api://AKSIdentityBinding'");
});

test('700213: another subject', async () => {
  const refused = await refusal(exchange(await issuer.sign({ sub: 'system:serviceaccount:argocd:source-controller' })));
  expect(refused).toMatchObject({ code: 700213 });
  expect(refused.text).toContain("assertion subject 'system:serviceaccount:argocd:source-controller'");
});

test('7002138: the same subject in other case', async () => {
  const refused = await refusal(exchange(await issuer.sign({ sub: subject.replace('argocd:', 'ArgoCD:') })));
  expect(refused).toMatchObject({ code: 7002138 });
});

test('70025: no credential at all', async () => {
  testIdentity(emulator.world).credentials.length = 0;
  expect(await refusal(exchange(await issuer.sign()))).toMatchObject({ code: 70025 });
});

test('a flexible credential without subject matches no service account', async () => {
  const { credentials } = testIdentity(emulator.world);
  credentials[0] = {
    name: 'flexible',
    issuer: testIssuerUrl,
    audiences: [exchangeAudience],
    claimsMatchingExpression: { value: "claims['sub'] matches '*'", languageVersion: 1 },
    writtenAt: 0,
  };
  expect(await refusal(exchange(await issuer.sign()))).toMatchObject({ code: 700213 });
});

test('700016: a deleted identity, an id of something else, another tenant', async () => {
  const { id, principalId, clientId } = testIdentity(emulator.world);
  const resourceId = await refusal(exchange(await issuer.sign(), { clientId: id }));
  expect(resourceId).toMatchObject({ code: 700016, error: 'unauthorized_client' });
  expect(resourceId.text).toContain(`Application with identifier '${id}' was not found in the directory 'Contoso'`);
  expect(await refusal(exchange(await issuer.sign(), { clientId: principalId }))).toMatchObject({ code: 700016 });
  expect(await refusal(exchange(await issuer.sign(), { tenantId: fabrikamTenantId }))).toMatchObject({
    code: 700016,
    text: expect.stringContaining("'Fabrikam'"),
  });
  removeTestIdentity(emulator.world);
  expect(await refusal(exchange(await issuer.sign(), { clientId }))).toMatchObject({ code: 700016 });
});

test('700024: an assertion that is over, or not yet valid', async () => {
  const now = Math.floor(Date.now() / 1000);
  const over = await refusal(exchange(await issuer.sign({ nbf: now - 7200, exp: now - 3600 })));
  expect(over).toMatchObject({ code: 700024 });
  expect(over.text).toContain(`expiry time of assertion ${new Date((now - 3600) * 1000).toISOString().slice(0, 19)}`);
  const early = await issuer.sign({ nbf: now + 3600, exp: now + 7200 });
  expect(await refusal(exchange(early))).toMatchObject({ code: 700024 });
});

test('clocks may differ by five minutes', async () => {
  const now = Math.floor(Date.now() / 1000);
  await expect(exchange(await issuer.sign({ exp: now - 120 }))).resolves.toBeTruthy();
});

test('700027: signed by a key that the issuer does not publish', async () => {
  expect(await refusal(exchange(await issuer.sign({}, 'foreign')))).toMatchObject({ code: 700027 });
});

test('50166: the issuer does not answer, or calls itself something else', async () => {
  issuer.state.status = 503;
  expect(await refusal(exchange(await issuer.sign()))).toMatchObject({
    code: 50166,
    error: 'invalid_request',
  });
  Object.assign(issuer.state, { status: 200, issuer: testIssuerUrl.slice(0, -1) });
  expect(await refusal(exchange(await issuer.sign()))).toMatchObject({ code: 50166 });
});

test('50166: a trusted issuer that nobody serves', async () => {
  const [credential] = testIdentity(emulator.world).credentials;
  const gone = 'https://eastus.oic.prod-aks.azure.com/tests/gone/';
  if (credential) credential.issuer = gone;
  expect(await refusal(exchange(await issuer.sign({ iss: gone })))).toMatchObject({ code: 50166 });
});

test('50027: no JWT', async () => {
  expect(await refusal(exchange('not-a-token'))).toMatchObject({ code: 50027 });
});

test('500011: a resource that the tenant does not know', async () => {
  expect(await refusal(exchange(await issuer.sign(), { scope: 'https://nobody.example/.default' }))).toMatchObject({
    code: 500011,
    error: 'invalid_resource',
  });
});

test('an ARM token of the identity is a readable v1.0 token', async () => {
  const { token } = await exchange(await issuer.sign(), { scope: 'https://management.azure.com//.default' });
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  expect(claims).toMatchObject({
    aud: 'https://management.azure.com/',
    iss: `https://sts.windows.net/${contosoTenantId}/`,
    appidacr: '2',
    idtyp: 'app',
    ver: '1.0',
    tid: contosoTenantId,
  });
  expect(isRefusal(await emulator.world.tokens.verify(`Bearer ${token}`, 'arm'))).toBe(false);
});
