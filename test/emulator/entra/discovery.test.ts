import { createPublicKey } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { applicationClientId, contosoTenantId, users } from '../world/directory.ts';
import { issueIdToken } from './tokens.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

const configuration = (tenant: string) => fetch(`${emulator.tlsUrl}/${tenant}/v2.0/.well-known/openid-configuration`);

test('the discovery document has the recorded members in their order', async () => {
  const response = await configuration(contosoTenantId);
  const document = (await response.json()) as Record<string, unknown>;
  // As in the recorded answer to the Azure SDK for Go.
  expect(Object.keys(document)).toEqual([
    'token_endpoint',
    'token_endpoint_auth_methods_supported',
    'jwks_uri',
    'response_modes_supported',
    'subject_types_supported',
    'id_token_signing_alg_values_supported',
    'response_types_supported',
    'scopes_supported',
    'issuer',
    'request_uri_parameter_supported',
    'userinfo_endpoint',
    'authorization_endpoint',
    'device_authorization_endpoint',
    'http_logout_supported',
    'frontchannel_logout_supported',
    'end_session_endpoint',
    'claims_supported',
    'kerberos_endpoint',
    'tenant_region_scope',
    'cloud_instance_name',
    'cloud_graph_host_name',
    'msgraph_host',
    'rbac_url',
  ]);
  expect(document).toMatchObject({
    issuer: `https://login.microsoftonline.com/${contosoTenantId}/v2.0`,
    token_endpoint: `${emulator.tlsUrl}/${contosoTenantId}/oauth2/v2.0/token`,
    authorization_endpoint: `${emulator.pagesUrl}/${contosoTenantId}/oauth2/v2.0/authorize`,
  });
  expect(document).not.toHaveProperty('code_challenge_methods_supported');
  expect(response.headers.get('cache-control')).toBe('max-age=86400, private');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});

test('a domain names the tenant, whose issuer is its id; the shared tenants have a placeholder', async () => {
  const byDomain = (await (await configuration('contoso.example')).json()) as { issuer: string };
  expect(byDomain.issuer).toBe(`https://login.microsoftonline.com/${contosoTenantId}/v2.0`);
  const common = (await (await configuration('common')).json()) as { issuer: string };
  expect(common.issuer).toBe('https://login.microsoftonline.com/{tenantid}/v2.0');
});

test('an unknown tenant is 90002', async () => {
  const response = await configuration('99999999-0000-4000-8000-000000000009');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_tenant', error_codes: [90002] });
});

test('the published key verifies an ID token, whose times are as recorded', async () => {
  const keys = createRemoteJWKSet(new URL(`${emulator.tlsUrl}/${contosoTenantId}/discovery/v2.0/keys`));
  const person = { ...users.operator, tenantId: contosoTenantId };
  const { payload } = await jwtVerify(await issueIdToken(emulator.world, person, applicationClientId, 'n-1'), keys, {
    issuer: `https://login.microsoftonline.com/${contosoTenantId}/v2.0`,
    audience: applicationClientId,
  });
  expect(payload).toMatchObject({
    oid: users.operator.oid,
    tid: contosoTenantId,
    nonce: 'n-1',
    roles: ['Operator'],
    ver: '2.0',
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3900);
  expect(payload.nbf).toBe(payload.iat);
});

test('a person without a role has no roles claim', async () => {
  const token = await issueIdToken(
    emulator.world,
    { ...users.newcomer, tenantId: contosoTenantId },
    applicationClientId,
    undefined,
  );
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  expect(payload).not.toHaveProperty('roles');
  expect(payload).not.toHaveProperty('nonce');
});

test('keys are public keys', async () => {
  const response = await fetch(`${emulator.tlsUrl}/${contosoTenantId}/discovery/v2.0/keys`);
  const { keys } = (await response.json()) as { keys: Record<string, string>[] };
  for (const key of keys) {
    expect(createPublicKey({ key, format: 'jwk' }).type).toBe('public');
    expect(key).not.toHaveProperty('d');
  }
});

test('instance discovery vouches for Microsoft and for nobody else', async () => {
  const ask = (authority: string) =>
    fetch(
      `${emulator.tlsUrl}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(`${authority}/${contosoTenantId}/oauth2/v2.0/authorize`)}`,
    );
  const known = await ask('https://login.microsoftonline.com');
  expect(await known.json()).toMatchObject({
    tenant_discovery_endpoint: `https://login.microsoftonline.com/${contosoTenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
  });
  const other = await ask(emulator.tlsUrl);
  expect(other.status).toBe(400);
  expect(await other.json()).toMatchObject({ error: 'invalid_instance', error_codes: [50049] });
});

test('by its own name the authority names itself', async () => {
  const byName = await startTestEmulator({ addressing: 'name' });
  try {
    const response = await fetch(`${byName.tlsUrl}/${contosoTenantId}/v2.0/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      token_endpoint: `https://login.microsoftonline.com:${byName.world.ports.tls}/${contosoTenantId}/oauth2/v2.0/token`,
      authorization_endpoint: `https://login.microsoftonline.com:${byName.world.ports.tls}/${contosoTenantId}/oauth2/v2.0/authorize`,
    });
  } finally {
    await byName.stop();
  }
});
