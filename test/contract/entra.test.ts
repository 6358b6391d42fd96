import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAccessToken } from '../../lib/clients/access-token.ts';
import { createTestIssuer, testIssuerUrl } from '../emulator/entra/testing/issuer.ts';
import { seedIdentity, testIdentity } from '../emulator/entra/testing/world.ts';
import { contosoTenantId } from '../emulator/world/directory.ts';
import { failureOf, type Outside, startOutside } from './outside.ts';

const signal = AbortSignal.timeout(120_000);
const scope = '499b84ac-1321-427f-aa17-267ca6975798/.default';
let outside: Outside;
let issuer: Awaited<ReturnType<typeof createTestIssuer>>;
let revert = () => {};
beforeAll(async () => {
  issuer = await createTestIssuer();
  outside = await startOutside({ seed: seedIdentity, services: [issuer.service] });
});
beforeEach(() => {
  revert();
  outside.world.faults.clear();
  const [credential] = testIdentity(outside.world).credentials;
  const kept = { ...credential };
  revert = () => Object.assign(credential ?? {}, kept);
});
afterAll(() => outside?.emulator.stop());

async function exchange(more: { tenantId?: string; clientId?: string; assertion?: string } = {}) {
  const assertion = createAccessToken(more.assertion ?? (await issuer.sign()), new Date(Date.now() + 60_000));
  return outside.ports.entra.exchange(
    {
      tenantId: more.tenantId ?? contosoTenantId,
      clientId: more.clientId ?? testIdentity(outside.world).clientId,
      scope,
      assertion,
    },
    signal,
  );
}

test('a federated assertion becomes an Azure DevOps token that cannot be printed', async () => {
  const token = await exchange();
  expect(token.expiresAt.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  const shown = [
    String(token),
    JSON.stringify({ token }),
    inspect({ token }, { depth: 9, showHidden: true }),
    `${token}`,
  ];
  for (const text of shown) {
    expect(text).toContain('[token]');
    expect(text).not.toContain(token.reveal());
  }
  expect(await outside.world.tokens.verify(`Bearer ${token.reveal()}`, 'devops')).toMatchObject({
    kind: 'servicePrincipal',
    oid: testIdentity(outside.world).principalId,
  });
});

test('each exchange goes to Entra: nothing is cached', async () => {
  const before = issuer.state.discoveryFetches;
  await exchange();
  await exchange();
  expect(issuer.state.discoveryFetches - before).toBe(2);
});

test.each([
  ['a missing trailing slash', { issuer: testIssuerUrl.slice(0, -1) }, 'AADSTS700211'],
  ['another subject', { subject: 'system:serviceaccount:argocd:other' }, 'AADSTS700213'],
  ['another audience', { audiences: ['api://other'] }, 'AADSTS700212'],
])('%s is refused with its own code', async (_name, change, code) => {
  Object.assign(testIdentity(outside.world).credentials[0] ?? {}, change);
  const error = await failureOf(exchange());
  expect(error).toMatchObject({ service: 'entra', kind: 'refused', code, operation: 'exchange service-account token' });
  expect(error.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(error.message).toMatch(/Trace ID: [0-9a-f-]{36}/);
  expect(error.message).not.toMatch(/[\r\n]/);
});

test('unknown identity, unknown tenant', async () => {
  expect(await failureOf(exchange({ clientId: '99999999-0000-4000-8000-000000000009' }))).toMatchObject({
    kind: 'refused',
    code: 'AADSTS700016',
  });
  expect(await failureOf(exchange({ tenantId: '99999999-0000-4000-8000-000000000009' }))).toMatchObject({
    kind: 'refused',
    code: 'AADSTS90002',
  });
});

test('the assertion is never part of an error', async () => {
  const assertion = await issuer.sign({}, 'foreign');
  const error = await failureOf(exchange({ assertion }));
  expect(error.kind).toBe('refused');
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(assertion.split('.')[2]);
});

test('a failing exchange is not tried again', async () => {
  outside.world.faults.add({
    service: 'entra',
    operation: 'token.request',
    times: 3,
    action: { type: 'status', status: 503, body: '{}' },
  });
  const error = await failureOf(exchange());
  expect(error).toMatchObject({ service: 'entra', kind: 'unavailable', status: 503, outcomeUnknown: false });
  // Two of the three faults are left.
  expect(await failureOf(exchange())).toMatchObject({ status: 503 });
  expect(await failureOf(exchange())).toMatchObject({ status: 503 });
  await exchange();
});
