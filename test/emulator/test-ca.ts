import { fileURLToPath } from 'node:url';
import { readAuthority } from './core/certificates.ts';

/** One CA for every test run of this clone: Node reads NODE_EXTRA_CA_CERTS at process start only, so it must exist before the workers do. */
export const testCertificatesDir = fileURLToPath(new URL('../../node_modules/.cache/emulator-ca', import.meta.url));

/** Makes sure that the CA exists and returns the path of its certificate. */
export async function testCaPath(): Promise<string> {
  return (await readAuthority(testCertificatesDir)).path;
}
