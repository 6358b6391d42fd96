import { type UpstreamDetails, UpstreamError, type UpstreamKind } from '../problems/upstream-error.ts';

export function kindOf(status: number): UpstreamKind {
  if (status === 401 || status === 403) return 'refused';
  if (status === 404 || status === 410) return 'absent';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 429) return 'throttled';
  if (status === 408 || status >= 500) return 'unavailable';
  return 'invalid';
}

/** Nothing of a write may be assumed after a server error: a gateway says 5xx also when the service behind it has already acted. */
export function isOutcomeUnknown(status: number, write: boolean): boolean {
  return write && status >= 500 && status !== 501;
}

/** Milliseconds of a Retry-After in seconds or as a date. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Math.round(Number(value) * 1_000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Claims of a continuous-access or step-up challenge, decoded.
 * Source: learn.microsoft.com/entra/identity-platform/claims-challenge.
 */
export function parseClaimsChallenge(wwwAuthenticate: string | undefined): string | undefined {
  if (!wwwAuthenticate || !/error="?insufficient_claims/i.test(wwwAuthenticate)) return undefined;
  const encoded = /claims="([^"]+)"/i.exec(wwwAuthenticate)?.[1];
  return encoded ? Buffer.from(encoded, 'base64').toString('utf8') : undefined;
}

/** The same error under the name of the operation that it ended. */
export function renamed(error: UpstreamError, operation: string, more: Partial<UpstreamDetails> = {}): UpstreamError {
  const { service, kind, status, code, message, correlationId, retryAfterMs, outcomeUnknown, claims, audience } = error;
  return new UpstreamError(
    {
      service,
      kind,
      status,
      code,
      message,
      correlationId,
      retryAfterMs,
      outcomeUnknown,
      claims,
      audience,
      ...more,
      operation,
    },
    { cause: error.cause },
  );
}
