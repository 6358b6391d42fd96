import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { applicationClientId, applicationSecret, contosoTenantId } from '../world/directory.ts';
import { createTestIssuer } from './testing/issuer.ts';
import { seedIdentity, testIdentity } from './testing/world.ts';

let emulator: Emulator;
let issuer: Awaited<ReturnType<typeof createTestIssuer>>;
beforeAll(async () => {
  issuer = await createTestIssuer();
  emulator = await startTestEmulator({ seed: seedIdentity, services: [issuer.service] });
});
afterAll(() => emulator.stop());

interface Body {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri?: string;
}
async function post(form: Record<string, string>, options: { tenant?: string; headers?: Record<string, string> } = {}) {
  const response = await fetch(`${emulator.tlsUrl}/${options.tenant ?? contosoTenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: options.headers,
    body: new URLSearchParams(form),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}
const code = {
  grant_type: 'authorization_code',
  client_id: applicationClientId,
  client_secret: applicationSecret,
  code: 'x',
};
const exchangeForm = () => ({
  grant_type: 'client_credentials',
  client_id: testIdentity(emulator.world).clientId,
  scope: '499b84ac-1321-427f-aa17-267ca6975798/.default',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
});

test('a refusal has the members of the recorded one, in its order, with spaces between the parts of the text', async () => {
  const correlation = 'c0ffee00-0000-4000-8000-000000000001';
  const { status, headers, body } = await post(
    { ...code, client_secret: 'wrong' },
    { headers: { 'client-request-id': correlation } },
  );
  expect(status).toBe(401);
  // As in the recorded AADSTS7000215 answer of the Azure SDK for Go.
  expect(Object.keys(body)).toEqual([
    'error',
    'error_description',
    'error_codes',
    'timestamp',
    'trace_id',
    'correlation_id',
    'error_uri',
  ]);
  expect(body).toMatchObject({
    error: 'invalid_client',
    error_codes: [7000215],
    correlation_id: correlation,
    error_uri: 'https://login.microsoftonline.com/error?code=7000215',
  });
  expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  expect(body.error_description).toMatch(
    new RegExp(
      `^AADSTS7000215: Invalid client secret provided\\..* Trace ID: ${body.trace_id} Correlation ID: ${correlation} Timestamp: `,
    ),
  );
  expect(body.error_description).not.toContain('\r\n');
  expect(headers.get('cache-control')).toBe('no-store, no-cache');
  expect(headers.get('pragma')).toBe('no-cache');
  expect(headers.get('expires')).toBe('-1');
  expect(headers.get('x-ms-request-id')).toBe(body.trace_id);
});

test('an exchange answers with the recorded four members', async () => {
  const { status, body } = await post({ ...exchangeForm(), client_assertion: await issuer.sign() });
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'ext_expires_in', 'access_token']);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 86_399, ext_expires_in: 86_399 });
});

test.each([
  ['a wrong subject', { sub: 'system:serviceaccount:a:b' }, 401, 700213, true],
  ['a wrong audience', { aud: 'x' }, 401, 700212, true],
  ['a wrong issuer', { iss: 'https://eastus.oic.prod-aks.azure.com/tests/two/' }, 401, 700211, true],
  ['an old assertion', { exp: 1_000_000 }, 401, 700024, true],
])('%s is refused as invalid_client', async (_, claims, expected, aadsts, hasUri) => {
  const { status, body } = await post({ ...exchangeForm(), client_assertion: await issuer.sign(claims) });
  expect([status, body.error, body.error_codes]).toEqual([expected, 'invalid_client', [aadsts]]);
  expect(body.error_uri !== undefined).toBe(hasUri);
});

test('an unreachable issuer is invalid_request, without error_uri', async () => {
  issuer.state.status = 500;
  const { status, body } = await post({ ...exchangeForm(), client_assertion: await issuer.sign() });
  issuer.state.status = 200;
  expect([status, body.error, body.error_codes]).toEqual([400, 'invalid_request', [50166]]);
  expect(body).not.toHaveProperty('error_uri');
});

test.each<
  [string, Record<string, string>, { tenant?: string; headers?: Record<string, string> }, number, string, number]
>([
  ['an unknown tenant', code, { tenant: '99999999-0000-4000-8000-000000000009' }, 400, 'invalid_tenant', 90002],
  ['no tenant name at all', code, { tenant: 'nonsense' }, 400, 'invalid_request', 900023],
  ['the common endpoint', code, { tenant: 'common' }, 400, 'invalid_request', 50194],
  ['no grant type', { client_id: applicationClientId }, {}, 400, 'invalid_request', 900144],
  ['an unsupported grant', { ...code, grant_type: 'password' }, {}, 400, 'unsupported_grant_type', 70003],
  ['an unknown client', { ...code, client_id: 'nobody' }, {}, 400, 'unauthorized_client', 700016],
  [
    'no client credential',
    { grant_type: 'authorization_code', client_id: applicationClientId, code: 'x' },
    {},
    401,
    'invalid_client',
    7000218,
  ],
  ['an unknown code', code, {}, 400, 'invalid_grant', 70000],
  [
    'an unknown refresh token',
    { ...code, grant_type: 'refresh_token', refresh_token: '1.x' },
    {},
    400,
    'invalid_grant',
    70000,
  ],
  ['a browser', code, { headers: { origin: 'http://localhost:3000' } }, 400, 'invalid_request', 9002326],
])('%s', async (_, form, options, status, error, aadsts) => {
  const refused = await post(form, options);
  expect([refused.status, refused.body.error, refused.body.error_codes]).toEqual([status, error, [aadsts]]);
});

test('a managed identity has no secret, and needs an assertion', async () => {
  const secret = await post({ ...exchangeForm(), client_secret: 'guess' });
  expect([secret.status, secret.body.error_codes]).toEqual([401, [7000215]]);
  expect((await post(exchangeForm())).body.error_codes).toEqual([7000218]);
});

test('one resource a request, and only its default scope', async () => {
  const assertion = { client_assertion: await issuer.sign() };
  const scope = '499b84ac-1321-427f-aa17-267ca6975798/.default';
  const two = await post({ ...exchangeForm(), ...assertion, scope: `${scope} https://management.azure.com/.default` });
  expect(two.body.error_codes).toEqual([28000]);
  const named = await post({
    ...exchangeForm(),
    ...assertion,
    scope: 'https://management.azure.com/user_impersonation',
  });
  expect([named.body.error, named.body.error_codes]).toEqual(['invalid_scope', [1002012]]);
});

