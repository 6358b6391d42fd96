import { UpstreamError } from '../../problems/upstream-error.ts';
import { isOutcomeUnknown, kindOf, parseRetryAfter, renamed } from '../failure.ts';
import type { Reply } from '../http.ts';

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
};

/** The API server's answer is a `Status` object; what stands before it (a gateway, a stopped cluster) answers as it likes. */
export function statusFailure(reply: Reply, operation: string, write: boolean): UpstreamError {
  const { reason, message } = parseStatus(reply);
  return new UpstreamError({
    service: 'kubernetes',
    operation,
    kind: kindOf(reply.status),
    status: reply.status,
    code: reason ?? reasons[reply.status],
    // A conflict of server-side apply names the field manager that owns the field, in this text only.
    message: message ?? `The API server answered ${reply.status}.`,
    correlationId: reply.header('audit-id'),
    retryAfterMs: parseRetryAfter(reply.header('retry-after'), Date.now()),
    outcomeUnknown: isOutcomeUnknown(reply.status, write),
  });
}

function parseStatus(reply: Reply): { reason?: string; message?: string } {
  try {
    const status: unknown = JSON.parse(reply.body.toString('utf8'));
    if (typeof status !== 'object' || status === null) return {};
    const text = (name: 'reason' | 'message') => {
      const value: unknown = name in status ? (status as Record<string, unknown>)[name] : undefined;
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    return { reason: text('reason'), message: text('message') };
  } catch {
    return {};
  }
}

export function kubernetesFailure(error: unknown, operation: string): UpstreamError {
  if (error instanceof UpstreamError) return renamed(error, operation);
  const message = error instanceof Error ? error.message : String(error);
  // Discovery knows the group but not the kind: its definition is not installed.
  const unknownKind = /^Unrecognized API version and kind/.test(message);
  return new UpstreamError(
    {
      service: 'kubernetes',
      operation,
      kind: unknownKind ? 'absent' : 'invalid',
      code: unknownKind ? 'NotFound' : 'ClientError',
      message,
    },
    { cause: error },
  );
}
