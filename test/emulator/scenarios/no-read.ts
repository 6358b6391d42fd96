import type { Scenario } from '../core/scenario.ts';
import { findConnection, findMembership } from './connection.ts';
import { remember } from './damage.ts';

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
      remember(world, async () => {
        if (group.members.has(member.descriptor)) return undefined;
        if (!organization.members.includes(member)) return undefined;
        group.members.set(member.descriptor, edge);
        return `${organization.name}: ${member.displayName} is in ${group.name} again`;
      });
    }
    return `${organization.name}: ${member.displayName} was taken out of ${inProjects.map(({ name }) => name).join(', ')}`;
  },
};
