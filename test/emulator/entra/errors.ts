import { randomUUID } from 'node:crypto';
import type { EmulatorRequest, EmulatorResponse } from '../core/service.ts';
import type { World } from '../core/world.ts';
import { guidPattern } from './state.ts';

export interface Refusal {
  readonly code: number;
  readonly error: string;
  readonly text: string;
  readonly suberror?: string;
  /** JSON text: Entra sends it as a string. */
  readonly claims?: string;
}

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value && 'text' in value && 'error' in value;

/** Bodies of these codes were seen without `error_uri`. */
const withoutUri = [54005, 50166, 90061];

function headers(requestId: string): Record<string, string | readonly string[]> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    p3p: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
    'x-ms-request-id': requestId,
    'x-ms-ests-server': '2.1.21574.6 - NEULR1 ProdSlices',
    'x-xss-protection': '0',
    'set-cookie': ['x-ms-gateway-slice=estsfd; path=/; secure; samesite=none; httponly'],
  };
}

export const tokenAnswer = (body: unknown): EmulatorResponse => ({
  status: 200,
  headers: headers(randomUUID()),
  body: JSON.stringify(body),
});

export interface Trace {
  readonly traceId: string;
  readonly correlationId: string;
  /** `2026-02-01 00:16:41Z`. */
  readonly timestamp: string;
}

export function trace(request: EmulatorRequest, world: World, form?: URLSearchParams): Trace {
  const sent =
    request.headers['client-request-id'] ?? form?.get('client-request-id') ?? request.query.get('client-request-id');
  return {
    traceId: randomUUID(),
    correlationId: sent && guidPattern.test(sent) ? sent : randomUUID(),
    timestamp: `${new Date(world.clock.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`,
  };
}

/** Since the end of 2023 the parts of a description are separated by spaces. */
export function describe(refusal: Refusal, { traceId, correlationId, timestamp }: Trace): string {
  return `AADSTS${refusal.code}: ${refusal.text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
}

export function refuse(refusal: Refusal, traced: Trace): EmulatorResponse {
  const { code, error, suberror, claims } = refusal;
  return {
    status: error === 'invalid_client' ? 401 : error === 'temporarily_unavailable' ? 503 : 400,
    headers: headers(traced.traceId),
    body: JSON.stringify({
      error,
      error_description: describe(refusal, traced),
      error_codes: [code],
      timestamp: traced.timestamp,
      trace_id: traced.traceId,
      correlation_id: traced.correlationId,
      ...(withoutUri.includes(code) ? {} : { error_uri: `https://login.microsoftonline.com/error?code=${code}` }),
      ...(suberror === undefined ? {} : { suberror }),
      ...(claims === undefined ? {} : { claims }),
    }),
  };
}
