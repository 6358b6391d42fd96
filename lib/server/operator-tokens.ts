import 'server-only';
import { createAccessToken } from '../clients/access-token.ts';
import type { OperatorAudience, OperatorTokens } from '../clients/operator-tokens.ts';
import type { AccessToken } from '../ports.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import type { Sessions } from '../store/sessions.ts';
import type { EntraClient } from './msal.ts';

/** How long one caller may keep a token without asking again: short, so that a sign-out also ends what runs in the background. */
const memoryMs = 60_000;
/** A token that ends sooner is not handed out; Azure allows clocks to differ by five minutes. */
const marginMs = 5 * 60_000;

type Lanes = Map<string, Promise<unknown>>;
// Caches are read, changed and written as a whole: two changes side by side would lose one of them.
const memo = globalThis as { __patlessLanes?: Lanes; __patlessFlights?: Map<string, Promise<AccessToken>> };

/** Access tokens of one session's person, from its encrypted cache. */
export function createOperatorTokens(
  sessions: Pick<Sessions, 'readCache' | 'writeCache'>,
  entra: Pick<EntraClient, 'acquire'>,
  sessionId: string,
): OperatorTokens {
  const held = new Map<OperatorAudience, { token: AccessToken; until: number }>();
  memo.__patlessLanes ??= new Map();
  memo.__patlessFlights ??= new Map();
  const lanes = memo.__patlessLanes;
  const flights = memo.__patlessFlights;

  const acquire = async (audience: OperatorAudience): Promise<AccessToken> => {
    const cache = await sessions.readCache(sessionId);
    if (!cache) throw signInNeeded(audience, 'The session has ended');
    try {
      const acquired = await entra.acquire(cache, audience);
      if (acquired.cache) await sessions.writeCache(sessionId, acquired.cache);
      return createAccessToken(acquired.token, acquired.expiresAt);
    } catch (error) {
      throw upstreamErrorOf(error, audience);
    }
  };

  const inLane = (audience: OperatorAudience): Promise<AccessToken> => {
    const key = `${sessionId}:${audience}`;
    const running = flights.get(key);
    if (running) return running;
    const before = lanes.get(sessionId) ?? Promise.resolve();
    const flight = before.then(
      () => acquire(audience),
      () => acquire(audience),
    );
    flights.set(key, flight);
    lanes.set(sessionId, flight);
    const end = () => {
      if (flights.get(key) === flight) flights.delete(key);
      if (lanes.get(sessionId) === flight) lanes.delete(sessionId);
    };
    flight.then(end, end);
    return flight;
  };

  return {
    async get(audience, signal) {
      signal.throwIfAborted();
      const known = held.get(audience);
      if (known && known.until > Date.now()) return known.token;
      const token = await abortable(inLane(audience), signal);
      held.set(audience, { token, until: Math.min(Date.now() + memoryMs, token.expiresAt.getTime() - marginMs) });
      return token;
    },
  };
}

/** One caller's abort must not end an acquisition that others wait for. */
function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function signInNeeded(audience: OperatorAudience, message: string): UpstreamError {
  return new UpstreamError({
    service: 'entra',
    operation: `get a token for ${audience}`,
    kind: 'sign-in',
    audience,
    message,
  });
}

interface MsalError extends Error {
  readonly errorCode: string;
  readonly errorMessage?: string;
  readonly subError?: string;
  readonly correlationId?: string;
  readonly errorNo?: string;
  readonly claims?: string;
  readonly status?: number;
}

/** What MSAL throws, in the words of the other clients. Refusals of the person lead to a sign-in; those of the app never do. */
export function upstreamErrorOf(error: unknown, audience: OperatorAudience): unknown {
  if (!(error instanceof Error) || !('errorCode' in error)) return error;
  const { name, errorCode, errorMessage, errorNo, correlationId, claims, status } = error as MsalError;
  const number = errorNo ?? /AADSTS(\d+)/.exec(errorMessage ?? '')?.[1];
  const common = {
    service: 'entra' as const,
    operation: `get a token for ${audience}`,
    code: number ? `AADSTS${number}` : errorCode,
    message: errorMessage ?? error.message,
    ...(correlationId ? { correlationId } : {}),
    ...(status ? { status } : {}),
  };
  const cause = { cause: error };
  // invalid_grant: revoked, expired, password changed, blocked by policy. All of these a person mends by signing in again.
  if (name === 'InteractionRequiredAuthError' || errorCode === 'invalid_grant')
    return new UpstreamError({ ...common, kind: 'sign-in', audience, ...(claims ? { claims } : {}) }, cause);
  if (status === 429) return new UpstreamError({ ...common, kind: 'throttled' }, cause);
  if (errorCode === 'invalid_client' || errorCode === 'unauthorized_client')
    return new UpstreamError({ ...common, kind: 'refused' }, cause);
  if (/network|endpoints_resolution|openid_config|timeout/.test(errorCode))
    return new UpstreamError({ ...common, kind: 'unreachable' }, cause);
  if ((status ?? 0) >= 500 || errorCode === 'temporarily_unavailable' || errorCode === 'server_error')
    return new UpstreamError({ ...common, kind: 'unavailable' }, cause);
  return new UpstreamError({ ...common, kind: 'invalid' }, cause);
}
