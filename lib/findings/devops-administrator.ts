import { defineFinding } from './finding.ts';

const wholeOrganization = new Set(['Project Collection Administrators', 'Project Collection Build Administrators']);
const wholeProject = new Set(['Project Administrators', 'Build Administrators', 'Release Administrators']);

export const devopsAdministrator = defineFinding({
  id: 'F11',
  slug: 'devops-administrator',
  label: 'Identity administers Azure DevOps',
  why: () =>
    'A workload that only reads a repository can, through this group, change policies, pipelines and the rights of others. Who gets a pod under the trusted subject gets that, too.',
  source: 'https://learn.microsoft.com/azure/devops/organizations/security/about-permissions',
  judge({ devops, credential }) {
    if (!credential || devops.state !== 'read') return undefined;
    const held = devops.value.flatMap(({ organization, descriptor, groups }) =>
      groups.state === 'read'
        ? groups.value
            .filter(({ name, project }) => (project ? wholeProject : wholeOrganization).has(name))
            .map((group) => ({ organization, descriptor, group, at: groups.at }))
        : [],
    );
    const organizationWide = held.find(({ group }) => !group.project);
    const first = organizationWide ?? held[0];
    if (!first) return undefined;
    return {
      severity: organizationWide ? 'critical' : 'high',
      title: organizationWide ? 'Identity administers the organisation' : 'Identity administers the project',
      evidence: held.map(({ organization, group, at }) => ({
        label: group.name,
        text: [organization, group.project].filter(Boolean).join(' / '),
        at,
      })),
      remedy: {
        type: 'remove-group',
        organization: first.organization,
        group: first.group,
        member: first.descriptor,
      },
    };
  },
});
