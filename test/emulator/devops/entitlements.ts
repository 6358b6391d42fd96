import type { DevopsMember } from '../core/world.ts';
import type { Context } from './context.ts';
import { isDirectMember } from './memberships.ts';
import { memoryOf } from './state.ts';
import { graphMember } from './subjects.ts';

export interface Problem {
  readonly key: number;
  readonly value: string;
}
const licenseNames = { express: 'Basic', stakeholder: 'Stakeholder', none: 'None' } as const;
export const isLicense = (text: unknown): text is DevopsMember['license'] =>
  typeof text === 'string' && Object.hasOwn(licenseNames, text);

const projectGroups = {
  'project-administrators': 'projectAdministrator',
  contributors: 'projectContributor',
  readers: 'projectReader',
} as const;
/** `projectContributor` and so on → role of the project's group. */
export function roleOfGroupType(groupType: unknown): keyof typeof projectGroups | undefined {
  const roles = Object.entries(projectGroups) as [keyof typeof projectGroups, string][];
  return roles.find(([, type]) => type === groupType)?.[0];
}

function projectEntitlements(context: Context, member: DevopsMember) {
  const { world, organization } = context;
  return organization.groups.flatMap((group) => {
    const project = organization.projects.find(({ id }) => id === group.projectId);
    if (!project || !isDirectMember(world, organization, member.descriptor, group)) return [];
    const groupType = group.role in projectGroups ? projectGroups[group.role as keyof typeof projectGroups] : 'custom';
    return [
      {
        projectRef: { id: project.id, name: project.name },
        group: { groupType, displayName: group.name },
        projectPermissionInherited: 'notInherited',
        teamRefs: group.role === 'team' ? [{ id: group.id, name: group.name }] : [],
        assignmentSource: 'unknown',
      },
    ];
  });
}

/** A member with licence. Old clients of `userentitlements` see service principals as users with a `metaType`. */
export function entitlement(context: Context, member: DevopsMember, as: 'servicePrincipal' | 'user' | 'member') {
  const accessed = memoryOf(context.organization).accesses.get(member.id);
  const isUser = member.kind === 'user';
  const subject = {
    ...graphMember(context, member, isUser ? 'member' : 'managedIdentity'),
    ...(as === 'user' ? { subjectKind: 'user' } : {}),
  };
  return {
    [as]: subject,
    ...(as === 'servicePrincipal' ? {} : { extensions: [] }),
    id: member.id,
    accessLevel: {
      licensingSource: member.license === 'none' ? 'none' : 'account',
      accountLicenseType: member.license,
      msdnLicenseType: 'none',
      gitHubLicenseType: 'none',
      licenseDisplayName: licenseNames[member.license],
      status: accessed === undefined ? 'pending' : 'active',
      statusMessage: '',
      assignmentSource: 'unknown',
    },
    lastAccessedDate: accessed === undefined ? '0001-01-01T00:00:00Z' : new Date(accessed).toISOString(),
    dateCreated: new Date(member.addedAt).toISOString(),
    projectEntitlements: projectEntitlements(context, member),
    groupAssignments: [],
  };
}

/** The answer is HTTP 200 in either case: who reads the status alone takes a refusal for a success. */
export function postResult(context: Context, outcome: DevopsMember | readonly Problem[]) {
  if ('descriptor' in outcome) {
    const result = entitlement(context, outcome, 'servicePrincipal');
    return {
      operationResult: { servicePrincipalId: outcome.id, isSuccess: true, errors: [], result },
      isSuccess: true,
      servicePrincipalEntitlement: result,
    };
  }
  return {
    operationResult: {
      servicePrincipalId: '00000000-0000-0000-0000-000000000000',
      isSuccess: false,
      errors: outcome,
      result: null,
    },
    isSuccess: false,
    servicePrincipalEntitlement: null,
  };
}
