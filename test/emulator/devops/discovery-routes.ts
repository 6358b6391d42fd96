import type { EmulatorRequest, EmulatorResponse, Route } from '../core/service.ts';
import type { DevopsMember, World } from '../core/world.ts';
import { type Context, counted, type Host, hosts, ok, parameter } from './context.ts';
import { isRejection, judge } from './credentials.ts';
import {
  deploymentEndpoint,
  findOrganization,
  organizationEndpoint,
  organizationNotFound,
  userData,
} from './endpoint.ts';
import { refusal, serialize, standardHeaders, tenantHeaders } from './envelope.ts';
import { guidOf, identityDescriptor, storageKeyOf } from './identifiers.ts';
import { locationsOf, resourceAreas } from './locations.ts';
import { restRejection } from './sign-in.ts';

const organizationHosts: readonly Host[] = ['core', 'graph', 'entitlements'];

function connectedUser(context: Context, member: DevopsMember) {
  return {
    id: member.id,
    descriptor: identityDescriptor(member, context.organization.tenantId ?? ''),
    subjectDescriptor: member.descriptor,
    providerDisplayName: member.displayName,
    ...(member.kind === 'user' ? { customDisplayName: member.displayName } : {}),
    isActive: true,
    properties: { Account: { $type: 'System.String', $value: member.principalName } },
    resourceVersion: 2,
    metaTypeId: member.kind === 'user' ? 0 : 255,
  };
}

function connectionData(context: Context) {
  const user = connectedUser(context, context.member);
  return ok({
    authenticatedUser: user,
    authorizedUser: user,
    instanceId: context.organization.id,
    deploymentId: guidOf(`deployment ${context.request.host}`),
    deploymentType: 'hosted',
    locationServiceData: {
      serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
      defaultAccessMappingMoniker: 'PublicAccessMapping',
      lastChangeId: 424239147,
      lastChangeId64: 424239147,
    },
  });
}

/** HEAD without a credential names the tenant; with one it does so too, with status 200. */
async function head(request: EmulatorRequest, world: World): Promise<EmulatorResponse> {
  const organization = findOrganization(world, request);
  if (!organization) return organizationNotFound(request, world);
  const judged = await judge(world, request, organization, undefined);
  const now = world.clock.now();
  if (isRejection(judged)) {
    const answer = restRejection(judged, request, organization);
    return serialize({ status: answer.status, headers: answer.headers }, standardHeaders(request, now));
  }
  return serialize(
    { status: 200, headers: tenantHeaders(organization) },
    standardHeaders(request, now, userData(judged.member)),
  );
}

/** Clients read the table once, before their first call, and take every URL from it. */
function options(path: string, operation: string): Route {
  return organizationEndpoint({
    method: 'OPTIONS',
    path,
    operation,
    hosts: organizationHosts,
    scope: 'any',
    handle: ({ request, params }) => {
      const host = (Object.keys(hosts) as Host[]).find((key) => hosts[key] === request.host) ?? 'core';
      return counted(locationsOf(host, params.area));
    },
  });
}

const area = (context: Context, entry: (typeof resourceAreas)[number]) => ({
  id: entry.id,
  name: entry.name,
  locationUrl: `${context.url(entry.host)}/`,
});

export const discoveryRoutes: readonly Route[] = [
  { method: 'HEAD', path: '/:organization', operation: 'organization.probe', handle: head },
  { method: 'HEAD', path: '/:organization/_apis/connectionData', operation: 'connectionData.probe', handle: head },
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/connectionData',
    operation: 'connectionData.get',
    hosts: organizationHosts,
    location: 'connectionData',
    scope: 'any',
    handle: connectionData,
  }),
  options('/:organization/_apis', 'locations.list'),
  options('/:organization/_apis/:area', 'locations.listArea'),
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/ResourceAreas',
    operation: 'resourceAreas.list',
    hosts: organizationHosts,
    location: 'resourceAreas',
    scope: 'any',
    handle: (context) => counted(resourceAreas.map((entry) => area(context, entry))),
  }),
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/ResourceAreas/:area',
    operation: 'resourceAreas.get',
    hosts: organizationHosts,
    location: 'resourceAreas',
    scope: 'any',
    handle: (context) => {
      const entry = resourceAreas.find(({ id }) => id === context.params.area?.toLowerCase());
      return ok(entry ? area(context, entry) : null);
    },
  }),
  deploymentEndpoint({
    method: 'GET',
    path: '/_apis/profile/profiles/:id',
    operation: 'profile.get',
    location: 'profiles',
    handle: ({ principal, params }) => {
      const id = storageKeyOf('profile', principal.oid);
      if (params.id?.toLowerCase() !== 'me' && params.id?.toLowerCase() !== id)
        throw refusal(404, 'NotFoundException', `The profile ${params.id} does not exist.`);
      return ok({
        displayName: principal.displayName,
        publicAlias: id,
        emailAddress: principal.kind === 'user' ? principal.name : '',
        coreRevision: 1647,
        timeStamp: '2026-01-12T09:14:07.727+00:00',
        id,
        revision: 1647,
      });
    },
  }),
  deploymentEndpoint({
    method: 'GET',
    path: '/_apis/accounts',
    operation: 'accounts.list',
    handle: ({ world, principal, query }) => {
      const asked = parameter(query, 'memberId') ?? parameter(query, 'ownerId');
      if (!asked)
        throw refusal(400, 'ArgumentException', 'Either the memberId or the ownerId parameter must be specified.');
      const mine = asked.toLowerCase() === storageKeyOf('profile', principal.oid);
      // Guests are listed too, under their name at home: an organisation of the list may live in another tenant.
      const belongs = (member: DevopsMember) =>
        member.originId === principal.oid || (member.kind === 'user' && member.principalName === principal.name);
      const accounts = [...world.devops.organizations.values()].filter(
        ({ members }) => mine && !query.has('ownerId') && members.some(belongs),
      );
      return counted(
        accounts.map(({ id, name }) => ({
          accountId: id,
          accountUri: `${world.url(hosts.graph)}/${name}/`,
          accountName: name,
          properties: {},
        })),
      );
    },
  }),
];
