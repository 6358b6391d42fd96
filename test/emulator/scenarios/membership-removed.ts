import type { Scenario } from '../core/scenario.ts';
import type { DevopsGroup, DevopsMember, DevopsOrganization } from '../core/world.ts';
import { findConnection, findMembership } from './connection.ts';
import { defineDamage } from './damage.ts';

interface Damage {
  readonly organization: DevopsOrganization;
  readonly member: DevopsMember;
  readonly held: readonly { readonly group: DevopsGroup; readonly edge: { since: number } }[];
}
const remember = defineDamage<Damage>('membership-removed', async (_world, { organization, member, held }) => {
  if (organization.members.some(({ originId }) => originId === member.originId)) return undefined;
  organization.members.push(member);
  for (const { group, edge } of held) group.members.set(member.descriptor, edge);
  return `${organization.name}: ${member.displayName} is a member again`;
});

export const membershipRemoved: Scenario = {
  name: 'membership-removed',
  title: 'Remove the identity from the organisation',
  about: 'Azure DevOps no longer knows the service principal (TF401444).',
  apply: async (world, options) => {
    const { organization, member, groups } = findMembership(world, await findConnection(world, options));
    const held = groups.map((group) => ({ group, edge: group.members.get(member.descriptor) ?? { since: 0 } }));
    organization.members.splice(organization.members.indexOf(member), 1);
    for (const { group } of held) group.members.delete(member.descriptor);
    remember(world, { organization, member, held });
    return `${organization.name}: ${member.displayName} was removed from the organisation`;
  },
};
