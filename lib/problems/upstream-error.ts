import type { ServiceName } from '../model/problem.ts';
import { redact } from './redact.ts';

/** Refused, absent and unreachable stay distinct: 401 and 403 are never "not found", and silence is neither. */
export type UpstreamKind =
  | 'refused'
  | 'absent'
  | 'conflict'
  | 'invalid'
  | 'throttled'
  | 'unavailable'
  | 'unreachable'
  | 'sign-in';

export interface UpstreamDetails {
  readonly service: ServiceName;
  /** Verb and object in our words, for example `put federated credential`. */
  readonly operation: string;
  readonly kind: UpstreamKind;
  readonly status?: number;
  /** AADSTS700213, ARM `error.code`, Azure DevOps `typeKey` or TF/VS number, Kubernetes `reason`. */
  readonly code?: string;
  readonly message?: string;
  readonly correlationId?: string;
  /** Milliseconds; from Retry-After. */
  readonly retryAfterMs?: number;
  /** True when the request may have been carried out although no answer came: resolve by reading back, never by writing again. */
  readonly outcomeUnknown?: boolean;
  /** Base64url-decoded claims challenge (CAE, step-up) to take through an interactive sign-in. */
  readonly claims?: string;
  readonly audience?: 'arm' | 'aks' | 'devops';
}

/** Thrown by `lib/clients` only. Redaction happens here, so that no later code can forget it. */
export class UpstreamError extends Error implements UpstreamDetails {
  override readonly name = 'UpstreamError';
  // A bundler may load this file once for pages and once for route handlers; an error of one copy must be known to the other.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UpstreamError';
  }
  readonly service: ServiceName;
  readonly operation: string;
  readonly kind: UpstreamKind;
  readonly status?: number;
  readonly code?: string;
  readonly correlationId?: string;
  readonly retryAfterMs?: number;
  readonly outcomeUnknown: boolean;
  readonly claims?: string;
  readonly audience?: 'arm' | 'aks' | 'devops';
  readonly at: string;

  constructor(details: UpstreamDetails, options?: { cause?: unknown }) {
    super(redact(details.message ?? `${details.operation} failed`), options);
    this.service = details.service;
    this.operation = details.operation;
    this.kind = details.kind;
    this.status = details.status;
    this.code = details.code;
    this.correlationId = details.correlationId;
    this.retryAfterMs = details.retryAfterMs;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.claims = details.claims;
    this.audience = details.audience;
    this.at = new Date().toISOString();
  }
}
