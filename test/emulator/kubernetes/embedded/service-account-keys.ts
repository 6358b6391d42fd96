import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
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
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const { n, e, kty } = await exportJWK(publicKey);
  const kid = createHash('sha256').update(String(n)).digest('base64url');
  return { kid, privateKey, publicKey, jwk: { use: 'sig', kty, kid, alg: 'RS256', n, e } };
}

/** The in-cluster default: what tokens carry while the OIDC issuer of AKS is off. */
export const inClusterIssuer = 'https://kubernetes.default.svc.cluster.local';

/** AKS publishes two keys: the one that signs and its neighbour in the rotation. */
export async function createServiceAccountKeys(issuer: string, now: () => number): Promise<ServiceAccountKeys> {
  const [signing, previous] = await Promise.all([createKey(), createKey()]);
  let current = issuer;
  return {
    issuer: () => current,
    setIssuer: (next) => {
      current = next;
    },
    jwks: () => ({ keys: [signing.jwk, previous.jwk] }),
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
