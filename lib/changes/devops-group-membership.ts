import { accessNeeded, type Design } from '../model/connection.ts';
import type { Group } from '../model/devops.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { blocked, defineChange } from './change.ts';
import { commandLine, terraformName, terraformQuote } from './quote.ts';

interface GroupTarget {
  readonly organization: string;
  readonly project: { readonly id: string; readonly name: string };
  readonly group: 'Readers' | 'Contributors';
}
interface GroupObservation {
  readonly group?: Group;
  readonly isMember: boolean;
}

export const devopsGroupMembership = defineChange<GroupTarget, GroupObservation>({
  id: 'devops-group-membership',
  layer: 'devops',
  needs: ['devops-membership'],
  observesAfter: ['devops-membership'],
  targets: (design) => [groupTarget(design)],
  key: ({ project, group }) => `${project.name}/${group}`,
  title: ({ project, group }) => `Membership in ${group} of ${project.name}`,
  async observe({ ports, facts, signal }, { organization, project, group }) {
    const found = await ports.devops.findProjectGroup(organization, project.id, group, signal);
    if (!found || !facts.member) return { ...(found ? { group: found } : {}), isMember: false };
    const isMember = await ports.devops.isMember(organization, facts.member.descriptor, found.descriptor, signal);
    return { group: found, isMember };
  },
  diff({ group, isMember }, target, design) {
    if (!group)
      return blocked(
        makeProblem('devops/group-missing', { title: `${target.project.name} has no group ${target.group}` }),
      );
    if (isMember) return { state: 'right', how: `Is a member of ${target.group}` };
    const names = design.devops.repositories.map(({ name }) => name).join(', ');
    return {
      state: 'create',
      fields: [{ field: `${names}`, old: 'none', new: target.group === 'Readers' ? 'read' : 'read, contribute' }],
      note: `${target.group} reach every repository of ${target.project.name}.`,
    };
  },
  async apply({ ports, facts, signal }, { organization }, { group }) {
    if (!group || !facts.member) throw new Error('Group and member are known before one joins the other');
    const { correlationId } = await ports.devops.addMember(
      organization,
      facts.member.descriptor,
      group.descriptor,
      signal,
    );
    return correlationId ? { correlationId } : {};
  },
  undo: {
    async run({ ports, facts, signal }, { organization, project, group }) {
      const found = await ports.devops.findProjectGroup(organization, project.id, group, signal);
      if (found && facts.member)
        await ports.devops.removeMember(organization, facts.member.descriptor, found.descriptor, signal);
    },
  },
  rights: ({ organization, project }) => [
    {
      kind: 'devops',
      right: 'Manage project groups',
      scope: `${organization}/${project.name}`,
      role: 'Project Administrator',
    },
  ],
  render({ organization, project, group }, design, facts, observed) {
    const name = terraformName(`${design.identity.name}_${group}`);
    return {
      az: commandLine('az devops security group membership add', [
        ['--organization', `https://dev.azure.com/${organization}`],
        ['--group-id', observed.group?.descriptor ?? { raw: '"$GROUP_DESCRIPTOR"' }],
        ['--member-id', facts.member?.descriptor ?? { raw: '"$MEMBER_DESCRIPTOR"' }],
      ]),
      terraform: [
        `data "azuredevops_group" "${name}" {`,
        `  project_id = ${terraformQuote(project.id)}`,
        `  name       = ${terraformQuote(group)}`,
        '}',
        `resource "azuredevops_group_membership" "${name}" {`,
        `  group   = data.azuredevops_group.${name}.descriptor`,
        `  mode    = "add"`,
        `  members = [azuredevops_service_principal_entitlement.${terraformName(design.identity.name)}.descriptor]`,
        '}',
      ].join('\n'),
    };
  },
});

function groupTarget({ devops }: Design): GroupTarget {
  return {
    organization: devops.organization,
    project: devops.project,
    group: accessNeeded(devops) === 'contribute' ? 'Contributors' : 'Readers',
  };
}
