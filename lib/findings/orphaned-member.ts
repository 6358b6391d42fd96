import { defineFinding } from './finding.ts';

/** Only for identities that could be read: of a member whose identity is not visible nobody here knows whether it exists. */
export const orphanedMember = defineFinding({
  id: 'F17',
  slug: 'orphaned-member',
  label: 'Member has no credential left',
  why: () =>
    'Nothing can sign in as this member through federation any more, and its licence is billed in each organisation. Its rights wait for whoever adds a credential to the identity.',
  source:
    'https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/service-principal-managed-identity',
  judge({ credential, devops, identity, readAt }) {
    if (credential || devops.state !== 'read') return undefined;
    const [place] = devops.value;
    if (!place) return undefined;
    return {
      severity: 'low',
      title: 'Member has no credential left',
      evidence: [
        {
          label: 'Identity',
          text: `${identity.name} has no federated credential. One that is assigned to a machine needs none.`,
          at: readAt,
        },
        {
          label: 'Licence',
          text:
            place.license.state === 'read'
              ? `${place.license.value.name || place.license.value.license} in ${place.organization}`
              : place.license.why,
          ...(place.license.state === 'read' ? { at: place.license.at } : {}),
        },
        ...(place.groups.state === 'read'
          ? [
              {
                label: 'Groups',
                text:
                  place.groups.value.map(({ project, name }) => (project ? `${project} ${name}` : name)).join(', ') ||
                  'none',
                at: place.groups.at,
              },
            ]
          : []),
      ],
      remedy: { type: 'remove-member', organization: place.organization, member: place.descriptor },
    };
  },
});
