import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { contosoTenantId } from '../world/directory.ts';
import { createTestIssuer, testIssuerUrl } from './testing/issuer.ts';
import { exchangeAudience, seedIdentity, subject, testIdentity } from './testing/world.ts';

const windowMs = 60_000;
let emulator: Emulator;
let issuer: Awaited<ReturnType<typeof createTestIssuer>>;

beforeAll(async () => {
  issuer = await createTestIssuer();
  emulator = await startTestEmulator({
    seed: seedIdentity,
    services: [issuer.service],
    timing: { credentialPropagationMs: windowMs },
  });
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

async function exchange(sub = subject): Promise<number> {
  const response = await fetch(`${emulator.tlsUrl}/${contosoTenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: testIdentity(emulator.world).clientId,
      scope: '499b84ac-1321-427f-aa17-267ca6975798/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await issuer.sign({ sub }),
    }),
  });
  const body = (await response.json()) as { error_codes?: number[] };
  return body.error_codes?.[0] ?? response.status;
}

test('a new credential is unknown, then flaps, then holds', async () => {
  const { credentials } = testIdentity(emulator.world);
  const { clock } = emulator.world;
  credentials[0] = {
    name: 'new',
    issuer: testIssuerUrl,
    subject,
    audiences: [exchangeAudience],
    writtenAt: clock.now(),
  };
  expect([await exchange(), await exchange()]).toEqual([700211, 700211]);
  clock.advance(windowMs / 2);
  expect([await exchange(), await exchange(), await exchange()]).toEqual([200, 700211, 200]);
  clock.advance(windowMs / 2);
  expect([await exchange(), await exchange(), await exchange()]).toEqual([200, 200, 200]);
});

test('a changed credential shows its old values until it propagated', async () => {
  const [credential] = testIdentity(emulator.world).credentials;
  if (!credential) throw new Error('no credential');
  expect(await exchange()).toBe(200);
  credential.subject = 'system:serviceaccount:argocd:other';
  credential.writtenAt = emulator.world.clock.now();
  expect([await exchange(), await exchange('system:serviceaccount:argocd:other')]).toEqual([200, 700213]);
  emulator.world.clock.advance(windowMs);
  expect([await exchange(), await exchange('system:serviceaccount:argocd:other')]).toEqual([700213, 200]);
});

test('a deletion is seen at once', async () => {
  testIdentity(emulator.world).credentials.length = 0;
  expect(await exchange()).toBe(70025);
});
