import type { DevopsGroup, DevopsMember, DevopsOrganization, DevopsProject, World } from '../core/world.ts';
import { memoryOf } from './state.ts';

/** Is the edge in what reads show now? A write becomes visible after `devopsConsistencyMs`, a removal too. */
export function isDirectMember(
  world: World,
  organization: DevopsOrganization,
  descriptor: string,
  group: DevopsGroup,
): boolean {
  const now = world.clock.now();
  const delay = world.timing.devopsConsistencyMs;
  const entry = group.members.get(descriptor);
  if (entry) return entry.since + delay <= now || entry.since === 0;
  const gone = memoryOf(organization).removed.get(group)?.get(descriptor);
  return gone !== undefined && gone.at + delay > now && gone.since + delay <= gone.at;
}

export function addMembership(world: World, group: DevopsGroup, descriptor: string): void {
  if (!group.members.has(descriptor)) group.members.set(descriptor, { since: world.clock.now() });
}
export function removeMembership(
  world: World,
  organization: DevopsOrganization,
  group: DevopsGroup,
  descriptor: string,
): void {
  const entry = group.members.get(descriptor);
  if (!entry) return;
  group.members.delete(descriptor);
  const { removed } = memoryOf(organization);
  const gone = removed.get(group) ?? new Map<string, { since: number; at: number }>();
  gone.set(descriptor, { since: entry.since, at: world.clock.now() });
  removed.set(group, gone);
}

/** Direct containers. Valid Users hold everybody by themselves: all groups of their project, all members of the organisation. */
export function containersOf(world: World, organization: DevopsOrganization, descriptor: string): DevopsGroup[] {
  const subject = organization.groups.find((group) => group.descriptor === descriptor);
  return organization.groups.filter((group) => {
    if (isDirectMember(world, organization, descriptor, group)) return true;
    if (group.role === 'project-valid-users')
      return subject !== undefined && subject.projectId === group.projectId && subject.role !== 'project-valid-users';
    if (group.role === 'collection-users')
      return subject
        ? subject.role === 'project-valid-users' || subject.role === 'collection-administrators'
        : organization.members.some((member) => member.descriptor === descriptor);
    return false;
  });
}

/** All groups that hold a subject, however deep. */
export function expandedGroups(world: World, organization: DevopsOrganization, descriptor: string): DevopsGroup[] {
  const found = new Set<DevopsGroup>();
  const waiting = [descriptor];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const group of containersOf(world, organization, next)) {
      if (found.has(group)) continue;
      found.add(group);
      waiting.push(group.descriptor);
    }
  return [...found];
}

export function isCollectionAdministrator(
  world: World,
  organization: DevopsOrganization,
  member: Pick<DevopsMember, 'descriptor'>,
): boolean {
  return expandedGroups(world, organization, member.descriptor).some(
    ({ role }) => role === 'collection-administrators',
  );
}

/** A project shows itself to its valid users and to the organisation's administrators. */
export function canSee(
  world: World,
  organization: DevopsOrganization,
  member: DevopsMember,
  project: DevopsProject,
): boolean {
  return expandedGroups(world, organization, member.descriptor).some(
    ({ role, projectId }) => role === 'collection-administrators' || projectId === project.id,
  );
}
export function isProjectAdministrator(
  world: World,
  organization: DevopsOrganization,
  member: DevopsMember,
  projectId: string | undefined,
): boolean {
  return expandedGroups(world, organization, member.descriptor).some(
    (group) =>
      group.role === 'collection-administrators' ||
      (group.role === 'project-administrators' && group.projectId === projectId),
  );
}
