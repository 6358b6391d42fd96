import { parseJson, type Route } from '../core/service.ts';
import type { DevopsGroup, DevopsMember } from '../core/world.ts';
import { type Answer, type Context, counted, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { accessDenied, invalid, refusal } from './envelope.ts';
import { addMembership, isCollectionAdministrator } from './memberships.ts';
import { addMember } from './model.ts';
import { candidate } from './principals.ts';
import { graphGroup, graphMember } from './subjects.ts';

export const subjectNotFound = (descriptor: string) =>
  refusal(404, 'GraphSubjectNotFoundException', `The subject with descriptor '${descriptor}' could not be found.`);
const withDescriptor = <T extends { descriptor: string }>(items: readonly T[], wanted = ''): T | undefined =>
  items.find(({ descriptor }) => descriptor.toLowerCase() === wanted.toLowerCase());
export const findGroupByDescriptor = (context: Context, descriptor = ''): DevopsGroup | undefined =>
  withDescriptor(context.organization.groups, descriptor);
export const findMemberByDescriptor = (context: Context, descriptor = ''): DevopsMember | undefined =>
  withDescriptor(context.organization.members, descriptor);

const pageSize = 50;
const continuation = (offset: number) => Buffer.from(`graph:${offset}`).toString('base64url');

/** The first page is empty and carries a token: that a page holds nothing does not mean that the list ends. */
function paged(context: Context, items: readonly unknown[]): Answer {
  const token = parameter(context.query, 'continuationToken');
  if (!token) return items.length === 0 ? counted([]) : counted([], { 'x-ms-continuationtoken': continuation(0) });
  const offset = Number(/^graph:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1] ?? Number.NaN);
  if (!Number.isInteger(offset)) throw invalid('The continuation token is not valid.');
  const end = offset + pageSize;
  return counted(items.slice(offset, end), end < items.length ? { 'x-ms-continuationtoken': continuation(end) } : {});
}

function groups(context: Context): Answer {
  const scope = parameter(context.query, 'scopeDescriptor');
  const { organization } = context;
  const project = organization.projects.find(({ scopeDescriptor }) => scopeDescriptor === scope);
  if (scope && !project && scope !== organization.collectionScope) throw subjectNotFound(scope);
  return counted(
    organization.groups
      .filter(({ projectId }) => !scope || projectId === project?.id)
      .map((group) => graphGroup(context, group)),
  );
}

/** Puts a service principal into the organisation without a licence. */
function materialize(context: Context): Answer {
  const { world, organization, member } = context;
  const originId = parseJson<{ originId?: unknown }>(context.request)?.originId;
  if (typeof originId !== 'string' || originId === '')
    throw invalid('The request must name an originId, a principalName or a mailAddress.');
  if (!isCollectionAdministrator(world, organization, member))
    throw accessDenied(member.displayName, 'Users', 'Add Users');
  const wanted = parameter(context.query, 'groupDescriptors')?.split(',').filter(Boolean) ?? [];
  const containers = wanted.map((descriptor) => findGroupByDescriptor(context, descriptor));
  if (containers.includes(undefined))
    throw refusal(
      404,
      'FindGroupSidDoesNotExistException',
      `TF50258: There is no group with the security identifier (SID) ${wanted[containers.indexOf(undefined)]}.`,
    );
  const found = candidate(world, organization, originId);
  if (found.state !== 'known')
    throw refusal(404, 'NotFoundException', `VS860016: Could not find originId '${originId}' in the backing domain`);
  const known = organization.members.find((entry) => entry.originId === found.identity.principalId);
  const added =
    known ??
    addMember(organization, {
      kind: 'servicePrincipal',
      originId: found.identity.principalId,
      displayName: found.identity.name,
      principalName: found.identity.principalId,
      license: 'none',
      addedAt: world.clock.now(),
    });
  for (const group of containers) if (group) addMembership(world, group, added.descriptor);
  context.record(added.descriptor, { originId, groups: wanted });
  return { status: 201, body: graphMember(context, added) };
}

const reading = (
  path: string,
  operation: string,
  location: 'groups' | 'servicePrincipals' | 'users',
  handle: (context: Context) => Answer,
) => organizationEndpoint({ method: 'GET', path, operation, hosts: ['graph'], location, scope: 'vso.graph', handle });
const ofKind = (context: Context, kind: DevopsMember['kind']) =>
  paged(
    context,
    context.organization.members.filter((entry) => entry.kind === kind).map((entry) => graphMember(context, entry)),
  );
const one = (context: Context, kind: DevopsMember['kind']): Answer => {
  const found = findMemberByDescriptor(context, context.params.descriptor);
  if (found?.kind !== kind) throw subjectNotFound(context.params.descriptor ?? '');
  return ok(graphMember(context, found));
};

export const graphSubjectRoutes: readonly Route[] = [
  reading('/:organization/_apis/graph/groups', 'graphGroups.list', 'groups', groups),
  reading('/:organization/_apis/graph/groups/:descriptor', 'graphGroups.get', 'groups', (context) => {
    const group = findGroupByDescriptor(context, context.params.descriptor);
    if (!group) throw subjectNotFound(context.params.descriptor ?? '');
    return ok(graphGroup(context, group));
  }),
  reading(
    '/:organization/_apis/graph/serviceprincipals',
    'graphServicePrincipals.list',
    'servicePrincipals',
    (context) => ofKind(context, 'servicePrincipal'),
  ),
  organizationEndpoint({
    method: 'POST',
    path: '/:organization/_apis/graph/serviceprincipals',
    operation: 'graphServicePrincipals.create',
    hosts: ['graph'],
    location: 'servicePrincipals',
    handle: materialize,
  }),
  reading(
    '/:organization/_apis/graph/serviceprincipals/:descriptor',
    'graphServicePrincipals.get',
    'servicePrincipals',
    (context) => one(context, 'servicePrincipal'),
  ),
  reading('/:organization/_apis/graph/users', 'graphUsers.list', 'users', (context) => ofKind(context, 'user')),
  reading('/:organization/_apis/graph/users/:descriptor', 'graphUsers.get', 'users', (context) => one(context, 'user')),
];
