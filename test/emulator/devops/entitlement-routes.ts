import { parseJson, type Route } from '../core/service.ts';
import type { DevopsMember } from '../core/world.ts';
import { type Answer, type Context, numberParameter, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { type Asked, add, apply, denied, mayManage, type Operation } from './entitlement-changes.ts';
import { entitlement, postResult } from './entitlements.ts';
import { accessDenied, invalid, refusal } from './envelope.ts';
import { identityDescriptor } from './identifiers.ts';
import { removeMember } from './principals.ts';

function create(context: Context): Answer {
  const body = parseJson<Asked>(context.request);
  if (!body) throw invalid("Value cannot be null. Parameter name: 'servicePrincipalEntitlement'");
  return ok(postResult(context, add(context, body)));
}

function find(context: Context): DevopsMember {
  const id = context.params.id?.toLowerCase() ?? '';
  const member = context.organization.members.find((entry) => entry.id === id && entry.kind === 'servicePrincipal');
  if (!member) throw refusal(404, 'NotFoundException', `The service principal with id '${id}' could not be found.`);
  return member;
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
