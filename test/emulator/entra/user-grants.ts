import { createHash, randomInt } from 'node:crypto';
import type { Application, Tenant, User, World } from '../core/world.ts';
import { scopeRefusal } from './authorization-request.ts';
import { clientInfo } from './authorize.ts';
import type { Refusal } from './errors.ts';
import { refusals } from './refusals.ts';
import { isScopeRefusal, parseScope, resourceOf } from './resources.ts';
import { entraState } from './state.ts';
import { issueAccessToken, issueIdToken } from './tokens.ts';

export interface Caller {
  readonly tenant: Tenant;
  readonly application: Application;
}
interface RefreshToken {
  readonly clientId: string;
  readonly tenantId: string;
  readonly oid: string;
  readonly issuedAt: number;
}

const codeLifetimeMs = 10 * 60 * 1000;
const refreshPurpose = 'refresh token';

export async function redeemCode(
  world: World,
  caller: Caller,
  form: URLSearchParams,
): Promise<Record<string, unknown> | Refusal> {
  const sent = form.get('code');
  if (!sent) return refusals.parameterMissing('code');
  const code = entraState(world).codes.get(sent);
  const { application, tenant } = caller;
  if (!code || code.clientId !== application.clientId || code.tenantId !== tenant.id) return refusals.grantInvalid();
  if (code.redeemed) return refusals.codeRedeemed();
  if (world.clock.now() > code.issuedAt + codeLifetimeMs) return refusals.grantExpired();
  const redirectUri = form.get('redirect_uri') ?? '';
  if (redirectUri !== code.redirectUri) return refusals.redirectDiffers(redirectUri, code.redirectUri);
  const verifier = form.get('code_verifier');
  if (!verifier) return refusals.parameterMissing('code_verifier');
  if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge) return refusals.verifierMismatch();
  code.redeemed = true;
  const user = tenant.users.find(({ oid }) => oid === code.oid);
  if (!user) return refusals.grantInvalid();
  return issue(world, caller, user, form.get('scope') || code.scope, form, code.nonce);
}

export async function redeemRefreshToken(
  world: World,
  caller: Caller,
  form: URLSearchParams,
): Promise<Record<string, unknown> | Refusal> {
  const state = entraState(world);
  const sent = form.get('refresh_token');
  if (!sent) return refusals.parameterMissing('refresh_token');
  const token = state.keys.unseal<RefreshToken>(refreshPurpose, sent.replace(/^1\./, ''));
  const user = caller.tenant.users.find(({ oid }) => oid === token?.oid);
  if (!token || !user || token.clientId !== caller.application.clientId || token.tenantId !== caller.tenant.id) {
    return refusals.grantInvalid();
  }
  if (token.issuedAt <= (state.refreshDeadline.get(user.oid) ?? 0)) {
    return refusals.refreshExpired(new Date(token.issuedAt).toISOString());
  }
  return issue(world, caller, user, form.get('scope') ?? '', form, undefined);
}

async function issue(
  world: World,
  { tenant, application }: Caller,
  user: User,
  scope: string,
  form: URLSearchParams,
  nonce: string | undefined,
): Promise<Record<string, unknown> | Refusal> {
  if (scope === '') return refusals.parameterMissing('scope');
  const scopes = parseScope(scope);
  if (isScopeRefusal(scopes)) return scopeRefusal(scopes, application, tenant);
  const [asked, second] = scopes.asked;
  if (second) return refusals.severalResources(scope);
  const resource = asked?.resource ?? resourceOf('https://graph.microsoft.com');
  if (!resource) throw new Error('no profile resource');
  const consented = resource.key === 'graph' || application.consents.get(user.oid)?.has(resource.appId);
  if (!consented) return refusals.consentRequired(application.clientId, application.name);
  const state = entraState(world);
  const claims = state.stepUps.get(user.oid);
  if (claims !== undefined && resource.key !== 'graph') return refusals.stepUp(resource.appId, claims);

  const lifetime = randomInt(3600, 5400);
  const principal = {
    kind: 'user' as const,
    tenantId: tenant.id,
    oid: user.oid,
    name: user.upn,
    displayName: user.name,
  };
  const accessToken = await issueAccessToken(world, principal, resource.key, lifetime, {
    aud: asked?.identifier,
    scope: resource.scopes.join(' '),
    clientId: application.clientId,
  });
  const granted = asked
    ? [...resource.scopes, '.default'].map((name) => `${asked.identifier}/${name}`)
    : ['email', 'openid', 'profile', 'https://graph.microsoft.com/User.Read'];
  const refresh: RefreshToken = {
    clientId: application.clientId,
    tenantId: tenant.id,
    oid: user.oid,
    issuedAt: world.clock.now(),
  };
  return {
    token_type: 'Bearer',
    scope: granted.join(' '),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: accessToken,
    ...(scopes.oidc.includes('offline_access')
      ? { refresh_token: `1.${state.keys.seal(refreshPurpose, refresh)}` }
      : {}),
    ...(scopes.oidc.includes('openid')
      ? { id_token: await issueIdToken(world, { ...user, tenantId: tenant.id }, application.clientId, nonce) }
      : {}),
    ...(form.get('client_info') === '1' ? { client_info: clientInfo(user.oid, tenant.id) } : {}),
  };
}
