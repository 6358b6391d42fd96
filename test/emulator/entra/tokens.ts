import { createHash, randomBytes } from 'node:crypto';
import { compactVerify, errors, SignJWT } from 'jose';
import type { Audience, Principal, TokenRefusal, TokenService, World } from '../core/world.ts';
import { applicationClientId } from '../world/directory.ts';
import { readKeys } from './keys.ts';
import { resources } from './resources.ts';
import { entraState, initialiseState, issuerOf } from './state.ts';

/** Entra backdates its tokens by this much. */
const backdatedSeconds = 300;
const armAudience = 'https://management.azure.com/';
const purpose = 'devops access token';

interface SealedToken {
  readonly principal: Principal;
  readonly audience: string;
}

/** Reads or makes the signing key in `keysDir` and registers this world with Entra. */
export async function createTokenService(world: World, keysDir: string): Promise<TokenService> {
  const { keys } = initialiseState(world, await readKeys(keysDir));
  return {
    issue: (principal, audience, lifetimeSeconds) => issueAccessToken(world, principal, audience, lifetimeSeconds),
    verify: async (authorization, audience) => {
      const token = bearer(authorization, audience);
      if (token === undefined) return { refused: 'missing' };
      const opaque = keys.unseal<SealedToken>(purpose, token);
      if (opaque) return judge(opaque.principal, opaque.audience === audience);
      return verifyJwt(token, audience);
    },
  };

  function judge(principal: Principal, audienceMatches: boolean): Principal | TokenRefusal {
    if (!audienceMatches) return { refused: 'audience' };
    if (principal.expiresAt <= world.clock.now()) return { refused: 'expired', expiredAt: principal.expiresAt };
    return principal;
  }

  async function verifyJwt(token: string, audience: Audience): Promise<Principal | TokenRefusal> {
    try {
      // `compactVerify` looks at the signature alone: time is judged below, by the clock of the world.
      const verified = await compactVerify(token, keys.publicKey);
      const payload = JSON.parse(new TextDecoder().decode(verified.payload)) as Record<string, unknown>;
      const principal: Principal = {
        kind: payload.idtyp === 'app' ? 'servicePrincipal' : 'user',
        tenantId: String(payload.tid),
        oid: String(payload.oid),
        name: String(payload.idtyp === 'app' ? payload.appid : payload.upn),
        displayName: String(payload.name ?? payload.appid),
        expiresAt: Number(payload.exp) * 1000,
      };
      return judge(principal, accepts(audience, String(payload.aud)));
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return { refused: 'malformed' };
      throw error;
    }
  }
}

function bearer(authorization: string | undefined, audience: Audience): string | undefined {
  const [scheme, value] = (authorization ?? '').split(/ +(.*)/s);
  if (scheme?.toLowerCase() === 'bearer' && value) return value;
  if (audience === 'devops' && scheme?.toLowerCase() === 'basic' && value) {
    const password = Buffer.from(value, 'base64').toString('utf8').split(/:(.*)/s)[1];
    return password || undefined;
  }
  return undefined;
}

function accepts(audience: Audience, aud: string): boolean {
  const resource = resources.find(({ key }) => key === audience);
  return resource !== undefined && (aud === resource.appId || resource.uris.includes(aud.replace(/\/$/, '')));
}

export async function issueAccessToken(
  world: World,
  principal: Omit<Principal, 'expiresAt'>,
  audience: Audience | 'graph',
  lifetimeSeconds: number,
  options: { aud?: string; scope?: string; clientId?: string } = {},
): Promise<string> {
  const { keys } = entraState(world);
  const now = Math.floor(world.clock.now() / 1000);
  const expires = now + lifetimeSeconds;
  const resource = resources.find(({ key }) => key === audience);
  // Azure DevOps tokens have been unreadable for clients since summer 2026: a product that decodes them must fail here too.
  if (audience === 'devops' || audience === 'graph') {
    const sealed: SealedToken = { principal: { ...principal, expiresAt: expires * 1000 }, audience };
    return keys.seal(purpose, sealed);
  }
  const issuer = `https://sts.windows.net/${principal.tenantId}/`;
  const personal =
    principal.kind === 'user'
      ? {
          acr: '1',
          amr: ['pwd', 'mfa'],
          appid: options.clientId ?? applicationClientId,
          appidacr: '1',
          idtyp: 'user',
          name: principal.displayName,
          scp: options.scope ?? resource?.scopes.join(' '),
          sub: pairwise(principal.oid, resource?.appId ?? ''),
          unique_name: principal.name,
          upn: principal.name,
        }
      : { appid: principal.name, appidacr: '2', idp: issuer, idtyp: 'app', sub: principal.oid };
  return new SignJWT({ ...personal, oid: principal.oid, tid: principal.tenantId, ...opaqueClaims(), ver: '1.0' })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: keys.jwk.kid, kid: keys.jwk.kid })
    .setIssuer(issuer)
    .setAudience(options.aud ?? (audience === 'arm' ? armAudience : (resource?.appId ?? '')))
    .setIssuedAt(now - backdatedSeconds)
    .setNotBefore(now - backdatedSeconds)
    .setExpirationTime(expires)
    .sign(keys.privateKey);
}

export async function issueIdToken(
  world: World,
  person: { tenantId: string; oid: string; upn: string; name: string; roles: readonly string[] },
  clientId: string,
  nonce: string | undefined,
): Promise<string> {
  const { keys } = entraState(world);
  const issuedAt = Math.floor(world.clock.now() / 1000) - backdatedSeconds;
  return new SignJWT({
    name: person.name,
    ...(nonce === undefined ? {} : { nonce }),
    oid: person.oid,
    preferred_username: person.upn,
    // A person without an app role has no such claim, not an empty one.
    ...(person.roles.length > 0 ? { roles: [...person.roles] } : {}),
    sub: pairwise(person.oid, clientId),
    tid: person.tenantId,
    ...opaqueClaims(),
    ver: '2.0',
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: keys.jwk.kid })
    .setIssuer(issuerOf(person.tenantId))
    .setAudience(clientId)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + 3900)
    .sign(keys.privateKey);
}

const opaqueClaims = () => ({
  aio: randomBytes(24).toString('base64url'),
  rh: `1.${randomBytes(30).toString('base64url')}.`,
  uti: randomBytes(16).toString('base64url'),
});

function pairwise(oid: string, audience: string): string {
  return createHash('sha256').update(`${oid}|${audience}`).digest('base64url');
}
