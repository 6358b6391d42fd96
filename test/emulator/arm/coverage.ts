export interface Coverage {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly status: 'supported' | 'partial';
  readonly testedBy: string;
  readonly notes: string;
}

const identities =
  '/subscriptions/:subscription/resourcegroups/:group/providers/Microsoft.ManagedIdentity/userAssignedIdentities';
const clusters =
  '/subscriptions/:subscription/resourcegroups/:group/providers/Microsoft.ContainerService/managedClusters';
const authorization = '/*scope/providers/Microsoft.Authorization';

function row(route: string, operation: string, testedBy: string, notes = '', status: Coverage['status'] = 'supported') {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, operation, status, testedBy: `${testedBy}.test.ts`, notes };
}

/** What of Azure Resource Manager is modelled, and where it is tested. Anything else is 501. */
export const armCoverage: readonly Coverage[] = [
  row('GET /subscriptions', 'subscription.list', 'subscriptions', 'Those with a role at or below them.'),
  row('GET /subscriptions/:subscription', 'subscription.get', 'subscriptions'),
  row(
    'GET /subscriptions/:subscription/locations',
    'location.list',
    'subscriptions',
    'Six regions, no zones.',
    'partial',
  ),
  row('GET /tenants', 'tenant.list', 'subscriptions', 'The home tenant only.', 'partial'),
  row(
    'GET /subscriptions/:subscription/resourcegroups',
    'resource-group.list',
    'subscriptions',
    'No $filter, no paging.',
    'partial',
  ),
  row('GET /subscriptions/:subscription/resourcegroups/:group', 'resource-group.get', 'subscriptions'),
  row('HEAD /subscriptions/:subscription/resourcegroups/:group', 'resource-group.exists', 'subscriptions'),
  row('PUT /subscriptions/:subscription/resourcegroups/:group', 'resource-group.put', 'subscriptions'),
  row(
    'DELETE /subscriptions/:subscription/resourcegroups/:group',
    'resource-group.delete',
    'subscriptions',
    'Not with clusters inside.',
    'partial',
  ),
  row('GET /subscriptions/:subscription/operationresults/:job', 'operation-result.get', 'subscriptions'),
  row(
    'GET /subscriptions/:subscription/providers/Microsoft.ManagedIdentity/userAssignedIdentities',
    'identity.list',
    'identities',
    'No paging.',
    'partial',
  ),
  row(`GET ${identities}`, 'identity.list-in-group', 'identities', 'No paging.', 'partial'),
  row(`GET ${identities}/:identity`, 'identity.get', 'identities'),
  row(
    `PUT ${identities}/:identity`,
    'identity.put',
    'identities',
    'Text for a bad name is a guess; isolationScope is None.',
  ),
  row(`PATCH ${identities}/:identity`, 'identity.patch', 'identities', 'Tags only.', 'partial'),
  row(`DELETE ${identities}/:identity`, 'identity.delete', 'identities'),
  row(`GET ${identities}/:identity/federatedIdentityCredentials`, 'credential.list', 'credentials'),
  row(`GET ${identities}/:identity/federatedIdentityCredentials/:credential`, 'credential.get', 'credentials'),
  row(
    `PUT ${identities}/:identity/federatedIdentityCredentials/:credential`,
    'credential.put',
    'credentials',
    'Code and text of the limit of 20 are guesses; a write takes 60 ms.',
  ),
  row(`DELETE ${identities}/:identity/federatedIdentityCredentials/:credential`, 'credential.delete', 'credentials'),
  row(
    'GET /subscriptions/:subscription/providers/Microsoft.ContainerService/managedClusters',
    'cluster.list',
    'clusters',
    'No paging.',
    'partial',
  ),
  row(`GET ${clusters}`, 'cluster.list-in-group', 'clusters', 'No paging.', 'partial'),
  row(`GET ${clusters}/:cluster`, 'cluster.get', 'clusters'),
  row(
    `PUT ${clusters}/:cluster`,
    'cluster.put',
    'clusters',
    'OIDC issuer, workload identity, tags and optional profiles; creation and other changes are 501.',
    'partial',
  ),
  row(
    `POST ${clusters}/:cluster/listClusterUserCredential`,
    'cluster.user-credential',
    'cluster-actions',
    'Entra-integrated clusters; formats exec and azure.',
    'partial',
  ),
  row(
    `POST ${clusters}/:cluster/listClusterAdminCredential`,
    'cluster.admin-credential',
    'cluster-actions',
    'Refused: local accounts are off.',
    'partial',
  ),
  row(
    `POST ${clusters}/:cluster/runCommand`,
    'cluster.run-command',
    'cluster-actions',
    'Rights are judged, then 501.',
    'partial',
  ),
  row(
    `GET ${clusters}/:cluster/identityBindings`,
    'identity-binding.list',
    'cluster-actions',
    'Always empty.',
    'partial',
  ),
  row(
    'GET /subscriptions/:subscription/providers/Microsoft.ContainerService/locations/:location/operations/:operation',
    'cluster-operation.get',
    'clusters',
  ),
  row(
    `GET ${clusters}/:cluster/providers/Microsoft.KubernetesConfiguration/extensions`,
    'extension.list',
    'cluster-actions',
    'Those that the seed installed.',
    'partial',
  ),
  row(
    `GET ${clusters}/:cluster/providers/Microsoft.KubernetesConfiguration/extensions/:extension`,
    'extension.get',
    'cluster-actions',
    'Those that the seed installed.',
    'partial',
  ),
  row(
    'POST /providers/Microsoft.ResourceGraph/resources',
    'resource-graph.query',
    'resource-graph',
    'Tables Resources and ResourceContainers; where, project, extend, order by, limit, count. No lag behind writes.',
    'partial',
  ),
  row(`GET ${authorization}/permissions`, 'permission.list', 'roles', 'Without deny assignments.', 'partial'),
  row(
    `GET ${authorization}/roleAssignments`,
    'role-assignment.list',
    'roles',
    'Direct assignments, no groups.',
    'partial',
  ),
  row(
    `PUT ${authorization}/roleAssignments/:assignment`,
    'role-assignment.put',
    'roles',
    'Rights are judged, then 501.',
    'partial',
  ),
  row(`GET ${authorization}/roleDefinitions`, 'role-definition.list', 'roles', 'Six built-in roles.', 'partial'),
  row(`GET ${authorization}/roleDefinitions/:role`, 'role-definition.get', 'roles', 'Six built-in roles.', 'partial'),
];
