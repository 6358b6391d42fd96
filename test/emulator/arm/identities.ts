import { randomUUID } from 'node:crypto';
import { type EmulatorRequest, parseJson } from '../core/service.ts';
import type { AzureIdentity, World } from '../core/world.ts';
import { allows } from './authorization.ts';
import type { ArmRoute, Call } from './gateway.ts';
import { findGroup, groupId, refuseLocation } from './resource-groups.ts';
import { armJson, empty, gatewayError, providerError, resourceGroupNotFound, resourceNotFound } from './respond.ts';
import { type IdentityOperation, throttleIdentity } from './throttle.ts';

export const identityType = 'Microsoft.ManagedIdentity/userAssignedIdentities';
export const identityPath = `/subscriptions/:subscription/resourcegroups/:group/providers/${identityType}/:identity`;

/** The RP writes `resourcegroups` in lower case, whatever the caller wrote. */
export function identityIdOf({ subscription = '', group = '', identity = '' }: Call['params']): string {
  return `/subscriptions/${subscription.toLowerCase()}/resourcegroups/${group}/providers/${identityType}/${identity}`;
}
export function findIdentity(world: World, params: Call['params']): AzureIdentity | undefined {
  return world.azure.identities.get(identityIdOf(params).toLowerCase());
}

/** The body of a 429 of this RP is not documented; ARM's generic one is the guess. */
export function refuseRate({ world, caller, params }: Call, operation: IdentityOperation, resource: string) {
  const { subscription = '' } = params;
  const seconds = throttleIdentity(world, operation, {
    tenantId: caller.tenantId,
    subscriptionId: subscription.toLowerCase(),
    resource,
  });
  if (seconds === undefined) return undefined;
  return {
    ...providerError(429, 'TooManyRequests', 'Too many requests. Please try again after sometime.'),
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': String(seconds) },
  };
}

function identityBody(request: EmulatorRequest, identity: AzureIdentity) {
  const { id, name, location, tags, tenantId, principalId, clientId } = identity;
  const version = request.query.get('api-version') ?? '';
  const isolation = version >= '2024-11-30' ? { isolationScope: 'None' } : {};
  const restrictions = version >= '2026-05-31' ? { assignmentRestrictions: { providers: [] } } : {};
  const properties = { tenantId, principalId, clientId, ...isolation, ...restrictions };
  // 2022-01-31-preview and older put the id first; 2023-01-31 changed the order.
  return version < '2023'
    ? { id, name, type: identityType, location, tags, properties }
    : { location, tags, id, name, type: identityType, properties };
}

function list(call: Call, within: string) {
  const { request, world, caller } = call;
  const refused = refuseRate(call, 'list', within);
  if (refused) return refused;
  const value = [...world.azure.identities.values()]
    .filter(({ id }) => id.toLowerCase().startsWith(`${within.toLowerCase()}/`))
    .filter(({ id }) => allows(world, caller.oid, `${identityType}/read`, id))
    .map((identity) => identityBody(request, identity));
  return armJson(200, { value });
}

function put(call: Call) {
  const { request, world, caller, params } = call;
  const { subscription = '', group = '', identity: name = '' } = params;
  const id = identityIdOf(params);
  const resourceGroup = findGroup(world, subscription, group);
  if (!resourceGroup) return resourceGroupNotFound(group);
  const body = parseJson<{ location?: unknown; tags?: Record<string, string> }>(request);
  if (!body)
    return gatewayError(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
  const refused = refuseLocation(body.location, identityType) ?? refuseRate(call, 'write', id);
  if (refused) return refused;
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$/.test(name))
    // Code and text are a guess; the rule is the documented one.
    return providerError(400, 'BadRequest', `The request format was unexpected: Resource name '${name}' is invalid.`);
  const location = String(body.location).toLowerCase().replaceAll(' ', '');
  const known = findIdentity(world, params);
  if (known && known.location !== location)
    return gatewayError(
      409,
      'InvalidResourceLocation',
      `The resource '${name}' already exists in location '${known.location}' in resource group '${group}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  const identity: AzureIdentity = known ?? {
    id: identityIdOf({ ...params, group: resourceGroup.name }),
    name,
    subscriptionId: subscription.toLowerCase(),
    resourceGroup: resourceGroup.name,
    location,
    tenantId: caller.tenantId,
    clientId: randomUUID(),
    principalId: randomUUID(),
    tags: {},
    createdAt: world.clock.now(),
    credentials: [],
  };
  identity.tags = body.tags ?? {};
  world.azure.identities.set(identity.id.toLowerCase(), identity);
  world.ledger.record({
    service: 'arm',
    operation: 'identity.put',
    target: identity.id,
    actor: caller.oid,
    detail: { created: !known, tags: identity.tags },
  });
  return armJson(known ? 200 : 201, identityBody(request, identity), known ? {} : { location: identity.id });
}

function patch(call: Call) {
  const { request, world, caller, params } = call;
  const refused = refuseRate(call, 'write', identityIdOf(params));
  if (refused) return refused;
  const identity = findIdentity(world, params);
  if (!identity) return missing(call);
  const body = parseJson<{ tags?: Record<string, string> }>(request);
  if (body?.tags) identity.tags = body.tags;
  world.ledger.record({ service: 'arm', operation: 'identity.patch', target: identity.id, actor: caller.oid });
  return armJson(200, identityBody(request, identity));
}

function remove(call: Call) {
  const { world, caller, params } = call;
  const refused = refuseRate(call, 'delete', identityIdOf(params));
  if (refused) return refused;
  const identity = findIdentity(world, params);
  if (!identity) return empty(204);
  // Its credentials go with it; memberships and role assignments elsewhere stay behind as orphans.
  world.azure.identities.delete(identity.id.toLowerCase());
  world.ledger.record({ service: 'arm', operation: 'identity.delete', target: identity.id, actor: caller.oid });
  return empty(200);
}

function missing({ world, params: { subscription, group = '', identity = '' } }: Call) {
  return findGroup(world, subscription, group)
    ? resourceNotFound(identityType, identity, group)
    : resourceGroupNotFound(group);
}

export const identityRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: `/subscriptions/:subscription/providers/${identityType}`,
    operation: 'identity.list',
    action: `${identityType}/read`,
    listed: true,
    answer: (call) => list(call, `/subscriptions/${call.params.subscription}`),
  },
  {
    method: 'GET',
    path: `/subscriptions/:subscription/resourcegroups/:group/providers/${identityType}`,
    operation: 'identity.list-in-group',
    action: `${identityType}/read`,
    scope: ({ subscription = '', group = '' }) => groupId(subscription, group),
    answer: (call) => {
      const { subscription = '', group = '' } = call.params;
      if (!findGroup(call.world, subscription, group)) return resourceGroupNotFound(group);
      return list(call, `/subscriptions/${subscription}/resourcegroups/${group}`);
    },
  },
  {
    method: 'GET',
    path: identityPath,
    operation: 'identity.get',
    action: `${identityType}/read`,
    answer: (call) => {
      const identity = findIdentity(call.world, call.params);
      if (!identity) return missing(call);
      return refuseRate(call, 'get', identity.id) ?? armJson(200, identityBody(call.request, identity));
    },
  },
  { method: 'PUT', path: identityPath, operation: 'identity.put', action: `${identityType}/write`, answer: put },
  { method: 'PATCH', path: identityPath, operation: 'identity.patch', action: `${identityType}/write`, answer: patch },
  {
    method: 'DELETE',
    path: identityPath,
    operation: 'identity.delete',
    action: `${identityType}/delete`,
    answer: remove,
  },
];
