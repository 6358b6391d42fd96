import { X509Certificate } from 'node:crypto';
import { get } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEmulator } from '../test-emulator.ts';
import type { Emulator } from './emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

test('fetch trusts the certificate, because the worker started with the CA in its environment', async () => {
  const response = await fetch(
    `${emulator.tlsUrl}/${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}/v2.0/.well-known/openid-configuration`,
  );
  expect(response.status).toBe(400);
});

test.each([
  'login.microsoftonline.com',
  'management.azure.com',
  'dev.azure.com',
  'vssps.dev.azure.com',
  'vsaex.dev.azure.com',
  'app.vssps.visualstudio.com',
  'westeurope.oic.prod-aks.azure.com',
  'aks-prod-weu-dns-1a2b3c4d.hcp.westeurope.azmk8s.io',
])('%s verifies by its own name on the one TLS port', async (host) => {
  const authorized = await new Promise<boolean>((resolve, reject) => {
    const request = get(
      { host: '127.0.0.1', port: emulator.world.ports.tls, servername: host, headers: { host }, ca: emulator.caPem },
      (response) => {
        response.resume();
        resolve(true);
      },
    );
    request.on('error', reject);
  });
  expect(authorized).toBe(true);
});

test('a host that no service owns is not vouched for', async () => {
  const outcome = await new Promise<string>((resolve) => {
    get({ host: '127.0.0.1', port: emulator.world.ports.tls, servername: 'example.org', ca: emulator.caPem }).on(
      'error',
      (error: NodeJS.ErrnoException) => resolve(error.code ?? ''),
    );
  });
  expect(outcome).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

test('the CA can sign and the certificate of the server cannot', () => {
  expect(new X509Certificate(emulator.caPem).ca).toBe(true);
});
