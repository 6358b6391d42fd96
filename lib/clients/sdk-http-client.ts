import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { ServiceName } from '../problems/problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import type { Destination } from './egress.ts';
import { parseClaimsChallenge } from './failure.ts';
import type { Http } from './http.ts';
import type { OperatorAudience } from './operator-tokens.ts';

/** Transport of the Azure SDKs: theirs is the protocol, ours the way out (allow-list, time limits, retries of reads). */
export function createSdkHttpClient(options: {
  http: Http;
  service: ServiceName;
  destination: Destination;
  isRead(method: string, url: string): boolean;
  /** Turns a claims challenge into a sign-in for this audience. The SDK would ask its credential again, in vain. */
  audience?: OperatorAudience;
  /** Used where the SDK passes no signal of its own, for example when it follows a next link. */
  signal: AbortSignal;
  observe?(response: { status: number; body: string; url: string }): void;
}): HttpClient {
  const { http, service, destination, audience } = options;
  return {
    async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
      const operation = `${request.method} request`;
      const reply = await http.send({
        service,
        operation,
        destination,
        url: request.url,
        method: request.method,
        headers: request.headers.toJSON(),
        body: bodyOf(request),
        write: !options.isRead(request.method, request.url),
        timeoutMs: request.timeout || undefined,
        signal: request.abortSignal ? joined(options.signal, request.abortSignal) : options.signal,
      });
      const bodyAsText = reply.body.toString('utf8');
      options.observe?.({ status: reply.status, body: bodyAsText, url: request.url });
      const claims = reply.status === 401 ? parseClaimsChallenge(reply.header('www-authenticate')) : undefined;
      if (claims && audience)
        throw new UpstreamError({
          service,
          operation,
          kind: 'sign-in',
          status: 401,
          claims,
          audience,
          message: 'The service asks for another sign-in.',
          correlationId: reply.header('x-ms-correlation-request-id'),
        });
      // The transport has unpacked the body; the header would make the SDK do it once more.
      const { 'content-encoding': _encoding, ...headers } = reply.headers;
      return { request, status: reply.status, headers: createHttpHeaders(headers), bodyAsText };
    },
  };
}

function bodyOf({ body }: PipelineRequest): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new Error('Only text bodies are sent to Azure.');
}

/** SDKs know abort signals by shape only; pollers bring their own. */
function joined(own: AbortSignal, other: NonNullable<PipelineRequest['abortSignal']>): AbortSignal {
  if (other instanceof AbortSignal) return own === other ? own : AbortSignal.any([own, other]);
  const controller = new AbortController();
  if (other.aborted) controller.abort();
  else other.addEventListener('abort', () => controller.abort());
  return AbortSignal.any([own, controller.signal]);
}
