import type { Scenario } from '../core/scenario.ts';
import type { DevopsMember } from '../core/world.ts';
import { findConnection, findMembership } from './connection.ts';
import { defineDamage } from './damage.ts';

const remember = defineDamage<{ organization: string; member: DevopsMember; before: DevopsMember['license'] }>(
  'stakeholder-license',
  async (_world, { organization, member, before }) => {
    if (member.license !== 'stakeholder') return undefined;
    member.license = before;
    return `${organization}: ${member.displayName} has its licence again`;
  },
);

export const stakeholderLicense: Scenario = {
  name: 'stakeholder-license',
  title: 'Turn the licence down to Stakeholder',
  about: 'A Stakeholder sees no repositories, whatever groups it is in (TF401019).',
  apply: async (world, options) => {
    const { organization, member } = findMembership(world, await findConnection(world, options));
    if (member.license === 'stakeholder') throw new Error(`${member.displayName} is a Stakeholder already`);
    const before = member.license;
    member.license = 'stakeholder';
    remember(world, { organization: organization.name, member, before });
    return `${organization.name}: ${member.displayName} is now a Stakeholder`;
  },
};
