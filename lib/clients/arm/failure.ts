import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { UpstreamError } from '../../problems/upstream-error.ts';
import { isOutcomeUnknown, kindOf, parseRetryAfter, renamed } from '../failure.ts';

/** Runs one operation of an Azure SDK and turns whatever it throws into an UpstreamError with the operation's own name. */
export async function call<T>(
  operation: string,
  { write, signal }: { write: boolean; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw armFailure(error, operation, write);
  }
}

export function armFailure(error: unknown, operation: string, write: boolean): UpstreamError {
  if (error instanceof UpstreamError) return renamed(error, operation);
  if (isRestError(error) && error.statusCode !== undefined)
    return restFailure(error, operation, error.statusCode, write);
  const message = error instanceof Error ? error.message : String(error);
  return new UpstreamError(
    { service: 'arm', operation, kind: 'invalid', code: 'ClientError', message },
    { cause: error },
  );
}

function restFailure(error: RestError, operation: string, status: number, write: boolean): UpstreamError {
  const { code, message } = envelope(error);
  const header = (name: string) => error.response?.headers.get(name);
  return new UpstreamError({
    service: 'arm',
    operation,
    kind: kindOf(status),
    status,
    code,
    message,
    correlationId: header('x-ms-correlation-request-id') ?? header('x-ms-request-id'),
    retryAfterMs: parseRetryAfter(header('retry-after'), Date.now()),
    outcomeUnknown: isOutcomeUnknown(status, write),
  });
}

/**
 * `error.code` in the ARM envelope, or at the top level: the AKS resource provider leaves the envelope out (recorded: 409 EtagMismatch).
 */
function envelope(error: RestError): { code?: string; message?: string } {
  const body = parse(error.response?.bodyAsText) ?? error.details;
  const inner = isRecord(body) && isRecord(body.error) ? body.error : body;
  const text = (name: string) =>
    isRecord(inner) && typeof inner[name] === 'string' && inner[name] !== '' ? inner[name] : undefined;
  return { code: text('code') ?? error.code, message: text('message') ?? error.message };
}

function parse(text: string | null | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const goneCodes = new Set(['ResourceNotFound', 'ResourceGroupNotFound', 'ParentResourceNotFound', 'NotFound']);

/** The resource itself is not there. A subscription or provider that is not known says 404 too, and means something else. */
export function isGone(error: unknown): boolean {
  return error instanceof UpstreamError && error.kind === 'absent' && (!error.code || goneCodes.has(error.code));
}

export async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
