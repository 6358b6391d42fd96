import type { Clock } from '../ports.ts';
import type { ServiceName } from '../problems/problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { type Destination, type Egress, EgressRefused } from './egress.ts';
import { parseRetryAfter } from './failure.ts';
import { exchange, NoAnswer, type Reply } from './transport.ts';

export type { Reply } from './transport.ts';

export interface HttpRequest {
  readonly service: ServiceName;
  readonly operation: string;
  readonly destination: Destination;
  readonly url: string | URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** A read may be sent again; a write never is. Some POSTs are reads. */
  readonly write: boolean;
  readonly ca?: string;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/**
 * The one way out: every SDK's transport ends here. Any status is an answer; UpstreamError means that none came
 * (`unreachable`), or that the URL is not of this cloud (`invalid`, code `EgressRefused`).
 */
export interface Http {
  send(request: HttpRequest): Promise<Reply>;
}

const maximumTries = 3;
const longestWaitMs = 30_000;
const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);
// A name that does not resolve, a refused certificate or a time-out do not get better within a second.
const passingCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'EAI_AGAIN']);

export function createHttp({ egress, clock }: { egress: Egress; clock: Clock }): Http {
  return {
    async send(request) {
      const { signal, write } = request;
      const url = checked(request, egress);
      for (let tries = 1; ; tries += 1) {
        signal.throwIfAborted();
        let pauseMs: number | undefined;
        try {
          const reply = await exchange({
            url,
            method: request.method,
            headers: request.headers ?? {},
            body: request.body,
            ca: request.ca,
            fresh: write,
            configured: egress.isConfigured(url.hostname),
            timeoutMs: request.timeoutMs ?? (write ? 60_000 : 20_000),
            signal,
          });
          pauseMs = pauseBeforeRetry(reply, tries, write, clock.now().getTime());
          if (pauseMs === undefined) return reply;
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error;
          if (write || tries >= maximumTries || !passingCodes.has(error.code)) throw unreachable(request, url, error);
          pauseMs = backoffMs(tries);
        }
        await clock.sleep(pauseMs, signal);
      }
    },
  };
}

function checked(request: HttpRequest, egress: Egress): URL {
  try {
    return egress.check(request.url, request.destination);
  } catch (error) {
    if (!(error instanceof EgressRefused)) throw error;
    const { service, operation } = request;
    throw new UpstreamError({ service, operation, kind: 'invalid', code: 'EgressRefused', message: error.message });
  }
}

/** Undefined: the answer stands. */
function pauseBeforeRetry(reply: Reply, tries: number, write: boolean, now: number): number | undefined {
  if (write || tries >= maximumTries || !passingStatuses.has(reply.status)) return undefined;
  const asked = parseRetryAfter(reply.header('retry-after'), now);
  if (asked === undefined) return backoffMs(tries);
  return asked <= longestWaitMs ? asked : undefined;
}

function backoffMs(tries: number): number {
  return 200 * 3 ** (tries - 1) * (0.75 + Math.random() / 2);
}

function unreachable({ service, operation, write }: HttpRequest, url: URL, error: NoAnswer): UpstreamError {
  const words = error.sent ? 'The answer did not arrive' : 'No connection';
  return new UpstreamError(
    {
      service,
      operation,
      kind: 'unreachable',
      code: error.code,
      message: `${words}: ${url.host} (${error.code}).`,
      outcomeUnknown: write && error.sent,
    },
    { cause: error },
  );
}
