import type { ServiceName } from '../../problems/problem.ts';
import { UpstreamError } from '../../problems/upstream-error.ts';
import { isOutcomeUnknown, kindOf, parseClaimsChallenge, parseRetryAfter } from '../failure.ts';
import type { Reply } from '../http.ts';

export interface DevopsOperation {
  readonly service: Extract<ServiceName, 'devops' | 'git'>;
  readonly operation: string;
  readonly write: boolean;
  /** The token is the operator's own, who can answer a claims challenge; a workload cannot. */
  readonly delegated: boolean;
}

/**
 * Undefined when the reply is a success. Status alone does not say so: an expired token is answered with 203 and the HTML of the
 * sign-in page. Source: github.com/microsoft/azure-devops-auth-samples/issues/52.
 */
export function devopsFailure(reply: Reply, about: DevopsOperation): UpstreamError | undefined {
  const { status } = reply;
  const html = /^text\/html/i.test(reply.header('content-type') ?? '');
  const redirected = status >= 300 && status < 400 && status !== 304;
  if (status === 203 || redirected || (html && status < 300)) return signInPage(reply, about);
  if (status < 300 || status === 304) return undefined;
  const claims = status === 401 && about.delegated ? parseClaimsChallenge(reply.header('www-authenticate')) : undefined;
  const message = messageOf(reply, html);
  return new UpstreamError({
    ...named(about),
    kind: claims ? 'sign-in' : kindOf(status),
    status,
    code: codeIn(message) ?? typeKeyOf(reply) ?? (html && status === 401 ? 'SIGN-IN-PAGE' : undefined),
    message: message ?? `Azure DevOps answered ${status}.`,
    correlationId: correlationOf(reply),
    retryAfterMs: parseRetryAfter(reply.header('retry-after'), Date.now()),
    outcomeUnknown: isOutcomeUnknown(status, about.write),
    ...(claims ? { claims, audience: 'devops' as const } : {}),
  });
}

function signInPage(reply: Reply, about: DevopsOperation): UpstreamError {
  return new UpstreamError({
    ...named(about),
    kind: 'refused',
    status: reply.status,
    code: 'SIGN-IN-PAGE',
    message: 'Azure DevOps answered with its sign-in page: it did not accept the token.',
    correlationId: correlationOf(reply),
  });
}

function named({ service, operation }: DevopsOperation) {
  return { service, operation };
}

export function correlationOf(reply: Reply): string | undefined {
  return reply.header('x-vss-e2eid') ?? reply.header('activityid');
}

/** The number by which Azure DevOps documents its messages; texts vary between versions and languages. */
export function codeIn(message: string | undefined): string | undefined {
  return /\b(?:TF|VS)\d{4,7}\b/.exec(message ?? '')?.[0];
}

function envelopeOf(reply: Reply): Record<string, unknown> | undefined {
  try {
    // Some errors start with a byte order mark, which JSON.parse refuses.
    const parsed: unknown = JSON.parse(reply.body.toString('utf8').replace(/^\uFEFF/, ''));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function typeKeyOf(reply: Reply): string | undefined {
  const key = envelopeOf(reply)?.typeKey;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function messageOf(reply: Reply, html: boolean): string | undefined {
  const envelope = envelopeOf(reply);
  if (typeof envelope?.message === 'string') return envelope.message;
  // ASP.NET's own errors: {"count":1,"value":{"Message":"…"}}.
  const inner = envelope?.value;
  if (typeof inner === 'object' && inner !== null && 'Message' in inner && typeof inner.Message === 'string')
    return inner.Message;
  const header = reply.header('x-tfs-serviceerror');
  if (header) return decodeHeader(header);
  const text = reply.body.toString('utf8').trim();
  return html || text === '' ? undefined : readable(text);
}

function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value.replace(/\+/g, ' '));
  } catch {
    return value;
  }
}

/** Git refusals come inside pkt-lines and repeat themselves: keep the sentence from its number on. */
function readable(text: string): string {
  const code = codeIn(text);
  const from = code ? text.lastIndexOf(code) : 0;
  return text
    .slice(from)
    .replace(/^\uFEFF/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
