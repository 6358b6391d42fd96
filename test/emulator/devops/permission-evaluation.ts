import type { DevopsMember, DevopsOrganization, World } from '../core/world.ts';
import { descriptorsOf, gitRights, namespaces, rightsByEntries } from './access-control.ts';
import { canSee, isCollectionAdministrator, isProjectAdministrator } from './memberships.ts';
import { findProject, findRepository } from './model.ts';

const all = 0x7fffffff;
export const poolRoles: Readonly<Record<string, number>> = {
  Reader: 1,
  'Service Account': 5,
  User: 17,
  Administrator: 27,
};

/** A member's rights in a namespace on a token, for those namespaces whose rules are modelled; otherwise administrators only. */
export function rightsOn(
  world: World,
  organization: DevopsOrganization,
  member: DevopsMember,
  namespace: string,
  token: string,
): number {
  const administrator = isCollectionAdministrator(world, organization, member);
  const byEntries = (baseline: number) =>
    rightsByEntries(world, organization, namespace, token, descriptorsOf(world, organization, member), baseline).allow;
  switch (namespace.toLowerCase()) {
    case namespaces.git: {
      const [, projectId, repositoryId] = token.split('/');
      const project = projectId ? findProject(organization, projectId) : undefined;
      if (!project) return administrator ? all : 0;
      if (!canSee(world, organization, member, project)) return 0;
      const repository = repositoryId ? findRepository(project, repositoryId) : undefined;
      return repositoryId && !repository ? 0 : gitRights(world, organization, member, project, repository);
    }
    case namespaces.project: {
      const project = findProject(organization, /TeamProject\/([0-9a-f-]+)/i.exec(token)?.[1] ?? '');
      if (!project) return 0;
      if (isProjectAdministrator(world, organization, member, project.id)) return all;
      return byEntries(canSee(world, organization, member, project) ? 1 : 0);
    }
    case namespaces.collection:
      return administrator ? all : byEntries(1);
    case namespaces.identity: {
      const [scope = ''] = token.split('\\');
      const project = findProject(organization, scope);
      const manages = project ? isProjectAdministrator(world, organization, member, project.id) : administrator;
      return manages ? all : byEntries(1);
    }
    case namespaces.distributedTask: {
      if (administrator) return all;
      const pool = organization.pools.find(({ id }) => id === Number(/AgentPools\/(\d+)/i.exec(token)?.[1]));
      return poolRoles[pool?.scopeRoles.get(member.id) ?? ''] ?? 0;
    }
    default:
      return administrator ? all : byEntries(0);
  }
}
