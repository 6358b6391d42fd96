import type { Route } from '../core/service.ts';
import { type Answer, type Context, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { invalid, refusal } from './envelope.ts';
import { findGroupByDescriptor, findMemberByDescriptor, subjectNotFound } from './graph-subjects.ts';
import { identityDescriptor } from './identifiers.ts';
import { graphCollection, graphUrl, imsGroup, imsMember } from './subjects.ts';

/** Storage key → descriptor, for members, groups, projects and the organisation. */
function descriptor(context: Context): Answer {
  const { organization } = context;
  const key = context.params.key?.toLowerCase() ?? '';
  const found =
    organization.members.find(({ id }) => id === key)?.descriptor ??
    organization.groups.find(({ id }) => id === key)?.descriptor ??
    organization.projects.find(({ id }) => id === key)?.scopeDescriptor ??
    (organization.id === key ? organization.collectionScope : undefined);
  if (!found)
    throw refusal(404, 'StorageKeyNotFoundException', `The descriptor for storage key '${key}' could not be found.`);
  return ok({
    value: found,
    _links: {
      self: { href: graphUrl(context, 'Descriptors', key) },
      storageKey: { href: graphUrl(context, 'StorageKeys', found) },
      subject: { href: graphUrl(context, graphCollection(found), found) },
    },
  });
}

function storageKey(context: Context): Answer {
  const { organization, params } = context;
  const wanted = params.descriptor ?? '';
  const key =
    findMemberByDescriptor(context, wanted)?.id ??
    findGroupByDescriptor(context, wanted)?.id ??
    organization.projects.find(({ scopeDescriptor }) => scopeDescriptor === wanted)?.id ??
    (organization.collectionScope === wanted ? organization.id : undefined);
  if (!key) throw subjectNotFound(wanted);
  return ok({
    value: key,
    _links: {
      self: { href: graphUrl(context, 'StorageKeys', wanted) },
      descriptor: { href: graphUrl(context, 'Descriptors', key) },
    },
  });
}

function membershipState(context: Context): Answer {
  const wanted = context.params.descriptor ?? '';
  if (!findMemberByDescriptor(context, wanted) && !findGroupByDescriptor(context, wanted))
    throw subjectNotFound(wanted);
  return ok({
    active: true,
    _links: {
      self: { href: graphUrl(context, 'MembershipStates', wanted) },
      member: { href: graphUrl(context, graphCollection(wanted), wanted) },
    },
  });
}

/** Unknown ids yield null, so that the answer keeps the order of the question. */
function identities(context: Context): Answer {
  const { organization, query } = context;
  const tenant = organization.tenantId ?? '';
  const all = [
    ...organization.members.map((member) => ({
      id: member.id,
      descriptor: member.descriptor,
      identity: identityDescriptor(member, tenant),
      names: [member.displayName, member.principalName],
      json: () => imsMember(context, member),
    })),
    ...organization.groups.map((group) => ({
      id: group.id,
      descriptor: group.descriptor,
      identity: identityDescriptor(group, tenant),
      names: [group.name],
      json: () => imsGroup(context, group),
    })),
  ];
  const split = (name: string, separator = ',') => parameter(query, name)?.split(separator).filter(Boolean);
  const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
  const questions: [string[] | undefined, (entry: (typeof all)[number]) => string][] = [
    [split('subjectDescriptors'), (entry) => entry.descriptor],
    [split('identityIds'), (entry) => entry.id],
    [split('descriptors'), (entry) => entry.identity],
  ];
  for (const [asked, key] of questions)
    if (asked) {
      const value = asked.map((wanted) => all.find((entry) => same(key(entry), wanted))?.json() ?? null);
      return ok({ count: value.length, value });
    }
  const filterValue = parameter(query, 'filterValue');
  if (!parameter(query, 'searchFilter') || filterValue === undefined)
    throw invalid('One of subjectDescriptors, identityIds, descriptors or searchFilter must be given.');
  const value = all.filter(({ names }) => names.some((name) => same(name, filterValue))).map((entry) => entry.json());
  return ok({ count: value.length, value });
}

const reading = (
  path: string,
  operation: string,
  location: 'descriptors' | 'storageKeys' | 'membershipStates' | 'identities',
  handle: (context: Context) => Answer,
) => organizationEndpoint({ method: 'GET', path, operation, hosts: ['graph'], location, scope: 'vso.graph', handle });

export const graphKeyRoutes: readonly Route[] = [
  reading('/:organization/_apis/graph/descriptors/:key', 'descriptors.get', 'descriptors', descriptor),
  reading('/:organization/_apis/graph/storagekeys/:descriptor', 'storageKeys.get', 'storageKeys', storageKey),
  reading(
    '/:organization/_apis/graph/membershipstates/:descriptor',
    'membershipStates.get',
    'membershipStates',
    membershipState,
  ),
  reading('/:organization/_apis/identities', 'identities.list', 'identities', identities),
];
