import type { EmulatorRequest } from '../../core/service.ts';
import { isRefusal, type World } from '../../core/world.ts';
import type { ClusterUser } from './rbac.ts';
import type { ServiceAccountKeys } from './service-account-keys.ts';
import { refuse } from './status.ts';

/** Audiences that the API server accepts from its own service accounts. */
const serverAudiences = (issuer: string) => [issuer, 'https://kubernetes.default.svc.cluster.local'];

/** AKS names a person by user principal name and everything else by object id; both must come from the cluster's own tenant. */
export async function entraUser(world: World, authorization: string | undefined): Promise<ClusterUser | undefined> {
  const principal = await world.tokens.verify(authorization, 'aks');
  if (isRefusal(principal)) return undefined;
  const tenant = world.directory.tenants[0];
  if (tenant && principal.tenantId !== tenant.id) return undefined;
  return {
    name: principal.kind === 'user' ? principal.name : principal.oid,
    groups: ['system:authenticated'],
  };
}

export async function authenticate(
  request: Pick<EmulatorRequest, 'headers'>,
  world: World,
  keys: ServiceAccountKeys,
): Promise<ClusterUser> {
  const { authorization } = request.headers;
  const person = await entraUser(world, authorization);
  if (person) return person;
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const claims = token ? await keys.verify(token) : undefined;
  const audiences = [claims?.aud ?? []].flat();
  if (claims?.sub && serverAudiences(keys.issuer()).some((audience) => audiences.includes(audience))) {
    const [, , namespace = ''] = claims.sub.split(':');
    return {
      name: claims.sub,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    };
  }
  // AKS switches anonymous requests off: no token and a bad one are answered alike.
  throw refuse.unauthorized();
}
