import { randomUUID } from 'node:crypto';
import { parseJson } from '../core/service.ts';
import type { World } from '../core/world.ts';
import { allows, sees } from './authorization.ts';
import { clusterBody, clusterType } from './cluster-body.ts';
import { settle, shownSwitches } from './cluster-operations.ts';
import type { ArmRoute, Call } from './gateway.ts';
import { identityType } from './identities.ts';
import { QueryError, type Row, runQuery } from './resource-query.ts';
import { armJson } from './respond.ts';
import { take } from './throttle.ts';

/** Per user. Source: Resource Graph guidance for throttled requests. */
const quota = { size: 15, perSecond: 3 };

interface Body {
  subscriptions?: string[];
  managementGroups?: string[];
  query?: string;
  options?: { $top?: number; $skip?: number; $skipToken?: string; resultFormat?: string };
}

/** Types are lower-case in Resource Graph, ids keep their casing. */
function resources(world: World, caller: string, within: readonly string[]): Row[] {
  const inScope = ({ subscriptionId }: { subscriptionId: string }) => within.includes(subscriptionId);
  const clusters = [...world.azure.clusters.values()]
    .filter(inScope)
    .filter(({ id }) => allows(world, caller, `${clusterType}/read`, id))
    .map((cluster) => {
      const {
        id,
        name,
        location,
        tags = {},
        properties,
        identity,
        sku,
      } = clusterBody(cluster, shownSwitches(world, cluster));
      const { subscriptionId, resourceGroup } = cluster;
      const type = clusterType.toLowerCase();
      return { id, name, type, location, resourceGroup, subscriptionId, tags, properties, identity, sku };
    });
  const identities = [...world.azure.identities.values()]
    .filter(inScope)
    .filter(({ id }) => allows(world, caller, `${identityType}/read`, id))
    .map(({ id, name, location, resourceGroup, subscriptionId, tenantId, tags, principalId, clientId }) => ({
      id,
      name,
      type: identityType.toLowerCase(),
      tenantId,
      location,
      resourceGroup,
      subscriptionId,
      tags,
      properties: { tenantId, principalId, clientId },
    }));
  return [...clusters, ...identities];
}

function containers(world: World, caller: string, within: readonly string[]): Row[] {
  const groups = [...world.azure.resourceGroups.values()]
    .filter(({ subscriptionId }) => within.includes(subscriptionId))
    .filter(({ id }) => allows(world, caller, 'Microsoft.Resources/subscriptions/resourceGroups/read', id))
    .map(({ id, name, subscriptionId, location, tags }) => ({
      id,
      name,
      type: 'microsoft.resources/subscriptions/resourcegroups',
      location,
      resourceGroup: name,
      subscriptionId,
      tags,
      properties: { provisioningState: 'Succeeded' },
    }));
  const subscriptions = world.azure.subscriptions
    .filter(({ id }) => within.includes(id))
    .map(({ id, name, tenantId, state }) => ({
      id: `/subscriptions/${id}`,
      name,
      type: 'microsoft.resources/subscriptions',
      tenantId,
      subscriptionId: id,
      properties: { state },
    }));
  return [...subscriptions, ...groups];
}

function support(world: World): string {
  const timestamp = new Date(world.clock.now()).toISOString().replace('Z', '0000Z');
  return `Please provide below info when asking for support: timestamp = ${timestamp}, correlationId = ${randomUUID()}.`;
}

function badRequest(world: World, details: unknown[], headers: Record<string, string>) {
  return armJson(400, { error: { code: 'BadRequest', message: support(world), details } }, headers);
}

async function search({ request, world, caller }: Call) {
  await settle(world);
  const left = take(world, `resource-graph/${caller.oid}`, quota);
  const remaining = 'left' in left ? String(left.left) : '0';
  const headers = {
    'x-ms-ratelimit-remaining-tenant-resource-requests': remaining,
    'x-ms-user-quota-remaining': remaining,
    'x-ms-user-quota-resets-after': '00:00:05',
  };
  if ('retryAfterSeconds' in left)
    return armJson(
      429,
      {
        error: {
          code: 'RateLimiting',
          message: support(world),
          details: [
            {
              code: 'RateLimiting',
              message:
                'Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.',
            },
          ],
        },
      },
      { ...headers, 'retry-after': String(left.retryAfterSeconds) },
    );
  const body = parseJson<Body>(request);
  const invalid = {
    code: 'InvalidQuery',
    message:
      'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
  };
  if (!body?.query) return badRequest(world, [invalid], headers);
  const visible = world.azure.subscriptions
    .filter(({ id, tenantId }) => tenantId === caller.tenantId && sees(world, caller.oid, `/subscriptions/${id}`))
    .map(({ id }) => id)
    .filter((id) => !body.subscriptions || body.subscriptions.some((wanted) => wanted.toLowerCase() === id));
  try {
    const rows = runQuery(body.query, {
      resources: () => resources(world, caller.oid, visible),
      resourcecontainers: () => containers(world, caller.oid, visible),
    });
    const { $top = 100, $skip = 0, $skipToken, resultFormat } = body.options ?? {};
    const from = $skipToken ? readToken($skipToken) : $skip;
    const data = rows.slice(from, from + Math.min($top, 1_000));
    const next = from + data.length;
    // Paging needs a stable key: without `id` among the columns the rest is cut off and said to be.
    const more = next < rows.length;
    const pages = more && rows.every((row) => 'id' in row);
    return armJson(
      200,
      {
        totalRecords: rows.length,
        count: data.length,
        data: resultFormat === 'table' ? table(data) : data,
        facets: [],
        resultTruncated: more && !pages ? 'true' : 'false',
        ...(pages ? { $skipToken: Buffer.from(JSON.stringify({ $id: '1', from: next })).toString('base64') } : {}),
      },
      headers,
    );
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { line, position, token } = error;
    const parser = { code: 'ParserFailure', message: 'ParserFailure', line, characterPositionInLine: position, token };
    return badRequest(world, [invalid, { ...parser, expectedToken: 'Ǐ' }], headers);
  }
}

function readToken(token: string): number {
  try {
    return Number((JSON.parse(Buffer.from(token, 'base64').toString()) as { from?: unknown }).from) || 0;
  } catch {
    return 0;
  }
}

function table(rows: readonly Row[]) {
  const names = Object.keys(rows[0] ?? {});
  return {
    columns: names.map((name) => ({ name, type: typeof rows[0]?.[name] === 'object' ? 'object' : 'string' })),
    rows: rows.map((row) => names.map((name) => row[name])),
  };
}

export const resourceGraphRoutes: ArmRoute[] = [
  {
    method: 'POST',
    path: '/providers/Microsoft.ResourceGraph/resources',
    operation: 'resource-graph.query',
    action: 'Microsoft.ResourceGraph/resources/read',
    listed: true,
    ownQuota: true,
    answer: search,
  },
];
