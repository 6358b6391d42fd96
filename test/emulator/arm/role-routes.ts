import type { Grant, World } from '../core/world.ts';
import { builtInRoles } from '../world/azure-roles.ts';
import { guid } from '../world/guid.ts';
import { covers, grantsOn } from './authorization.ts';
import type { ArmRoute, Call } from './gateway.ts';
import { findGroup } from './resource-groups.ts';
import { armJson, notModelled, providerError, resourceGroupNotFound } from './respond.ts';

const provider = 'Microsoft.Authorization';

/** `*scope` as ARM reads it: one leading slash, no doubled ones. */
function scopeOf({ scope = '' }: Call['params']): string {
  const clean = scope.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, '');
  return clean === '' ? '/' : `/${clean}`;
}

function refuseGroup({ world, params }: Call) {
  const match = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)/i.exec(scopeOf(params));
  return match && !findGroup(world, match[1], match[2]) ? resourceGroupNotFound(match[2] ?? '') : undefined;
}

function roleId(name: string): string {
  // A role of the world's own, which is none of the built-in ones, still has one id.
  return builtInRoles.find((role) => role.name === name)?.id ?? guid(`role/${name}`);
}

function assignmentBody(world: World, grant: Grant) {
  const subscription = /^\/subscriptions\/[^/]+/.exec(grant.scope)?.[0] ?? '';
  const scope = grant.scope.replace('/resourcegroups/', '/resourceGroups/');
  const name = guid(`assignment/${grant.principalId}/${grant.role}/${grant.scope}`);
  const people = world.directory.tenants.flatMap(({ users }) => users);
  return {
    properties: {
      roleDefinitionId: `${subscription}/providers/${provider}/roleDefinitions/${roleId(grant.role)}`,
      principalId: grant.principalId,
      principalType: people.some(({ oid }) => oid === grant.principalId) ? 'User' : 'ServicePrincipal',
      scope,
      condition: null,
      conditionVersion: null,
      createdOn: '2026-01-12T08:00:00.0000000Z',
      updatedOn: '2026-01-12T08:00:00.0000000Z',
      createdBy: null,
      updatedBy: null,
      delegatedManagedIdentityResourceId: null,
      description: null,
    },
    id: `${scope}/providers/${provider}/roleAssignments/${name}`,
    type: `${provider}/roleAssignments`,
    name,
  };
}

function listAssignments(call: Call) {
  const { request, world, params } = call;
  const missing = refuseGroup(call);
  if (missing) return missing;
  const scope = scopeOf(params);
  const filter = request.query.get('$filter')?.trim() ?? '';
  const principal = /^(?:principalId eq '([^']*)'|assignedTo\('([^']*)'\))$/i.exec(filter);
  if (filter !== '' && filter.toLowerCase() !== 'atscope()' && !principal)
    return providerError(
      400,
      'UnsupportedQuery',
      `The filter '${filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.`,
    );
  const wanted = principal?.[1] ?? principal?.[2];
  const value = world.azure.grants
    .filter(
      (grant) => covers(grant.scope, scope) || (filter.toLowerCase() !== 'atscope()' && covers(scope, grant.scope)),
    )
    .filter((grant) => wanted === undefined || grant.principalId === wanted.toLowerCase())
    .map((grant) => assignmentBody(world, grant));
  return armJson(200, { value });
}

function definitionBody(scope: string, role: (typeof builtInRoles)[number]) {
  const { id, name, description, actions, notActions, dataActions, notDataActions } = role;
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? '';
  return {
    properties: {
      roleName: name,
      type: 'BuiltInRole',
      description,
      assignableScopes: ['/'],
      permissions: [{ actions, notActions, dataActions, notDataActions }],
      createdOn: '2015-02-02T21:55:09.8806423Z',
      updatedOn: '2023-11-10T00:28:48.9240346Z',
      createdBy: null,
      updatedBy: null,
    },
    id: `${subscription}/providers/${provider}/roleDefinitions/${id}`,
    type: `${provider}/roleDefinitions`,
    name: id,
  };
}

export const roleRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: `/*scope/providers/${provider}/permissions`,
    operation: 'permission.list',
    action: `${provider}/permissions/read`,
    // Everybody may ask what they themselves may do; who holds nothing in the subscription is still refused.
    listed: true,
    answer: (call) => {
      const missing = refuseGroup(call);
      if (missing) return missing;
      const value = grantsOn(call.world, call.caller.oid, scopeOf(call.params)).map(
        ({ actions, notActions, dataActions = [], notDataActions = [] }) => ({
          actions,
          notActions,
          dataActions,
          notDataActions,
        }),
      );
      return armJson(200, { value });
    },
  },
  {
    method: 'GET',
    path: `/*scope/providers/${provider}/roleAssignments`,
    operation: 'role-assignment.list',
    action: `${provider}/roleAssignments/read`,
    scope: scopeOf,
    answer: listAssignments,
  },
  {
    method: 'PUT',
    path: `/*scope/providers/${provider}/roleAssignments/:assignment`,
    operation: 'role-assignment.put',
    action: `${provider}/roleAssignments/write`,
    scope: scopeOf,
    answer: () => notModelled('the writing of role assignments'),
  },
  {
    method: 'GET',
    path: `/*scope/providers/${provider}/roleDefinitions`,
    operation: 'role-definition.list',
    action: `${provider}/roleDefinitions/read`,
    scope: scopeOf,
    answer: ({ request, params }) => {
      const filter = request.query.get('$filter')?.trim() ?? '';
      const name = /^roleName eq '([^']*)'$/i.exec(filter)?.[1];
      if (filter !== '' && name === undefined && filter.toLowerCase() !== 'atscopeandbelow()')
        return notModelled(`the filter ${filter} of role definitions`);
      const value = builtInRoles
        .filter((role) => name === undefined || role.name.toLowerCase() === name.toLowerCase())
        .map((role) => definitionBody(scopeOf(params), role));
      return armJson(200, { value });
    },
  },
  {
    method: 'GET',
    path: `/*scope/providers/${provider}/roleDefinitions/:role`,
    operation: 'role-definition.get',
    action: `${provider}/roleDefinitions/read`,
    scope: scopeOf,
    answer: ({ params }) => {
      const role = builtInRoles.find(({ id }) => id === params.role?.toLowerCase());
      if (role) return armJson(200, definitionBody(scopeOf(params), role));
      return providerError(
        404,
        'RoleDefinitionDoesNotExist',
        `The specified role definition with ID '${params.role?.replaceAll('-', '')}' does not exist.`,
      );
    },
  },
];
