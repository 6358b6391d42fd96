import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from './world.ts';

export interface EmulatorRequest {
  readonly method: string;
  /** Simulated host, lower-case, without port. */
  readonly host: string;
  /** Path on that host, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Values of `:name` segments, decoded. `*name` takes the rest of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly raw: { readonly request: IncomingMessage; readonly response: ServerResponse };
}
/** `handled`: the handler wrote to the raw response itself (streams, watches, git). */
export type EmulatorResponse =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: string | Buffer;
    }
  | 'handled';

export interface Route {
  readonly method: string;
  /** `/subscriptions/:subscription/resourcegroups`; literals compare case-insensitively. */
  readonly path: string;
  /** Noun.verb, unique in the service; faults and the coverage table name it. */
  readonly operation: string;
  readonly handle: (request: EmulatorRequest, world: World) => EmulatorResponse | Promise<EmulatorResponse>;
}
export interface Service {
  readonly name: 'entra' | 'arm' | 'devops' | 'kubernetes' | 'issuer' | 'control';
  /** Exact host, or suffix when it starts with a dot. */
  readonly hosts: readonly string[];
  readonly routes: readonly Route[];
  /** The service's own words for a path that it does not model: 501 with an envelope that its SDK can show. */
  readonly unknown: (request: EmulatorRequest, world: World) => EmulatorResponse | Promise<EmulatorResponse>;
}

export function json(
  status: number,
  body: unknown,
  headers: Record<string, string | readonly string[]> = {},
): EmulatorResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** Parsed JSON body; undefined when it is none. */
export function parseJson<T = Record<string, unknown>>(request: Pick<EmulatorRequest, 'body'>): T | undefined {
  try {
    return JSON.parse(request.body.toString('utf8')) as T;
  } catch {
    return undefined;
  }
}

const compiled = new WeakMap<Route, RegExp>();
function pattern(route: Route): RegExp {
  let expression = compiled.get(route);
  if (!expression) {
    const source = route.path
      .split('/')
      .map((segment) => {
        if (segment.startsWith(':')) return `(?<${segment.slice(1)}>[^/]+)`;
        if (segment.startsWith('*')) return `(?<${segment.slice(1)}>.*)`;
        return segment.replace(/[.$()]/g, '\\$&');
      })
      .join('/');
    expression = new RegExp(`^${source}/?$`, 'i');
    compiled.set(route, expression);
  }
  return expression;
}

export function findRoute(
  service: Service,
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  for (const route of service.routes) {
    if (route.method !== '*' && route.method !== method) continue;
    const match = pattern(route).exec(path);
    if (match)
      return {
        route,
        params: Object.fromEntries(
          Object.entries(match.groups ?? {}).map(([key, value]) => [key, decode(value ?? '')]),
        ),
      };
  }
  return undefined;
}

/** A stray percent sign stays what it is: the service then finds nothing of that name. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
