import { createHash, randomUUID } from 'node:crypto';
import type { EmulatorRequest, EmulatorResponse } from '../core/service.ts';
import type { World } from '../core/world.ts';

type Answer = Exclude<EmulatorResponse, 'handled'>;
type Headers = Readonly<Record<string, string>>;

/** Answers of the front door and of the RPs that share its serialiser: compact JSON with a charset. */
export function armJson(status: number, body: unknown, headers: Headers = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** The AKS RP prints its JSON: one space of indent after a one-space prefix on every line but the first. */
export function aksJson(status: number, body: unknown, headers: Headers = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', server: 'nginx', ...headers },
    body: JSON.stringify(body, null, 1).replaceAll('\n', '\n '),
  };
}

export function empty(status: number, headers: Headers = {}): Answer {
  return { status, headers, body: '' };
}

/** An error of a resource provider, in ARM's envelope. */
export function providerError(
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Answer {
  return armJson(status, { error: { code, message, ...more } });
}

/** An error that ARM's front door makes itself: same envelope, and a header that says so. */
export function gatewayError(status: number, code: string, message: string, headers: Headers = {}): Answer {
  return armJson(status, { error: { code, message } }, { 'x-ms-failure-cause': 'gateway', ...headers });
}

/** The AKS RP leaves the `error` wrapper away. */
export function aksError(
  status: number,
  code: string,
  message: string,
  more: { details?: unknown; subcode?: string; target?: string } = {},
): Answer {
  const { details = null, subcode = '', target } = more;
  return aksJson(status, { code, details, message, subcode, ...(target ? { target } : {}) });
}

/** 501 says that this emulator does not know, which no answer of the real service says. */
export function notModelled(what: string): Answer {
  return armJson(501, { error: { code: 'NotModelled', message: `The emulator does not model ${what}.` } });
}

export function resourceNotFound(type: string, name: string, group: string): Answer {
  return gatewayError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export function resourceGroupNotFound(name: string): Answer {
  return gatewayError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

/** Headers of every ARM answer. Ids are new for each request; a caller's correlation id is taken over, its request id only on demand. */
export function withCommonHeaders(answer: Answer, request: EmulatorRequest, world: World): Answer {
  const requestId = randomUUID();
  const correlation = request.headers['x-ms-correlation-request-id'] ?? requestId;
  const clientRequestId = request.headers['x-ms-client-request-id'];
  const echo = request.headers['x-ms-return-client-request-id']?.toLowerCase() === 'true' && clientRequestId;
  const stamp = new Date(world.clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const trace = createHash('sha256').update(requestId).digest('hex').toUpperCase().slice(0, 32);
  return {
    ...answer,
    headers: {
      'cache-control': 'no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-cache': 'CONFIG_NOCACHE',
      'x-msedge-ref': `Ref A: ${trace} Ref B: AMS231032607021 Ref C: ${new Date(world.clock.now()).toISOString().slice(0, 19)}Z`,
      'x-ms-request-id': requestId,
      'x-ms-correlation-request-id': correlation,
      'x-ms-routing-request-id': `WESTEUROPE:${stamp}:${requestId}`,
      ...(echo ? { 'x-ms-client-request-id': clientRequestId } : {}),
      ...answer.headers,
    },
  };
}
