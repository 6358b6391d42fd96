import { randomBytes, randomUUID } from 'node:crypto';
import type { EmulatorRequest, EmulatorResponse } from '../core/service.ts';
import type { User, World } from '../core/world.ts';
import { type AuthorizationRequest, parseAuthorization } from './authorization-request.ts';
import { describe, type Refusal, trace } from './errors.ts';
import { consentPage, errorPage, pickerPage } from './pages.ts';
import { refusals } from './refusals.ts';
import { entraState } from './state.ts';

const cookieName = 'ESTSAUTHPERSISTENT';
/** A browser's sign-in lasts a day here. */
const sessionMs = 24 * 3600 * 1000;
const contextPurpose = 'authorization page';

/** What the picker and the consent page carry from step to step. */
interface Context {
  readonly tenant: string;
  readonly query: string;
  readonly oid?: string;
}
interface Session {
  readonly oid: string;
  readonly until: number;
}

/** GET /{tenant}/oauth2/v2.0/authorize */
export function authorize(request: EmulatorRequest, world: World): EmulatorResponse {
  const { tenant = '' } = request.params;
  const parsed = parse(request, world, tenant, request.query);
  if (!('tenant' in parsed)) return parsed;
  const { query } = parsed;
  const prompt = query.get('prompt') ?? '';
  const hint = query.get('login_hint')?.toLowerCase();
  const signedIn = sessionUser(request, world, parsed);
  const usable = signedIn && (!hint || signedIn.upn.toLowerCase() === hint) ? signedIn : undefined;
  if (prompt === 'none') {
    if (!usable) return toApplication(request, world, parsed, refusals.loginRequired());
    if (missingConsent(parsed, usable).length > 0) {
      const { clientId, name } = parsed.application;
      return toApplication(request, world, parsed, {
        ...refusals.consentRequired(clientId, name),
        error: 'interaction_required',
      });
    }
    return grantCode(world, parsed, usable);
  }
  if (usable && prompt !== 'login' && prompt !== 'select_account') {
    return continueAs(world, parsed, usable, { tenant, query: query.toString() });
  }
  const people = [...parsed.tenant.users].sort((a, b) => Number(b.upn === hint) - Number(a.upn === hint));
  return pickerPage({
    action: `/${parsed.tenant.id}/login`,
    context: seal(world, { tenant, query: query.toString() }),
    application: parsed.application.name,
    tenant: `${parsed.tenant.name} (${parsed.tenant.domain})`,
    people,
    suggested: hint,
  });
}

/** POST /{tenant}/login: a person was picked. */
export function signIn(request: EmulatorRequest, world: World): EmulatorResponse {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const restored = restore(request, world, form);
  if (restored.type === 'answer') return restored.answer;
  const { wanted, context } = restored;
  const user = wanted.tenant.users.find(({ oid }) => oid === form.get('oid'));
  if (!user) return errorPage(400, 'There is no such account in this directory.');
  return continueAs(world, wanted, user, context);
}

/** POST /{tenant}/Consent/Set: the person decided. */
export function consent(request: EmulatorRequest, world: World): EmulatorResponse {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const restored = restore(request, world, form);
  if (restored.type === 'answer') return restored.answer;
  const { wanted, context } = restored;
  const user = wanted.tenant.users.find(({ oid }) => oid === context.oid);
  if (!user) return errorPage(400, 'There is no such account in this directory.');
  if (form.get('decision') !== 'accept') return toApplication(request, world, wanted, refusals.consentDeclined());
  const { consents } = wanted.application;
  const given = consents.get(user.oid) ?? new Set<string>();
  for (const { resource } of wanted.scopes.asked) given.add(resource.appId);
  consents.set(user.oid, given);
  return grantCode(world, wanted, user);
}

function parse(
  request: EmulatorRequest,
  world: World,
  tenant: string,
  query: URLSearchParams,
): AuthorizationRequest | Exclude<EmulatorResponse, 'handled'> {
  const parsed = parseAuthorization(world, tenant, query);
  if (parsed.type === 'request') return parsed.request;
  const answer =
    parsed.type === 'page'
      ? errorPage(400, describe(parsed.refusal, trace(request, world)))
      : redirect(parsed.redirectUri, parsed.mode, refusalParameters(request, world, query, parsed.refusal));
  return answer as Exclude<EmulatorResponse, 'handled'>;
}

