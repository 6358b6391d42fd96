import { parseJson, type Route } from '../core/service.ts';
import type { DevopsMember } from '../core/world.ts';
import { type Answer, type Context, numberParameter, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { entitlement, isLicense, type Problem, postResult, roleOfGroupType } from './entitlements.ts';
import { accessDenied, invalid, refusal } from './envelope.ts';
import { identityDescriptor } from './identifiers.ts';
import { addMembership, isCollectionAdministrator, removeMembership } from './memberships.ts';
import { addMember, findGroup, findProject } from './model.ts';
import { candidate, removeMember, seatsTaken } from './principals.ts';

const mayManage = ({ world, organization, member }: Context) => isCollectionAdministrator(world, organization, member);
const denied = (context: Context, action: string): Problem => ({
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
interface Asked {
  readonly accessLevel?: { readonly accountLicenseType?: unknown };
  readonly servicePrincipal?: { readonly originId?: unknown };
  readonly projectEntitlements?: readonly ProjectEntitlement[];
}

function addToProject(context: Context, member: DevopsMember, wanted: ProjectEntitlement): Problem | undefined {
  const { world, organization } = context;
  const project = findProject(organization, String(wanted.projectRef?.id ?? ''));
  const role = roleOfGroupType(wanted.group?.groupType);
  if (!project || !role) return { key: 5000, value: `VS403352: The project entitlement is not valid.` };
  addMembership(world, findGroup(organization, role, project), member.descriptor);
  return undefined;
}

function add(context: Context, body: Asked): DevopsMember | readonly Problem[] {
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

function create(context: Context): Answer {
  const body = parseJson<Asked>(context.request);
  if (!body) throw invalid("Value cannot be null. Parameter name: 'servicePrincipalEntitlement'");
  return ok(postResult(context, add(context, body)));
}

function find(context: Context): DevopsMember {
  const id = context.params.id?.toLowerCase() ?? '';
  const member = context.organization.members.find((entry) => entry.id === id && entry.kind === 'servicePrincipal');
  if (!member)
    throw refusal(404, 'NotFoundException', `VS403269: The service principal with id '${id}' could not be found.`);
  return member;
}

interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly value?: unknown;
}

/** One operation of the patch; the problems that it met. */
function apply(context: Context, member: DevopsMember, operation: Operation): readonly Problem[] {
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

function patch(context: Context): Answer {
  const member = find(context);
  const operations = parseJson<Operation[]>(context.request);
  if (!Array.isArray(operations) || operations.length === 0) throw invalid('The JSON patch document is not valid.');
  const allowed = mayManage(context);
  const outcomes = operations.map((operation) =>
    allowed ? apply(context, member, operation) : [denied(context, 'Edit Users')],
  );
  if (outcomes.some((problems) => problems.length === 0)) context.record(member.originId, { license: member.license });
  const result = entitlement(context, member, 'servicePrincipal');
  const isSuccess = outcomes.every((problems) => problems.length === 0);
  return ok({
    operationResults: outcomes.map((errors, index) => ({
      servicePrincipalId: member.id,
      isSuccess: errors.length === 0,
      errors,
      result: errors.length === 0 && index === 0 ? result : null,
    })),
    isSuccess,
    servicePrincipalEntitlement: result,
  });
}

function remove(context: Context): Answer {
  const member = find(context);
  if (!mayManage(context)) throw accessDenied(context.member.displayName, 'Users', 'Remove Users');
  removeMember(context.organization, member, identityDescriptor(member, context.organization.tenantId ?? ''));
  context.record(member.originId, { id: member.id });
  return { status: 204 };
}

function list(context: Context, as: 'user' | 'member'): Answer {
  const filter = parameter(context.query, '$filter');
  const name = filter === undefined ? undefined : /^name eq '([^']*)'$/i.exec(filter.trim())?.[1]?.toLowerCase();
  if (filter !== undefined && name === undefined) throw invalid(`The filter ${filter} is not supported.`);
  const matching = context.organization.members.filter(
    ({ displayName, principalName }) =>
      name === undefined || [displayName, principalName].some((text) => text.toLowerCase().startsWith(name)),
  );
  const offset = Number(parameter(context.query, 'continuationToken') || 0);
  if (!Number.isInteger(offset)) throw invalid('The continuation token is not valid.');
  const end = offset + (numberParameter(context.query, 'top') ?? numberParameter(context.query, '$top') ?? 100);
  const items = matching.slice(offset, end).map((member) => entitlement(context, member, as));
  const more = end < matching.length;
  return ok({ members: items, continuationToken: more ? String(end) : '', totalCount: matching.length, items });
}

const base = '/:organization/_apis/serviceprincipalentitlements';
const endpoint = (
  method: string,
  path: string,
  operation: string,
  location: 'servicePrincipalEntitlements' | 'servicePrincipalEntitlement' | 'userEntitlements' | 'memberEntitlements',
  handle: (context: Context) => Answer,
) =>
  organizationEndpoint({
    method,
    path,
    operation,
    hosts: ['entitlements'],
    location,
    scope: `vso.memberentitlementmanagement${method === 'GET' ? '' : '_write'}`,
    handle,
  });

export const entitlementRoutes: readonly Route[] = [
  endpoint('POST', base, 'servicePrincipalEntitlements.create', 'servicePrincipalEntitlements', create),
  endpoint('GET', `${base}/:id`, 'servicePrincipalEntitlements.get', 'servicePrincipalEntitlement', (context) =>
    ok({ ...entitlement(context, find(context), 'servicePrincipal'), extensions: [] }),
  ),
  endpoint('PATCH', `${base}/:id`, 'servicePrincipalEntitlements.update', 'servicePrincipalEntitlement', patch),
  endpoint('DELETE', `${base}/:id`, 'servicePrincipalEntitlements.remove', 'servicePrincipalEntitlement', remove),
  endpoint('GET', '/:organization/_apis/userentitlements', 'userEntitlements.list', 'userEntitlements', (context) =>
    list(context, 'user'),
  ),
  endpoint(
    'GET',
    '/:organization/_apis/memberentitlements',
    'memberEntitlements.list',
    'memberEntitlements',
    (context) => list(context, 'member'),
  ),
];
