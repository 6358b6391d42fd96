import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';

interface SigningKey {
  readonly kid: string;
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}
export interface ServiceAccountToken {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly audiences: readonly string[];
  readonly lifetimeSeconds: number;
}
export interface ServiceAccountKeys {
  issuer(): string;
  setIssuer(issuer: string): void;
  jwks(): { keys: Record<string, unknown>[] };
  sign(token: ServiceAccountToken): Promise<{ token: string; expiresAt: number }>;
  /** Claims of a token of this cluster that is still valid; undefined for any other. */
  verify(token: string): Promise<JWTPayload | undefined>;
  keep(): { readonly issuer: string; readonly keys: readonly string[] };
}

async function createKey(kept?: string): Promise<SigningKey> {
  const privateKey = kept
    ? createPrivateKey(kept)
    : (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
  const publicKey = createPublicKey(privateKey);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const { n, e, kty } = await exportJWK(publicKey);
  const kid = createHash('sha256').update(String(n)).digest('base64url');
  return { kid, pem, privateKey, publicKey, jwk: { use: 'sig', kty, kid, alg: 'RS256', n, e } };
}

/** The in-cluster default: what tokens carry while the OIDC issuer of AKS is off. */
export const inClusterIssuer = 'https://kubernetes.default.svc.cluster.local';

/** AKS publishes two keys: the one that signs and its neighbour in the rotation. */
export async function createServiceAccountKeys(
  issuer: string,
  now: () => number,
  kept: readonly string[] = [],
): Promise<ServiceAccountKeys> {
  const [signing, previous] = await Promise.all([createKey(kept[0]), createKey(kept[1])]);
  let current = issuer;
  return {
    issuer: () => current,
    setIssuer: (next) => {
      current = next;
    },
    jwks: () => ({ keys: [signing.jwk, previous.jwk] }),
    keep: () => ({ issuer: current, keys: [signing.pem, previous.pem] }),
    sign: async ({ namespace, serviceAccount, pod, audiences, lifetimeSeconds }) => {
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const token = await new SignJWT({
        aud: [...audiences],
        exp: expiresAt,
        iat: issuedAt,
        iss: current,
        jti: randomUUID(),
        'kubernetes.io': { namespace, ...(pod ? { pod } : {}), serviceaccount: serviceAccount },
        nbf: issuedAt,
        sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
      })
        .setProtectedHeader({ alg: 'RS256', kid: signing.kid })
        .sign(signing.privateKey);
      return { token, expiresAt };
    },
    verify: async (token) => {
      for (const { publicKey } of [signing, previous]) {
        try {
          const { payload } = await jwtVerify(token, publicKey, {
            issuer: current,
            algorithms: ['RS256'],
            currentDate: new Date(now()),
          });
          return payload;
        } catch {
          // Another key, or no token of this cluster.
        }
      }
      return undefined;
    },
  };
}
