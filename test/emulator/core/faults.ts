import type { EmulatorResponse } from './service.ts';

/** A fault waits for its nth matching call, then acts `times` times. */
export interface Fault {
  readonly service: string;
  /** Operation of the route, or `*`. */
  readonly operation: string;
  /** 1 is the next matching call. */
  readonly nth?: number;
  readonly times?: number;
  readonly action:
    | {
        readonly type: 'status';
        readonly status: number;
        readonly headers?: Record<string, string>;
        readonly body?: string;
      }
    | { readonly type: 'delay'; readonly ms: number }
    /** `before`: the request is not processed. `after`: it is, and the answer is lost. `mid`: half of the answer arrives. */
    | { readonly type: 'reset'; readonly when: 'before' | 'mid' | 'after' }
    | { readonly type: 'claims'; readonly claims: string }
    /** Entra's token endpoint refuses with this code, e.g. 50076 or 700082; operation `token.refresh_token` or another grant. */
    | { readonly type: 'aadsts'; readonly code: number; readonly claims?: string };
}
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that hits this call, if any; counts it. `exact` leaves `*` alone, for a second look at the same call. */
  take(service: string, operation: string, exact?: 'exact'): Fault['action'] | undefined;
}

export function createFaults(): Faults {
  let waiting: { fault: Fault; seen: number; left: number }[] = [];
  return {
    add: (fault) => {
      waiting.push({ fault, seen: 0, left: fault.times ?? 1 });
    },
    clear: () => {
      waiting = [];
    },
    take: (service, operation, exact) => {
      for (const entry of waiting) {
        const { fault } = entry;
        const any = fault.operation === '*' && exact === undefined;
        if (fault.service !== service || (!any && fault.operation !== operation)) continue;
        entry.seen += 1;
        if (entry.seen < (fault.nth ?? 1) || entry.left === 0) continue;
        entry.left -= 1;
        return fault.action;
      }
      return undefined;
    },
  };
}

/** The answer of a `status` or `claims` fault. */
export function faultResponse(action: Extract<Fault['action'], { type: 'status' | 'claims' }>): EmulatorResponse {
  if (action.type === 'claims') {
    const claims = Buffer.from(action.claims).toString('base64');
    return {
      status: 401,
      headers: {
        'www-authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify({
        error: { code: 'InvalidAuthenticationToken', message: 'Continuous access evaluation resulted in challenge.' },
      }),
    };
  }
  return {
    status: action.status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...action.headers },
    body: action.body ?? '',
  };
}
