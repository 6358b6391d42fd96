import { parseJson } from '../core/service.ts';
import type { AzureResourceGroup, World } from '../core/world.ts';
import { allows } from './authorization.ts';
import type { ArmRoute, Call } from './gateway.ts';
import { armJson, empty, gatewayError, notModelled, resourceGroupNotFound } from './respond.ts';
import { locations } from './subscriptions.ts';

const type = 'Microsoft.Resources/subscriptions/resourceGroups';
const path = '/subscriptions/:subscription/resourcegroups/:group';
/** Recorded deletions of an empty group take about as long as one poll. */
const deletionMs = 1_000;
const deletions = new WeakMap<World, Map<string, { endsAt: number; job: string }>>();

function deletionsOf(world: World) {
  const known = deletions.get(world) ?? new Map<string, { endsAt: number; job: string }>();
  deletions.set(world, known);
  for (const [id, { endsAt }] of known)
    if (endsAt <= world.clock.now()) {
      world.azure.resourceGroups.delete(id);
      known.delete(id);
    }
  return known;
}

export const keepDeletions: (world: World) => ReadonlyMap<string, { endsAt: number; job: string }> = deletionsOf;
export function restoreDeletions(world: World, kept: ReturnType<typeof keepDeletions>): void {
  deletions.set(world, new Map(kept));
}

export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

export function findGroup(world: World, subscription = '', group = ''): AzureResourceGroup | undefined {
  deletionsOf(world);
  return world.azure.resourceGroups.get(groupId(subscription, group).toLowerCase());
}

function groupBody(world: World, { id, name, location, tags }: AzureResourceGroup) {
  const provisioningState = deletionsOf(world).has(id.toLowerCase()) ? 'Deleting' : 'Succeeded';
  return {
    id,
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    properties: { provisioningState },
  };
}

/** Refusal of a location that no region has, or of a missing one. */
export function refuseLocation(location: unknown, resourceType: string) {
  if (typeof location !== 'string' || location === '')
    return gatewayError(400, 'LocationRequired', 'The location property is required for this definition.');
  const name = location.toLowerCase().replaceAll(' ', '');
  const names = locations.map(([known]) => known);
  if (names.some((known) => known === name)) return undefined;
  return gatewayError(
    400,
    'LocationNotAvailableForResourceType',
    `The provided location '${location}' is not available for resource type '${resourceType}'. List of available regions for the resource type is '${names.join(',')}'.`,
  );
}

const scope: ArmRoute['scope'] = ({ subscription = '', group = '' }) => groupId(subscription, group);

function put({ request, world, caller, params: { subscription = '', group = '' } }: Call) {
  const body = parseJson<{ location?: unknown; tags?: Record<string, string> }>(request);
  const refused = refuseLocation(body?.location, 'Microsoft.Resources/resourceGroups');
  if (refused) return refused;
  if (!/^[-\w._()]{0,89}[-\w_()]$/.test(group))
    return gatewayError(
      400,
      'InvalidResourceGroup',
      `The provided resource group name '${group}' has these invalid characters.`,
    );
  const location = String(body?.location).toLowerCase().replaceAll(' ', '');
  const known = findGroup(world, subscription, group);
  if (known && known.location !== location)
    return gatewayError(
      409,
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${location}'. The Resource group already exists in location '${known.location}'.`,
    );
  const entry = known ?? {
    id: groupId(subscription.toLowerCase(), group),
    name: group,
    subscriptionId: subscription.toLowerCase(),
    location,
    tags: {},
  };
  entry.tags = body?.tags ?? {};
  world.azure.resourceGroups.set(entry.id.toLowerCase(), entry);
  world.ledger.record({ service: 'arm', operation: 'resource-group.put', target: entry.id, actor: caller.oid });
  return armJson(known ? 200 : 201, groupBody(world, entry));
}

function remove({ world, caller, params: { subscription = '', group = '' } }: Call) {
  const known = findGroup(world, subscription, group);
  if (!known) return resourceGroupNotFound(group);
  const prefix = `${known.id.toLowerCase()}/`;
  if ([...world.azure.clusters.keys()].some((id) => id.startsWith(prefix)))
    return notModelled('the deletion of a resource group that holds clusters');
  for (const id of [...world.azure.identities.keys()]) if (id.startsWith(prefix)) world.azure.identities.delete(id);
  const job = Buffer.from(
    JSON.stringify({ jobId: `RESOURCEGROUPDELETIONJOB-${known.name.toUpperCase()}`, jobLocation: known.location }),
  ).toString('base64url');
  deletionsOf(world).set(known.id.toLowerCase(), { endsAt: world.clock.now() + deletionMs, job });
  world.ledger.record({ service: 'arm', operation: 'resource-group.delete', target: known.id, actor: caller.oid });
  return accepted(world, subscription, job);
}

function accepted(world: World, subscription: string, job: string) {
  const location = `${world.url('management.azure.com')}/subscriptions/${subscription}/operationresults/${job}?api-version=2021-04-01`;
  return empty(202, { location, 'retry-after': '15' });
}

export const resourceGroupRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: '/subscriptions/:subscription/resourcegroups',
    operation: 'resource-group.list',
    action: `${type}/read`,
    listed: true,
    answer: ({ world, caller, params: { subscription = '' } }) => {
      deletionsOf(world);
      const value = [...world.azure.resourceGroups.values()]
        .filter(({ subscriptionId }) => subscriptionId === subscription.toLowerCase())
        .filter(({ id }) => allows(world, caller.oid, `${type}/read`, id))
        .map((group) => groupBody(world, group));
      return armJson(200, { value });
    },
  },
  {
    method: 'GET',
    path,
    operation: 'resource-group.get',
    action: `${type}/read`,
    scope,
    answer: ({ world, params }) => {
      const group = findGroup(world, params.subscription, params.group);
      return group ? armJson(200, groupBody(world, group)) : resourceGroupNotFound(params.group ?? '');
    },
  },
  {
    method: 'HEAD',
    path,
    operation: 'resource-group.exists',
    action: `${type}/read`,
    scope,
    answer: ({ world, params }) => empty(findGroup(world, params.subscription, params.group) ? 204 : 404),
  },
  { method: 'PUT', path, operation: 'resource-group.put', action: `${type}/write`, scope, answer: put },
  { method: 'DELETE', path, operation: 'resource-group.delete', action: `${type}/delete`, scope, answer: remove },
  {
    method: 'GET',
    path: '/subscriptions/:subscription/operationresults/:job',
    operation: 'operation-result.get',
    action: 'Microsoft.Resources/subscriptions/operationresults/read',
    listed: true,
    answer: ({ world, params: { subscription = '', job = '' } }) =>
      [...deletionsOf(world).values()].some((deletion) => deletion.job === job)
        ? accepted(world, subscription, job)
        : empty(200),
  },
];
