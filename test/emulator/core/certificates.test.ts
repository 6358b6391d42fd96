import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEmulator } from '../test-emulator.ts';
import type { Emulator } from './emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

function handshake(servername: string): Promise<string> {
  return new Promise((resolve) => {
    const { tls: port } = emulator.world.ports;
    const socket = connect({ host: '127.0.0.1', port, servername, ca: emulator.caPem }, () => {
      socket.destroy();
      resolve('trusted');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

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
  await expect(handshake(host)).resolves.toBe('trusted');
});

test('a host that no service owns is not vouched for', async () => {
  await expect(handshake('example.org')).resolves.toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

test('the CA can sign and the certificate of the server cannot', () => {
  expect(new X509Certificate(emulator.caPem).ca).toBe(true);
});
