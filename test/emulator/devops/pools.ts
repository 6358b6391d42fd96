import { parseJson, type Route } from '../core/service.ts';
import type { DevopsOrganization } from '../core/world.ts';
import { namespaces } from './access-control.ts';
import { type Answer, type Context, counted, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { accessDenied, invalid, refusal } from './envelope.ts';
import { guidOf } from './identifiers.ts';
import type { LocationName } from './locations.ts';
import { poolRoles, rightsOn } from './permission-evaluation.ts';
import { identityRef } from './subjects.ts';

type Pool = DevopsOrganization['pools'][number];
const roleScope = 'distributedtask.agentpoolrole';
const view = 1;
const administer = 8;

const bitsOf = ({ world, organization, member }: Context, pool: Pool) =>
  rightsOn(world, organization, member, namespaces.distributedTask, `AgentPools/${pool.id}`);

function poolObject(context: Context, pool: Pool) {
  const owner = context.organization.members[0];
  const identity = owner ? identityRef(context, owner) : undefined;
  return {
    createdOn: '2026-01-15T07:05:40.847Z',
    autoProvision: false,
    autoUpdate: true,
    autoSize: true,
    targetSize: null,
    agentCloudId: null,
    createdBy: identity,
    owner: identity,
    id: pool.id,
    scope: context.organization.id,
    name: pool.name,
    isHosted: false,
    poolType: 'automation',
    size: pool.agents.length,
    isLegacy: false,
    options: 'none',
  };
}

function list(context: Context): Answer {
  const name = parameter(context.query, 'poolName')?.toLowerCase();
  const filter = parameter(context.query, 'actionFilter')?.toLowerCase();
  const needed = filter === 'manage' ? 2 : filter === 'use' ? 16 : view;
  return counted(
    context.organization.pools
      .filter(
        (pool) => (name === undefined || pool.name.toLowerCase() === name) && (bitsOf(context, pool) & needed) !== 0,
      )
      .map((pool) => poolObject(context, pool)),
  );
}

function find(context: Context): Pool {
  const pool = context.organization.pools.find(({ id }) => id === Number(context.params.pool));
  if (!pool || (bitsOf(context, pool) & view) === 0)
    throw refusal(404, 'TaskAgentPoolNotFoundException', `No agent pool found with identifier ${context.params.pool}.`);
  return pool;
}

function agentObject(context: Context, pool: Pool, agent: Pool['agents'][number]) {
  const core = context.url('core');
  return {
    _links: {
      self: { href: `${core}/_apis/distributedtask/pools/${pool.id}/agents/${agent.id}` },
      web: { href: `${core}/_settings/agentpools?view=jobs&poolId=${pool.id}&agentId=${agent.id}` },
    },
    maxParallelism: 1,
    createdOn: '2026-01-15T07:06:12.51Z',
    authorization: { clientId: guidOf(`agent ${context.organization.name}/${pool.id}/${agent.id}`) },
    id: agent.id,
    name: agent.name,
    version: agent.version,
    osDescription: 'Linux 6.6.96 #1 SMP x64',
    enabled: agent.enabled,
    status: agent.status,
    provisioningState: 'Provisioned',
    accessPoint: 'CodexAccessMapping',
  };
}
function agents(context: Context): Answer {
  const pool = find(context);
  const name = parameter(context.query, 'agentName')?.toLowerCase();
  return counted(
    pool.agents
      .filter((agent) => name === undefined || agent.name.toLowerCase() === name)
      .map((agent) => agentObject(context, pool, agent)),
  );
}

const role = (name: string) => ({
  displayName: name,
  name,
  allowPermissions: poolRoles[name] ?? 0,
  denyPermissions: 0,
  identifier: `${roleScope}.${name}`,
  description: `${name} of the agent pool.`,
  scope: roleScope,
});

function assignmentPool(context: Context): Pool {
  if (context.params.scope?.toLowerCase() !== roleScope)
    throw refusal(404, 'InvalidSecurityRoleScopeException', `The role scope ${context.params.scope} is not modelled.`);
  return find(context);
}

/** Entries for ids that are no storage key vanish without a word: count 0 and status 200. */
function assignments(context: Context, pool: Pool, ids: readonly string[]): Answer {
  return counted(
    ids.flatMap((id) => {
      const member = context.organization.members.find((entry) => entry.id === id);
      const name = pool.scopeRoles.get(id);
      if (!member || !name) return [];
      const identity = { displayName: member.displayName, id, uniqueName: member.principalName };
      return [{ identity, role: role(name), access: 'assigned', accessDisplayName: 'Assigned' }];
    }),
  );
}

function assign(context: Context): Answer {
  const pool = assignmentPool(context);
  const wanted = parseJson<{ userId?: unknown; roleName?: unknown }[]>(context.request);
  if (!Array.isArray(wanted)) throw invalid("Value cannot be null. Parameter name: 'roleAssignments'");
  if ((bitsOf(context, pool) & administer) === 0)
    throw accessDenied(context.member.displayName, pool.name, 'Administer Permissions');
  const done = wanted.flatMap(({ userId, roleName }) => {
    const member = context.organization.members.find(({ id }) => id === String(userId).toLowerCase());
    if (!member || !Object.hasOwn(poolRoles, String(roleName))) return [];
    pool.scopeRoles.set(member.id, String(roleName));
    return [member.id];
  });
  if (done.length > 0) context.record(`pools/${pool.id}`, { roles: wanted });
  return assignments(context, pool, done);
}

const endpoint = (
  method: string,
  path: string,
  operation: string,
  location: LocationName,
  handle: (context: Context) => Answer,
) =>
  organizationEndpoint({
    method,
    path: `/:organization/_apis/${path}`,
    operation,
    hosts: ['core'],
    location,
    scope: method === 'GET' ? 'vso.agentpools' : 'vso.agentpools_manage',
    handle,
  });
const roles = 'securityroles/scopes/:scope/roleassignments/resources/:pool';

export const poolRoutes: readonly Route[] = [
  endpoint('GET', 'distributedtask/pools', 'pools.list', 'pools', list),
  endpoint('GET', 'distributedtask/pools/:pool', 'pools.get', 'pools', (context) =>
    ok(poolObject(context, find(context))),
  ),
  endpoint('GET', 'distributedtask/pools/:pool/agents', 'agents.list', 'agents', agents),
  endpoint(
    'GET',
    'distributedtask/pools/:pool/permissions/:bits',
    'poolPermissions.evaluate',
    'poolPermissions',
    (context) => {
      const bits = Number(context.params.bits);
      return ok((bitsOf(context, find(context)) & bits) === bits);
    },
  ),
  endpoint('GET', roles, 'roleAssignments.list', 'roleAssignments', (context) => {
    const pool = assignmentPool(context);
    return assignments(context, pool, [...pool.scopeRoles.keys()]);
  }),
  endpoint('PUT', roles, 'roleAssignments.set', 'roleAssignments', assign),
  endpoint(
    'GET',
    'securityroles/scopes/:scope/roledefinitions',
    'roleDefinitions.list',
    'roleDefinitions',
    (context) => {
      if (context.params.scope?.toLowerCase() !== roleScope) return counted([]);
      return counted(Object.keys(poolRoles).map(role));
    },
  ),
];
