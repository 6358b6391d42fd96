import type { DevopsMember, DevopsOrganization, DevopsProject, DevopsRepository, World } from '../core/world.ts';
import { identityDescriptor } from './identifiers.ts';
import { expandedGroups, isProjectAdministrator } from './memberships.ts';
import { memoryOf } from './state.ts';

export const namespaces = {
  git: '2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87',
  project: '52d39943-cb85-4d7f-8fa8-c6baac873819',
  collection: '3e65f728-f8bc-4ecd-8764-7e378b19bfa7',
  identity: '5a27515b-ccd7-42c9-84f1-54c998f03866',
  distributedTask: '101eae8c-1709-47f9-b228-0e476c35b3ba',
  accountAdmin: '11238e09-49f2-40c7-94d0-8f0307204ce4',
  serviceEndpoints: '49b48001-ca20-4adc-8111-5b60c903a50c',
  auditLog: 'a6cc6381-a1ca-4b36-b3c1-4e65211e82b6',
} as const;

export const gitBits = { read: 2, contribute: 4, createBranch: 16, createTag: 32, manageNote: 64 } as const;
/** Read, contribute, create branch and tag, manage notes, contribute to pull requests. */
const contributor = 16502;
const everything = 524_287;

type Entries = ReadonlyMap<string, { readonly allow: number; readonly deny: number }>;
export type Rights = { readonly allow: number; readonly deny: number };

/** Namespace and token as they are kept: tokens compare without case, the first spelling stays. */
export function aclKey(organization: DevopsOrganization, namespace: string, token: string): string {
  const key = `${namespace.toLowerCase()}|${token}`;
  for (const known of organization.acls.keys()) if (known.toLowerCase() === key.toLowerCase()) return known;
  return key;
}

/** What reads show of a list now: the old state until `devopsConsistencyMs` after a write through the API. */
export function entriesOf(world: World, organization: DevopsOrganization, key: string): Entries {
  const stale = memoryOf(organization).staleAcls.get(key);
  if (stale && stale.at + world.timing.devopsConsistencyMs > world.clock.now()) return stale.entries;
  return organization.acls.get(key) ?? new Map();
}

export function writeEntries(
  world: World,
  organization: DevopsOrganization,
  key: string,
  change: (entries: Map<string, { allow: number; deny: number }>) => void,
): void {
  const entries = organization.acls.get(key) ?? new Map<string, { allow: number; deny: number }>();
  memoryOf(organization).staleAcls.set(key, { at: world.clock.now(), entries: new Map(entries) });
  const written = new Map(entries);
  change(written);
  organization.acls.set(key, written);
}

/** `a/b/c` hangs below `a/b` and `a`. From the general to the particular. */
function levels(token: string): string[] {
  const parts = token.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Rights that entries give to one of the descriptors: the more particular token wins, on one token a denial does. */
export function rightsByEntries(
  world: World,
  organization: DevopsOrganization,
  namespace: string,
  token: string,
  descriptors: readonly string[],
  baseline: number,
): Rights {
  let allow = baseline;
  let deny = 0;
  for (const level of namespace === namespaces.git ? levels(token) : [token]) {
    const entries = entriesOf(world, organization, aclKey(organization, namespace, level));
    const mine = descriptors.map((descriptor) => entries.get(descriptor)).filter((entry) => entry !== undefined);
    const denied = mine.reduce((bits, entry) => bits | entry.deny, 0);
    const allowed = mine.reduce((bits, entry) => bits | entry.allow, 0) & ~denied;
    allow = (allow & ~denied) | allowed;
    deny = (deny & ~allowed) | denied;
  }
  return { allow, deny };
}

/** A member's own descriptor and those of all their groups, as entries name them. */
export function descriptorsOf(world: World, organization: DevopsOrganization, member: DevopsMember): string[] {
  const tenant = organization.tenantId ?? '';
  return [member, ...expandedGroups(world, organization, member.descriptor)].map((subject) =>
    identityDescriptor(subject, tenant),
  );
}

/** What groups give on every repository of a project by default. */
export function gitBaseline(
  world: World,
  organization: DevopsOrganization,
  descriptor: string,
  projectId: string | undefined,
): number {
  const own = organization.groups.filter((group) => group.descriptor === descriptor);
  return [...own, ...expandedGroups(world, organization, descriptor)].reduce((bits, group) => {
    if (group.role === 'collection-administrators') return bits | everything;
    if (projectId === undefined || group.projectId !== projectId) return bits;
    if (group.role === 'project-administrators') return bits | everything;
    if (group.role === 'contributors' || group.role === 'build-administrators') return bits | contributor;
    return group.role === 'readers' ? bits | gitBits.read : bits;
  }, 0);
}

export const gitToken = (project: DevopsProject, repository?: DevopsRepository) =>
  repository ? `repoV2/${project.id}/${repository.id}` : `repoV2/${project.id}`;

/** A member's rights on a repository. Without a licence for code there are none, whatever the lists say. */
export function gitRights(
  world: World,
  organization: DevopsOrganization,
  member: DevopsMember,
  project: DevopsProject,
  repository?: DevopsRepository,
): number {
  if (member.license !== 'express') return 0;
  if (isProjectAdministrator(world, organization, member, project.id)) return everything;
  return rightsByEntries(
    world,
    organization,
    namespaces.git,
    gitToken(project, repository),
    descriptorsOf(world, organization, member),
    gitBaseline(world, organization, member.descriptor, project.id),
  ).allow;
}
