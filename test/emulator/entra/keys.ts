import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>> & { readonly kid: string };
  /** A value that nobody but this Entra can read or alter: opaque access tokens, refresh tokens, page contexts. */
  seal(purpose: string, value: unknown): string;
  /** Undefined when it was not sealed here for this purpose. */
  unseal<T>(purpose: string, sealed: string): T | undefined;
}

/** The signing key in `folder`, made on first use and kept, so that a session outlives a restart of the emulator. */
export async function readKeys(folder: string): Promise<Keys> {
  const path = join(folder, 'entra-signing-key.pem');
  let pem = await readFile(path, 'utf8').catch(() => undefined);
  if (!pem) {
    pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string;
    await mkdir(folder, { recursive: true });
    await writeFile(path, pem, { mode: 0o600, flag: 'wx' }).catch(async () => {
      pem = await readFile(path, 'utf8');
    });
  }
  return keysOf(pem);
}

function keysOf(pem: string): Keys {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const exported = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha1').update(String(exported.n)).digest('base64url');
  const keyFor = (purpose: string) => Buffer.from(hkdfSync('sha256', pem, '', purpose, 32));
  return {
    privateKey,
    publicKey,
    jwk: { kty: 'RSA', use: 'sig', kid, x5t: kid, n: exported.n, e: exported.e },
    seal: (purpose, value) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce);
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
    },
    unseal: <T>(purpose: string, sealed: string) => {
      try {
        const bytes = Buffer.from(sealed, 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(12, 28));
        const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
        return JSON.parse(text.toString('utf8')) as T;
      } catch {
        return undefined;
      }
    },
  };
}
