import type { Scenario } from '../core/scenario.ts';
import type { DevopsGroup, DevopsMember, DevopsOrganization } from '../core/world.ts';
import { findConnection, findMembership } from './connection.ts';
import { defineDamage } from './damage.ts';

interface Damage {
  readonly organization: DevopsOrganization;
  readonly member: DevopsMember;
  readonly group: DevopsGroup;
  readonly edge: { since: number };
}
const remember = defineDamage<Damage>('no-read', async (_world, { organization, member, group, edge }) => {
  if (group.members.has(member.descriptor)) return undefined;
  if (!organization.members.includes(member)) return undefined;
  group.members.set(member.descriptor, edge);
  return `${organization.name}: ${member.displayName} is in ${group.name} again`;
});

export const noRead: Scenario = {
  name: 'no-read',
  title: 'Take the identity out of its project groups',
  about: 'Still a member of the organisation with a licence, but without the right to read the repository.',
  apply: async (world, options) => {
    const { organization, member, groups } = findMembership(world, await findConnection(world, options));
    const inProjects = groups.filter(({ projectId }) => projectId !== undefined);
    if (inProjects.length === 0) throw new Error(`${member.displayName} is in no project group`);
    for (const group of inProjects) {
      const edge = group.members.get(member.descriptor) ?? { since: 0 };
      group.members.delete(member.descriptor);
      remember(world, { organization, member, group, edge });
    }
    return `${organization.name}: ${member.displayName} was taken out of ${inProjects.map(({ name }) => name).join(', ')}`;
  },
};
