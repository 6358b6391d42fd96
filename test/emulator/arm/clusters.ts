import { parseJson } from '../core/service.ts';
import type { AzureCluster, World } from '../core/world.ts';
import { allows } from './authorization.ts';
import { clusterBody, clusterProperties, clusterType } from './cluster-body.ts';
import { operationInProgress, operationUrl, settle, shownSwitches, startOperation } from './cluster-operations.ts';
import type { ArmRoute, Call } from './gateway.ts';
import { findGroup, groupId } from './resource-groups.ts';
import { aksError, aksJson, gatewayError, notModelled, resourceGroupNotFound, resourceNotFound } from './respond.ts';

export const clusterPath = `/subscriptions/:subscription/resourcegroups/:group/providers/${clusterType}/:cluster`;

export function findCluster(world: World, { subscription, group, cluster }: Call['params']): AzureCluster | undefined {
  const id = `/subscriptions/${subscription}/resourcegroups/${group}/providers/${clusterType}/${cluster}`;
  return world.azure.clusters.get(id.toLowerCase());
}

export function clusterMissing({ world, params: { subscription, group = '', cluster = '' } }: Call) {
  return findGroup(world, subscription, group)
    ? resourceNotFound(clusterType, cluster, group)
    : resourceGroupNotFound(group);
}

async function list({ world, caller }: Call, within: string) {
  await settle(world);
  const value = [...world.azure.clusters.values()]
    .filter(({ id }) => id.toLowerCase().startsWith(`${within.toLowerCase()}/`))
    .filter(({ id }) => allows(world, caller.oid, `${clusterType}/read`, id))
    .map((cluster) => clusterBody(cluster, shownSwitches(world, cluster)));
  return aksJson(200, { value });
}

interface ClusterPut {
  location?: string;
  tags?: Record<string, string>;
  properties?: {
    oidcIssuerProfile?: { enabled?: boolean };
    securityProfile?: { workloadIdentity?: { enabled?: boolean } } & Record<string, unknown>;
  } & Record<string, unknown>;
}

const immutable = ['dnsPrefix', 'nodeResourceGroup', 'enableRBAC'] as const;
/** What an update of this cluster may not touch here, because nothing behind it would follow. */
const notFollowed = [
  'kubernetesVersion',
  'agentPoolProfiles',
  'networkProfile',
  'aadProfile',
  'disableLocalAccounts',
] as const;
/** Left out of a PUT, these are gone afterwards: the lost update of a client that sends half a cluster. */
const optional = ['addonProfiles', 'autoUpgradeProfile', 'apiServerAccessProfile'] as const;

/** Same value, ignoring the order of keys and those that only the service sets. */
function same(left: unknown, right: unknown): boolean {
  const normal = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(normal);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(
          ([key, entry]) =>
            entry !== null && entry !== undefined && !/^(current|provisioningState|powerState|eTag)/.test(key),
        )
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => [key, normal(entry)]),
    );
  };
  return JSON.stringify(normal(left)) === JSON.stringify(normal(right));
}

/** Status by the documented table of conditional requests (412); the body follows the one mismatch that was recorded. */
function etagMismatch(cluster: { name: string; subscriptionId: string; resourceGroup: string }) {
  return aksError(
    412,
    'EtagMismatch',
    `Failed to save managed cluster ${cluster.name} in subscription ${cluster.subscriptionId}, resource group ${cluster.resourceGroup}. Operation is not allowed: the provided etag does not match the current one`,
    {
      details: [{ code: 'Unspecified', message: 'rpc error: code = FailedPrecondition desc = Etag mismatched' }],
      subcode: 'PutManagedClusterAndAgentPools_FailedPrecondition',
    },
  );
}

function refuseConditions(
  { request, params: { subscription = '', group = '', cluster: name = '' } }: Call,
  cluster?: AzureCluster,
) {
  const wanted = request.headers['if-match']?.replace(/^"(.*)"$/, '$1');
  const none = request.headers['if-none-match'];
  const place = cluster ?? { name, subscriptionId: subscription, resourceGroup: group };
  if (wanted && (!cluster || (wanted !== '*' && wanted !== cluster.eTag))) return etagMismatch(place);
  if (none === '*' && cluster) return etagMismatch(place);
  return undefined;
}

