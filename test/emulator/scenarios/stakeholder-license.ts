import type { Scenario } from '../core/scenario.ts';
import { findConnection, findMembership } from './connection.ts';
import { remember } from './damage.ts';

export const stakeholderLicense: Scenario = {
  name: 'stakeholder-license',
  title: 'Turn the licence down to Stakeholder',
  about: 'A Stakeholder sees no repositories, whatever groups it is in (TF401019).',
  apply: async (world, options) => {
    const { organization, member } = findMembership(world, await findConnection(world, options));
    if (member.license === 'stakeholder') throw new Error(`${member.displayName} is a Stakeholder already`);
    const before = member.license;
    member.license = 'stakeholder';
    remember(world, async () => {
      if (member.license !== 'stakeholder') return undefined;
      member.license = before;
      return `${organization.name}: ${member.displayName} has its licence again`;
    });
    return `${organization.name}: ${member.displayName} is now a Stakeholder`;
  },
};