function restore(
  request: EmulatorRequest,
  world: World,
  form: URLSearchParams,
): { type: 'restored'; wanted: AuthorizationRequest; context: Context } | { type: 'answer'; answer: EmulatorResponse } {
  const context = entraState(world).keys.unseal<Context>(contextPurpose, form.get('ctx') ?? '');
  if (!context) {
    const answer = errorPage(400, 'This page is too old. Go back to the application and sign in again.');
    return { type: 'answer', answer };
  }
  const parsed = parse(request, world, context.tenant, new URLSearchParams(context.query));
  return 'tenant' in parsed ? { type: 'restored', wanted: parsed, context } : { type: 'answer', answer: parsed };
}

function continueAs(world: World, wanted: AuthorizationRequest, user: User, context: Context): EmulatorResponse {
  const missing = missingConsent(wanted, user);
  const shown =
    wanted.query.get('prompt') === 'consent' ? wanted.scopes.asked.map(({ resource }) => resource) : missing;
  if (shown.length === 0) return grantCode(world, wanted, user);
  return consentPage({
    action: `/${wanted.tenant.id}/Consent/Set`,
    context: seal(world, { ...context, oid: user.oid }),
    application: wanted.application.name,
    upn: user.upn,
    resources: shown,
  });
}

/** Signing in and reading one's own profile was consented to for everybody by the administrator. */
function missingConsent({ application, scopes }: AuthorizationRequest, user: User) {
  const given = application.consents.get(user.oid);
  return scopes.asked.map(({ resource }) => resource).filter(({ key, appId }) => key !== 'graph' && !given?.has(appId));
}

function grantCode(world: World, wanted: AuthorizationRequest, user: User): EmulatorResponse {
  const state = entraState(world);
  const code = `1.${randomBytes(96).toString('base64url')}`;
  const { query, tenant } = wanted;
  state.codes.set(code, {
    clientId: wanted.application.clientId,
    tenantId: tenant.id,
    oid: user.oid,
    redirectUri: wanted.redirectUri,
    scope: wanted.scope,
    nonce: query.get('nonce') ?? undefined,
    challenge: query.get('code_challenge') ?? undefined,
    issuedAt: world.clock.now(),
    redeemed: false,
  });
  // Bringing the challenge back interactively is what multi-factor authentication would be.
  const challenge = state.stepUps.get(user.oid);
  if (challenge !== undefined && answers(query.get('claims'), challenge)) state.stepUps.delete(user.oid);
  const session: Session = { oid: user.oid, until: world.clock.now() + sessionMs };
  const answer = redirect(wanted.redirectUri, wanted.responseMode, {
    code,
    ...(query.get('client_info') === '1' ? { client_info: clientInfo(user.oid, tenant.id) } : {}),
    state: query.get('state') ?? undefined,
    session_state: randomUUID(),
  });
  const cookie = `${cookieName}=${state.keys.seal(cookieName, session)}; Path=/; HttpOnly; SameSite=Lax`;
  return answer === 'handled' ? answer : { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}

/** MSAL sends `claims` with its own capabilities in every request; only those that name what was asked for count. */
function answers(sent: string | null, challenge: string): boolean {
  const named = (text: string): string[] => {
    try {
      const { access_token: asked } = JSON.parse(text) as { access_token?: Record<string, unknown> };
      return Object.keys(asked ?? {});
    } catch {
      return [];
    }
  };
  const brought = named(sent ?? '');
  return named(challenge).every((name) => brought.includes(name));
}

export const clientInfo = (oid: string, tenantId: string) =>
  Buffer.from(JSON.stringify({ uid: oid, utid: tenantId })).toString('base64url');

function sessionUser(request: EmulatorRequest, world: World, { tenant }: AuthorizationRequest): User | undefined {
  const value = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];
  const session = value ? entraState(world).keys.unseal<Session>(cookieName, value) : undefined;
  if (!session || session.until < world.clock.now()) return undefined;
  return tenant.users.find(({ oid }) => oid === session.oid);
}

export const clearedSession = `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;

function toApplication(
  request: EmulatorRequest,
  world: World,
  wanted: AuthorizationRequest,
  refusal: Refusal,
): EmulatorResponse {
  const parameters = refusalParameters(request, world, wanted.query, refusal);
  return redirect(wanted.redirectUri, wanted.responseMode, parameters);
}

function refusalParameters(request: EmulatorRequest, world: World, query: URLSearchParams, refusal: Refusal) {
  return {
    error: refusal.error,
    error_description: describe(refusal, trace(request, world)),
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    state: query.get('state') ?? undefined,
  };
}

function redirect(
  uri: string,
  mode: 'query' | 'fragment',
  parameters: Record<string, string | undefined>,
): EmulatorResponse {
  const url = new URL(uri);
  const pairs = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  if (mode === 'fragment') url.hash = new URLSearchParams(pairs).toString();
  else for (const [name, value] of pairs) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store, no-cache' } };
}

const seal = (world: World, context: Context) => entraState(world).keys.seal(contextPurpose, context);
