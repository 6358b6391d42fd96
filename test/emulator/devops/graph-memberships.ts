import { parseJson, type Route } from '../core/service.ts';
import { type Answer, type Context, counted, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { accessDenied, invalid, refusal } from './envelope.ts';
import { findGroupByDescriptor, findMemberByDescriptor, subjectNotFound } from './graph-subjects.ts';
import { addMembership, containersOf, isProjectAdministrator, removeMembership } from './memberships.ts';
import { graphCollection, graphGroup, graphMember, graphUrl } from './subjects.ts';

const path = '/:organization/_apis/graph/memberships/:subject/:container';

function membership(context: Context, member: string, container: string) {
  return {
    containerDescriptor: container,
    memberDescriptor: member,
    _links: {
      self: { href: graphUrl(context, 'Memberships', member, container) },
      member: { href: graphUrl(context, graphCollection(member), member) },
      container: { href: graphUrl(context, 'Groups', container) },
    },
  };
}

function edge(context: Context) {
  const { subject = '', container = '' } = context.params;
  const member = findMemberByDescriptor(context, subject) ?? findGroupByDescriptor(context, subject);
  if (!member) throw subjectNotFound(subject);
  const group = findGroupByDescriptor(context, container);
  if (!group) throw subjectNotFound(container);
  return { member, group };
}
function exists(context: Context): boolean {
  const { member, group } = edge(context);
  return containersOf(context.world, context.organization, member.descriptor).includes(group);
}
const notAMember = () => refusal(404, 'GraphMembershipNotFoundException', 'Membership does not exist.');

/** Only administrators of the group's project, or of the organisation, change who belongs to it. */
function writable(context: Context) {
  const found = edge(context);
  const { world, organization, member } = context;
  if (!isProjectAdministrator(world, organization, member, found.group.projectId))
    throw accessDenied(member.displayName, found.group.name, 'Edit group membership');
  if (found.group.role === 'project-valid-users' || found.group.role === 'collection-users')
    throw refusal(400, 'ModifyEveryoneGroupException', `The membership of ${found.group.name} cannot be modified.`);
  return found;
}

function add(context: Context): Answer {
  const { member, group } = writable(context);
  const known = group.members.has(member.descriptor);
  addMembership(context.world, group, member.descriptor);
  if (!known) context.record(`${member.descriptor}/${group.descriptor}`, { group: group.name });
  return { status: 201, body: membership(context, member.descriptor, group.descriptor) };
}
function remove(context: Context): Answer {
  const { member, group } = writable(context);
  if (!group.members.has(member.descriptor)) throw notAMember();
  removeMembership(context.world, context.organization, group, member.descriptor);
  context.record(`${member.descriptor}/${group.descriptor}`, { group: group.name });
  return { status: 200 };
}

function list(context: Context): Answer {
  const { world, organization, params, query } = context;
  const { subject = '' } = params;
  const known = findMemberByDescriptor(context, subject) ?? findGroupByDescriptor(context, subject);
  if (!known) throw subjectNotFound(subject);
  const direction = parameter(query, 'direction')?.toLowerCase() ?? 'up';
  if (direction === 'up')
    return counted(
      containersOf(world, organization, known.descriptor).map((group) =>
        membership(context, known.descriptor, group.descriptor),
      ),
    );
  if (direction !== 'down') throw invalid(`The direction ${direction} is not valid.`);
  const below = [...organization.members, ...organization.groups].filter(({ descriptor }) =>
    containersOf(world, organization, descriptor).some((group) => group.descriptor === known.descriptor),
  );
  return counted(below.map(({ descriptor }) => membership(context, descriptor, known.descriptor)));
}

function lookup(context: Context): Answer {
  const keys = parseJson<{ lookupKeys?: { descriptor?: unknown }[] }>(context.request)?.lookupKeys;
  if (!Array.isArray(keys)) throw invalid("Value cannot be null. Parameter name: 'lookupKeys'");
  const found = keys.flatMap(({ descriptor }) => {
    const text = typeof descriptor === 'string' ? descriptor : '';
    const member = findMemberByDescriptor(context, text);
    const group = findGroupByDescriptor(context, text);
    if (member) return [[text, graphMember(context, member)]];
    return group ? [[text, graphGroup(context, group)]] : [];
  });
  return ok({ count: found.length, value: Object.fromEntries(found) });
}

function search(context: Context): Answer {
  const { organization } = context;
  const body = parseJson<{ query?: unknown; subjectKind?: unknown; scopeDescriptor?: unknown }>(context.request);
  const kinds = Array.isArray(body?.subjectKind) ? body.subjectKind.map((kind) => String(kind).toLowerCase()) : [];
  if (typeof body?.query !== 'string' || body.query === '' || kinds.length === 0)
    throw invalid("Value cannot be null. Parameter name: 'subjectQuery'");
  const text = body.query.toLowerCase();
  const project = organization.projects.find(({ scopeDescriptor }) => scopeDescriptor === body.scopeDescriptor);
  const matches = (...names: string[]) => names.some((name) => name.toLowerCase().startsWith(text));
  const members = organization.members.filter(
    ({ kind, displayName, principalName }) => kinds.includes(kind.toLowerCase()) && matches(displayName, principalName),
  );
  const groups = organization.groups.filter(
    ({ name, projectId }) => kinds.includes('group') && matches(name) && (!project || projectId === project.id),
  );
  return counted([
    ...members.map((member) => graphMember(context, member)),
    ...groups.map((group) => graphGroup(context, group)),
  ]);
}

const endpoint = (
  method: string,
  route: string,
  operation: string,
  location: 'memberships' | 'membershipsBatch' | 'subjectLookup' | 'subjectQuery',
  handle: (context: Context) => Answer,
  scope = 'vso.graph',
) => organizationEndpoint({ method, path: route, operation, hosts: ['graph'], location, scope, handle });

export const graphMembershipRoutes: readonly Route[] = [
  endpoint('PUT', path, 'memberships.add', 'memberships', add, 'vso.graph_manage'),
  endpoint('HEAD', path, 'memberships.check', 'memberships', (context) => ({ status: exists(context) ? 200 : 404 })),
  endpoint('GET', path, 'memberships.get', 'memberships', (context) => {
    if (!exists(context)) throw notAMember();
    return ok(membership(context, context.params.subject ?? '', context.params.container ?? ''));
  }),
  endpoint('DELETE', path, 'memberships.remove', 'memberships', remove, 'vso.graph_manage'),
  endpoint('GET', '/:organization/_apis/graph/memberships/:subject', 'memberships.list', 'membershipsBatch', list),
  endpoint('POST', '/:organization/_apis/graph/subjectlookup', 'subjects.lookup', 'subjectLookup', lookup),
  endpoint('POST', '/:organization/_apis/graph/subjectquery', 'subjects.query', 'subjectQuery', search),
];
