import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 'v1';

/** Encrypts small secrets at rest. `bindTo` names the row: a value copied into another row does not open there. */
export interface Sealer {
  seal(plaintext: string, bindTo: string): string;
  /** Undefined when key, row or bytes are not those that it was sealed with. */
  open(sealed: string, bindTo: string): string | undefined;
}

export function createSealer(key: Uint8Array): Sealer {
  if (key.length !== 32) throw new Error('The encryption key must have 32 bytes.');
  return {
    seal(plaintext, bindTo) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(`${version}:${bindTo}`));
      const bytes = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('base64url')}`;
    },
    open(sealed, bindTo) {
      const [prefix, body] = sealed.split('.');
      if (prefix !== version || !body) return undefined;
      const bytes = Buffer.from(body, 'base64url');
      if (bytes.length < 28) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
          .setAAD(Buffer.from(`${version}:${bindTo}`))
          .setAuthTag(bytes.subarray(12, 28));
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
