import type { DevopsGroup, DevopsMember, DevopsOrganization, DevopsProject } from '../core/world.ts';
import { groupDescriptor, groupSid, guidOf, memberDescriptor, scopeDescriptor, storageKeyOf } from './identifiers.ts';

/** An organisation with the groups that Azure DevOps makes by itself, and no member. */
export function createOrganization(name: string, tenantId: string | undefined, basicSeats: number): DevopsOrganization {
  const organization: DevopsOrganization = {
    id: guidOf(`organization ${name}`),
    name,
    tenantId,
    collectionScope: scopeDescriptor(name),
    members: [],
    groups: [],
    projects: [],
    pools: [],
    acls: new Map(),
    basicSeats,
  };
  addGroup(organization, 'collection-administrators', 'Project Collection Administrators');
  addGroup(organization, 'collection-users', 'Project Collection Valid Users');
  return organization;
}

export function addGroup(
  organization: DevopsOrganization,
  role: DevopsGroup['role'],
  name: string,
  project?: DevopsProject,
): DevopsGroup {
  const scope = { projectId: project?.id, scopeDescriptor: project?.scopeDescriptor ?? organization.collectionScope };
  const descriptor = groupDescriptor(groupSid(role, scope, name));
  const group: DevopsGroup = {
    descriptor,
    id: guidOf(`${organization.name}/${project?.name ?? ''}/${name}`),
    name,
    projectId: project?.id,
    role,
    members: new Map(),
  };
  organization.groups.push(group);
  return group;
}

/** A project as it is born: six groups, its team among the Contributors. */
export function addProject(organization: DevopsOrganization, name: string): DevopsProject {
  const project: DevopsProject = {
    id: guidOf(`${organization.name}/${name}`),
    name,
    scopeDescriptor: scopeDescriptor(`${organization.name}/${name}`),
    repositories: [],
  };
  organization.projects.push(project);
  const team = addGroup(organization, 'team', `${name} Team`, project);
  addGroup(organization, 'readers', 'Readers', project);
  addGroup(organization, 'project-valid-users', 'Project Valid Users', project);
  const contributors = addGroup(organization, 'contributors', 'Contributors', project);
  addGroup(organization, 'project-administrators', 'Project Administrators', project);
  addGroup(organization, 'build-administrators', 'Build Administrators', project);
  contributors.members.set(team.descriptor, { since: 0 });
  return project;
}

export function addMember(
  organization: DevopsOrganization,
  member: Pick<DevopsMember, 'kind' | 'originId' | 'displayName' | 'principalName' | 'license' | 'addedAt'>,
): DevopsMember {
  const id = storageKeyOf(organization.name, member.originId);
  const added: DevopsMember = { ...member, id, descriptor: memberDescriptor(member.kind, id) };
  organization.members.push(added);
  return added;
}

export function findGroup(
  organization: DevopsOrganization,
  role: DevopsGroup['role'],
  project?: DevopsProject,
): DevopsGroup {
  const group = organization.groups.find((entry) => entry.role === role && entry.projectId === project?.id);
  if (!group) throw new Error(`${organization.name} has no group ${role}`);
  return group;
}

/** By name or id, as every path of Azure DevOps allows. */
export function findProject(organization: DevopsOrganization, nameOrId: string): DevopsProject | undefined {
  const wanted = nameOrId.toLowerCase();
  return organization.projects.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
}
export function findRepository(project: DevopsProject, nameOrId: string) {
  const wanted = nameOrId.toLowerCase();
  return project.repositories.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
}
export const isGuid = (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
