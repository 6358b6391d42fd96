import type { EmulatorRequest } from '../core/service.ts';
import type { DevopsMember, DevopsOrganization, Principal, World } from '../core/world.ts';

/** The hosts among which Azure DevOps Services spreads its areas. */
export const hosts = {
  core: 'dev.azure.com',
  graph: 'vssps.dev.azure.com',
  entitlements: 'vsaex.dev.azure.com',
  deployment: 'app.vssps.visualstudio.com',
  audit: 'auditservice.dev.azure.com',
} as const;
export type Host = keyof typeof hosts;

/** A request that was let in. */
export interface Context {
  readonly world: World;
  readonly request: EmulatorRequest;
  readonly organization: DevopsOrganization;
  readonly member: DevopsMember;
  readonly params: Readonly<Partial<Record<string, string>>>;
  readonly query: URLSearchParams;
  /** Base URL of the organisation on a host, without a trailing slash. */
  url(host: Host): string;
  /** Notes an accepted mutation. */
  record(target: string, detail?: Readonly<Record<string, unknown>>): void;
}
/** As above on the deployment host, which knows no organisation. */
export type DeploymentContext = Pick<Context, 'world' | 'request' | 'params' | 'query'> & {
  readonly principal: Principal;
};

export interface Answer {
  readonly status: number;
  /** JSON when it is neither text nor bytes; absent: empty. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}
export const ok = (body: unknown, headers?: Answer['headers']): Answer => ({ status: 200, body, headers });
/** `{"count","value"}`, the order of most lists. */
export const counted = <T>(value: readonly T[], headers?: Answer['headers']): Answer =>
  ok({ count: value.length, value }, headers);
/** `{"value","count"}`, the order of git and teams. */
export const valued = <T>(value: readonly T[]): Answer => ok({ value, count: value.length });

/** A refusal on its way to the caller. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** Query parameters are compared without case, as ASP.NET does. */
export function parameter(query: URLSearchParams, name: string): string | undefined {
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
}
export function numberParameter(query: URLSearchParams, name: string): number | undefined {
  const value = parameter(query, name);
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