function refuseUpdate(world: World, cluster: AzureCluster, body: ClusterPut) {
  const { properties = {} } = body;
  const shown = shownSwitches(world, cluster);
  const current = clusterProperties(cluster, shown);
  if (body.location && body.location.toLowerCase().replaceAll(' ', '') !== cluster.location)
    return gatewayError(
      409,
      'InvalidResourceLocation',
      `The resource '${cluster.name}' already exists in location '${cluster.location}' in resource group '${cluster.resourceGroup}'. A resource with the same name cannot be created in location '${body.location}'. Please select a new resource name.`,
    );
  const running = operationInProgress(world, cluster);
  if (running)
    return aksError(
      409,
      'OperationNotAllowed',
      `Operation is not allowed because there's an in progress update managed cluster operation on the managed cluster started at ${new Date(running.startedAt).toISOString()}.`,
      { subcode: 'OperationNotAllowed' },
    );
  if (cluster.powerState === 'Stopped')
    // The rule is documented, the text is a guess.
    return aksError(409, 'OperationNotAllowed', 'Managed cluster is in Stopped state. Start it before updating it.', {
      subcode: 'OperationNotAllowed',
    });
  if (!Array.isArray(properties.agentPoolProfiles))
    return aksError(400, 'InvalidParameter', 'Required parameter agentPoolProfiles is missing (null).', {
      target: 'agentPoolProfiles',
    });
  for (const name of immutable)
    if (properties[name] !== undefined && !same(properties[name], current[name]))
      return aksError(400, 'PropertyChangeNotAllowed', `Changing property '${name}' is not allowed.`, { target: name });
  for (const name of notFollowed)
    if (properties[name] !== undefined && !same(properties[name], current[name]))
      return notModelled(`a change of ${name} of a managed cluster`);
  if (shown.oidcIssuer && properties.oidcIssuerProfile?.enabled === false)
    // The rule is documented, code and text are a guess.
    return aksError(400, 'OIDCIssuerFeatureCannotBeDisabled', 'OIDC issuer feature cannot be disabled.', {
      target: 'oidcIssuerProfile.enabled',
    });
  return undefined;
}

async function put(call: Call) {
  const { request, world, caller, params } = call;
  await settle(world);
  const { subscription, group = '' } = params;
  if (!findGroup(world, subscription, group)) return resourceGroupNotFound(group);
  const cluster = findCluster(world, params);
  const body = parseJson<ClusterPut>(request);
  if (!body?.properties)
    return gatewayError(400, 'InvalidRequestContent', 'The request content was invalid and could not be deserialized.');
  const unmet = refuseConditions(call, cluster);
  if (unmet) return unmet;
  if (!cluster) return notModelled('the creation of a managed cluster');
  const refused = refuseUpdate(world, cluster, body);
  if (refused) return refused;
  const { properties } = body;
  const before = shownSwitches(world, cluster);
  const wanted = {
    oidcIssuer: properties.oidcIssuerProfile?.enabled ?? before.oidcIssuer,
    workloadIdentity: properties.securityProfile?.workloadIdentity?.enabled ?? before.workloadIdentity,
  };
  if (wanted.workloadIdentity && !wanted.oidcIssuer)
    // The rule is documented, code and text are a guess.
    return aksError(400, 'InvalidParameter', 'Workload identity requires the OIDC issuer to be enabled.', {
      target: 'securityProfile.workloadIdentity.enabled',
    });
  for (const name of optional) {
    if (name === 'apiServerAccessProfile' && cluster.privateCluster) continue;
    if (properties[name] === undefined || properties[name] === null) delete cluster.properties[name];
    else cluster.properties[name] = properties[name];
  }
  cluster.tags = body.tags ?? {};
  const operation = startOperation(world, cluster, wanted);
  world.ledger.record({
    service: 'arm',
    operation: 'cluster.put',
    target: cluster.id,
    actor: caller.oid,
    detail: { before, wanted },
  });
  const headers = { 'azure-asyncoperation': operationUrl(world, operation) };
  return aksJson(200, clusterBody(cluster, wanted), headers);
}

const read = `${clusterType}/read`;
export const clusterRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: `/subscriptions/:subscription/providers/${clusterType}`,
    operation: 'cluster.list',
    action: read,
    listed: true,
    answer: (call) => list(call, `/subscriptions/${call.params.subscription}`),
  },
  {
    method: 'GET',
    path: `/subscriptions/:subscription/resourcegroups/:group/providers/${clusterType}`,
    operation: 'cluster.list-in-group',
    action: read,
    scope: ({ subscription = '', group = '' }) => groupId(subscription, group),
    answer: (call) => {
      const { subscription = '', group = '' } = call.params;
      if (!findGroup(call.world, subscription, group)) return resourceGroupNotFound(group);
      return list(call, `/subscriptions/${subscription}/resourcegroups/${group}`);
    },
  },
  {
    method: 'GET',
    path: clusterPath,
    operation: 'cluster.get',
    action: read,
    answer: async (call) => {
      await settle(call.world);
      const cluster = findCluster(call.world, call.params);
      return cluster ? aksJson(200, clusterBody(cluster, shownSwitches(call.world, cluster))) : clusterMissing(call);
    },
  },
  { method: 'PUT', path: clusterPath, operation: 'cluster.put', action: `${clusterType}/write`, answer: put },
];
