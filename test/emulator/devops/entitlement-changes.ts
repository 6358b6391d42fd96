import type { DevopsMember } from '../core/world.ts';
import type { Context } from './context.ts';
import { isLicense, type Problem, roleOfGroupType } from './entitlements.ts';
import { addMembership, isCollectionAdministrator, removeMembership } from './memberships.ts';
import { addMember, findGroup, findProject } from './model.ts';
import { candidate, seatsTaken } from './principals.ts';

export const mayManage = ({ world, organization, member }: Context) =>
  isCollectionAdministrator(world, organization, member);
export const denied = (context: Context, action: string): Problem => ({
  key: 5032,
  value: `Access Denied: ${context.member.displayName} needs the following permission(s) on the resource Users to perform this action: ${action}`,
});
function noSeat(
  { organization }: Context,
  member: { readonly id: string; readonly license: DevopsMember['license'] },
  license: DevopsMember['license'],
) {
  const full =
    license === 'express' && member.license !== 'express' && seatsTaken(organization) >= organization.basicSeats;
  return full
    ? [{ key: 5005, value: `Failed to assign license Account-Express to identity with id ${member.id}.` }]
    : undefined;
}

interface ProjectEntitlement {
  readonly group?: { readonly groupType?: unknown };
  readonly projectRef?: { readonly id?: unknown };
}
export interface Asked {
  readonly accessLevel?: { readonly accountLicenseType?: unknown };
  readonly servicePrincipal?: { readonly originId?: unknown };
  readonly projectEntitlements?: readonly ProjectEntitlement[];
}

function addToProject(context: Context, member: DevopsMember, wanted: ProjectEntitlement): Problem | undefined {
  const { world, organization } = context;
  const project = findProject(organization, String(wanted.projectRef?.id ?? ''));
  const role = roleOfGroupType(wanted.group?.groupType);
  if (!project || !role) return { key: 5000, value: 'The project entitlement is not valid.' };
  addMembership(world, findGroup(organization, role, project), member.descriptor);
  return undefined;
}

export function add(context: Context, body: Asked): DevopsMember | readonly Problem[] {
  const { world, organization } = context;
  const originId = body.servicePrincipal?.originId;
  if (typeof originId !== 'string' || originId === '')
    return [
      {
        key: 5000,
        value: 'The Id, OriginId, or User.PrincipalName must be set. The Principal Name is usually an email address.',
      },
    ];
  if (!mayManage(context)) return [denied(context, 'Add Users')];
  const license = body.accessLevel?.accountLicenseType ?? 'stakeholder';
  if (!isLicense(license)) return [{ key: 5000, value: `The license type ${String(license)} cannot be assigned.` }];
  const found = candidate(world, organization, originId);
  if (found.state === 'foreign')
    return [
      {
        key: 5102,
        value:
          'You are trying to invite a user from outside your directory, but something went wrong. Please contact Azure DevOps support.',
      },
    ];
  if (found.state === 'replicating')
    return [{ key: 5000, value: `VS403283: Could not add user '${originId}' at this time.` }];
  if (found.state === 'unknown')
    return [{ key: 5000, value: `Failed to create service principal with object ID '${originId}'` }];
  const known = organization.members.find((member) => member.originId === found.identity.principalId);
  const full = noSeat(context, known ?? { id: originId, license: 'none' }, license);
  if (full) return full;
  const member =
    known ??
    addMember(organization, {
      kind: 'servicePrincipal',
      originId: found.identity.principalId,
      displayName: found.identity.name,
      principalName: found.identity.principalId,
      license,
      addedAt: world.clock.now(),
    });
  member.license = license;
  for (const wanted of body.projectEntitlements ?? []) addToProject(context, member, wanted);
  context.record(member.originId, { id: member.id, license, existed: known !== undefined });
  return member;
}

export interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly value?: unknown;
}

/** One operation of the patch; the problems that it met. */
export function apply(context: Context, member: DevopsMember, operation: Operation): readonly Problem[] {
  const { world, organization } = context;
  const path = String(operation.path ?? '');
  if (path === '/accessLevel') {
    const license = (operation.value as { accountLicenseType?: unknown } | undefined)?.accountLicenseType;
    if (!isLicense(license)) return [{ key: 5000, value: `The license type ${String(license)} cannot be assigned.` }];
    const full = noSeat(context, member, license);
    if (full) return full;
    member.license = license;
    return [];
  }
  const projectId = /^\/projectEntitlements\/([^/]+)$/.exec(path)?.[1];
  const project = projectId ? findProject(organization, projectId) : undefined;
  if (!project) return [{ key: 5000, value: `The path ${path} cannot be changed.` }];
  if (operation.op === 'remove') {
    for (const group of organization.groups.filter((entry) => entry.projectId === project.id))
      removeMembership(world, organization, group, member.descriptor);
    return [];
  }
  const problem = addToProject(context, member, {
    ...(operation.value as ProjectEntitlement),
    projectRef: { id: project.id },
  });
  return problem ? [problem] : [];
}
