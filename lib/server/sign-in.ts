import 'server-only';
import { createHash, timingSafeEqual } from 'node:crypto';
import { cookies } from 'next/headers';
import type { OperatorAudience } from '../clients/operator-tokens.ts';
import { roles } from '../model/connection.ts';
import type { Problem } from '../model/problem.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { routes } from '../routes.ts';
import type { SessionPerson, SignInTransaction } from '../store/sessions.ts';
import { env } from './env.ts';
import { logger } from './logger.ts';
import { type IdTokenClaims, IdTokenError } from './msal.ts';
import { upstreamErrorOf } from './operator-tokens.ts';
import { returnPath } from './return-path.ts';
import { services } from './services.ts';
import { currentSession, setSessionCookie } from './session.ts';
import { cookieAttributes, cookieNames, hashCookie, newCookieValue } from './session-cookie.ts';

const transactionMs = 10 * 60_000;
const audiences: readonly OperatorAudience[] = ['arm', 'aks', 'devops'];

/** Address at Entra where the sign-in goes on. The transaction is kept under a cookie of its own, so that only this browser can end it. */
export async function beginSignIn(query: URLSearchParams): Promise<string> {
  const { secureCookies } = env();
  const { store, entra } = await services();
  const audience = audiences.find((candidate) => candidate === query.get('audience'));
  const claims = claimsOf(query.get('claims'));
  const [state, nonce, verifier, cookie] = [newCookieValue(), newCookieValue(), newCookieValue(), newCookieValue()];
  const session = await currentSession();
  const transaction: SignInTransaction = {
    state,
    nonce,
    verifier,
    returnTo: returnPath(query.get('returnTo')),
    ...(audience ? { audience } : {}),
    ...(claims ? { challenged: true } : {}),
  };
  await store.sessions.beginSignIn(hashCookie(cookie), transaction, transactionMs);
  (await cookies()).set(cookieNames(secureCookies).signIn, cookie, cookieAttributes(secureCookies, transactionMs));
  return entra.authorizationUrl({
    state,
    nonce,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...(audience ? { audience } : {}),
    ...(claims ? { claims } : {}),
    // Who is signed in and asked for more consent should not have to say again who they are.
    ...(session && (audience || claims) ? { loginHint: session.person.upn } : {}),
  });
}

/** Where the browser goes after Entra answered: back to where the sign-in began, or to the sign-in page with the problem's code. */
export async function endSignIn(query: URLSearchParams): Promise<string> {
  const { secureCookies } = env();
  const { store, entra } = await services();
  const jar = await cookies();
  const { signIn } = cookieNames(secureCookies);
  const cookie = jar.get(signIn)?.value;
  jar.set(signIn, '', cookieAttributes(secureCookies, 0));
  const transaction = cookie ? await store.sessions.takeSignIn(hashCookie(cookie)) : undefined;
  if (!transaction) return failure(makeProblem('sign-in/expired'));
  const { state, nonce, verifier, audience, returnTo } = transaction;
  if (!isEqual(query.get('state') ?? '', state)) return failure(makeProblem('sign-in/state-mismatch'), returnTo);
  const code = query.get('code');
  if (query.has('error') || !code) return failure(refusalOf(query), returnTo);
  try {
    const { claims, cache } = await entra.redeem({ code, state, nonce, verifier, audience });
    await openSession(personOf(claims), cache);
    return returnTo;
  } catch (error) {
    return afterFailedRedemption(error, transaction);
  }
}

function personOf({ oid, tid, name, upn, roles: granted }: IdTokenClaims): SessionPerson {
  return { oid, tid, name, upn, roles: roles.filter((role) => granted.includes(role)) };
}

/** A new cookie at each sign-in. The same person's session goes on under it, so that what runs in the background keeps its tokens. */
async function openSession(person: SessionPerson, cache: string): Promise<void> {
  const { sessionMs, sessionIdleMs } = env();
  const { store } = await services();
  const previous = await currentSession();
  const cookie = newCookieValue();
  const cookieHash = hashCookie(cookie);
  const expiresAt = new Date(Date.now() + sessionMs);
  let id: string | undefined;
  if (previous && (await store.sessions.renew(previous.id, { cookieHash, person, expiresAt }))) id = previous.id;
  else if (previous) await store.sessions.remove(previous.id);
  id ??= await store.sessions.create({ cookieHash, person, expiresAt });
  await store.sessions.writeCache(id, cache);
  await store.sessions.removeOver(sessionIdleMs);
  await store.audit.append({
    tenantId: person.tid,
    actor: { oid: person.oid, name: person.name },
    action: 'sign-in',
    outcome: 'ok',
    detail: { roles: person.roles.join(' ') },
  });
  await setSessionCookie(cookie);
}

function afterFailedRedemption(error: unknown, transaction: SignInTransaction): string {
  const { returnTo, audience, challenged } = transaction;
  if (error instanceof IdTokenError) {
    logger().warn({ error }, 'id token refused');
    return failure(
      makeProblem(/another tenant/.test(error.message) ? 'sign-in/other-tenant' : 'sign-in/failed'),
      returnTo,
    );
  }
  const upstream = upstreamErrorOf(error, audience ?? 'arm');
  if (!(upstream instanceof UpstreamError)) {
    logger().error({ error }, 'sign-in failed');
    return failure(makeProblem('sign-in/failed'), returnTo);
  }
  // A policy may ask for more at redemption; only an interactive request with these claims can satisfy it.
  if (upstream.claims && !challenged)
    return routes.startSignIn({ returnTo, claims: upstream.claims, ...(audience ? { audience } : {}) });
  logger().warn({ code: upstream.code, correlationId: upstream.correlationId }, 'sign-in refused');
  return failure(diagnose(upstream), returnTo);
}

/** `error` and `error_description` of the authorization answer. Only the number is used: anybody can write that text into an address. */
function refusalOf(query: URLSearchParams): Problem {
  const number = /AADSTS(\d{4,8})/.exec(query.get('error_description') ?? '')?.[1];
  const error = query.get('error');
  if (number === '65004' || (error === 'access_denied' && !number)) return makeProblem('sign-in/cancelled');
  if (number === '50105') return makeProblem('app/role-missing');
  if (error === 'consent_required' || number === '65001' || number === '90094') return makeProblem('sign-in/consent');
  if (number === '53003' || number === '53000' || number === '53001') return makeProblem('sign-in/blocked');
  if (number === '50020') return makeProblem('sign-in/other-tenant');
  if (error === 'temporarily_unavailable' || error === 'server_error') return makeProblem('upstream/unavailable');
  return makeProblem(error === 'access_denied' ? 'sign-in/cancelled' : 'sign-in/failed');
}

function failure({ code }: Problem, returnTo = '/'): string {
  const query = new URLSearchParams({ problem: code });
  if (returnTo !== '/') query.set('returnTo', returnTo);
  return `/sign-in?${query}`;
}

/** A claims challenge is a JSON object of moderate size; anything else is not passed on to Entra. */
function claimsOf(text: string | null): string | undefined {
  if (!text || text.length > 4_000) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : undefined;
  } catch {
    return undefined;
  }
}

function isEqual(left: string, right: string): boolean {
  const [a, b] = [hashCookie(left), hashCookie(right)].map((text) => Buffer.from(text));
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
