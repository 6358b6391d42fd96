import type { EmulatorRequest, EmulatorResponse, Route } from '../core/service.ts';
import type { DevopsMember, DevopsOrganization, World } from '../core/world.ts';
import { type Answer, type Context, type DeploymentContext, type Host, hosts, Refusal } from './context.ts';
import { isRejection, judge, judgePrincipal, type Rejection } from './credentials.ts';
import { controllerNotFound, serialize, standardHeaders } from './envelope.ts';
import { storageKeyOf } from './identifiers.ts';
import { type LocationName, locations } from './locations.ts';
import { restRejection } from './sign-in.ts';
import { noteAccess } from './state.ts';
import { negotiate } from './versions.ts';

interface Endpoint<C> {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly hosts: readonly Host[];
  /** Decides which api-versions are taken; absent for what has no version. */
  readonly location?: LocationName;
  /** What a personal access token must carry: `app_token` (default) or a scope; `any` is anything. */
  readonly scope?: string;
  readonly handle: (context: C) => Answer | Promise<Answer>;
}

const servedBy = (endpoint: { readonly hosts: readonly Host[] }, request: EmulatorRequest) =>
  endpoint.hosts.some((host) => hosts[host] === request.host);

export function findOrganization(world: World, request: EmulatorRequest): DevopsOrganization | undefined {
  const { organization }: Context['params'] = request.params;
  return world.devops.organizations.get(organization?.toLowerCase() ?? '');
}
export function organizationNotFound(request: EmulatorRequest, world: World): EmulatorResponse {
  return serialize(
    {
      status: 404,
      body: '<!DOCTYPE html><html><head><title>Azure DevOps Services | 404 - Not Found</title></head><body><h1>404 - Not Found</h1><p>The resource cannot be found.</p></body></html>',
      headers: { 'content-type': 'text/html; charset=utf-8' },
    },
    standardHeaders(request, world.clock.now()),
  );
}

/** What the person is called in `x-vss-userdata`. */
export const userData = (member: DevopsMember) => ({ id: member.id, name: member.principalName });

export function createContext(
  world: World,
  request: EmulatorRequest,
  organization: DevopsOrganization,
  member: DevopsMember,
  operation: string,
): Context {
  return {
    world,
    request,
    organization,
    member,
    params: request.params,
    query: request.query,
    url: (host) => `${world.url(hosts[host])}/${organization.name}`,
    record: (target, detail) =>
      world.ledger.record({ service: 'devops', operation, target, actor: member.originId, detail }),
  };
}

/** A path below an organisation, for its members only. */
export function organizationEndpoint(endpoint: Endpoint<Context>): Route {
  const { method, path, operation } = endpoint;
  return {
    method,
    path,
    operation,
    handle: async (request, world) => {
      if (!servedBy(endpoint, request))
        return serialize(controllerNotFound(request.path), standardHeaders(request, world.clock.now()));
      const organization = findOrganization(world, request);
      if (!organization) return organizationNotFound(request, world);
      const scope = endpoint.scope === 'any' ? undefined : (endpoint.scope ?? 'app_token');
      const judged = await judge(world, request, organization, scope);
      if (isRejection(judged)) return rejected(judged, request, world, organization);
      noteAccess(organization, judged.member, world.clock.now());
      const standard = standardHeaders(request, world.clock.now(), userData(judged.member));
      return await answered(endpoint, request, standard, () =>
        endpoint.handle(createContext(world, request, organization, judged.member, operation)),
      );
    },
  };
}

/** A path of the deployment host, for anybody with a token of any tenant. */
export function deploymentEndpoint(endpoint: Omit<Endpoint<DeploymentContext>, 'hosts' | 'scope'>): Route {
  const { method, path, operation } = endpoint;
  return {
    method,
    path,
    operation,
    handle: async (request, world) => {
      if (request.host !== hosts.deployment)
        return serialize(controllerNotFound(request.path), standardHeaders(request, world.clock.now()));
      const principal = await judgePrincipal(world, request);
      if (isRejection(principal)) return rejected(principal, request, world, undefined);
      const user = { id: storageKeyOf('profile', principal.oid), name: principal.name };
      const standard = standardHeaders(request, world.clock.now(), user);
      return await answered(endpoint, request, standard, () =>
        endpoint.handle({ world, request, principal, params: request.params, query: request.query }),
      );
    },
  };
}

function rejected(
  rejection: Rejection,
  request: EmulatorRequest,
  world: World,
  organization: DevopsOrganization | undefined,
): EmulatorResponse {
  return serialize(restRejection(rejection, request, organization), standardHeaders(request, world.clock.now()));
}

async function answered(
  endpoint: { readonly location?: LocationName },
  request: EmulatorRequest,
  standard: Record<string, string | readonly string[]>,
  handle: () => Answer | Promise<Answer>,
): Promise<EmulatorResponse> {
  try {
    const version = negotiate(request, endpoint.location ? locations[endpoint.location] : undefined);
    return serialize(await handle(), standard, version);
  } catch (error) {
    if (error instanceof Refusal) return serialize(error.answer, standard);
    throw error;
  }
}