test('a client that is unknown in the tenant stays unknown whatever the letter case of the tenant', async () => {
  const lower = await post(
    { ...exchangeForm(), client_assertion: await issuer.sign() },
    { tenant: contosoTenantId.toUpperCase() },
  );
  expect(lower.status).toBe(200);
  const byDomain = await post(
    { ...exchangeForm(), client_assertion: await issuer.sign() },
    { tenant: 'contoso.example' },
  );
  expect(byDomain.status).toBe(200);
});

test('the token endpoint is not on the pages port', async () => {
  const response = await fetch(`${emulator.pagesUrl}/${contosoTenantId}/oauth2/v2.0/token`, { method: 'POST' });
  expect(response.status).toBe(501);
});

test('the application may prove itself by a federated assertion', async () => {
  const [application] = emulator.world.directory.tenants[0]?.applications ?? [];
  if (!application) throw new Error('no application');
  const assertion = {
    grant_type: 'refresh_token',
    refresh_token: '1.x',
    client_id: applicationClientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await issuer.sign({ sub: 'system:serviceaccount:patless:patless' }),
  };
  expect((await post(assertion)).body.error_codes).toEqual([70025]);
  application.assertions.push({
    issuer: 'https://eastus.oic.prod-aks.azure.com/tests/one/',
    subject: 'system:serviceaccount:patless:patless',
    audience: 'api://AzureADTokenExchange',
  });
  // Past the client's authentication: now the refresh token itself is what is refused.
  expect((await post(assertion)).body.error_codes).toEqual([70000]);
  expect((await post({ ...assertion, client_assertion: await issuer.sign() })).body.error_codes).toEqual([700213]);
});
