import type { Service } from '../core/service.ts';
import { clusterActionRoutes } from './cluster-actions.ts';
import { operationRoutes } from './cluster-operations.ts';
import { clusterRoutes } from './clusters.ts';
import { credentialRoutes } from './credentials.ts';
import { extensionRoutes } from './extensions.ts';
import { type ArmRoute, guard } from './gateway.ts';
import { identityRoutes } from './identities.ts';
import { resourceGraphRoutes } from './resource-graph.ts';
import { resourceGroupRoutes } from './resource-groups.ts';
import { notModelled, withCommonHeaders } from './respond.ts';
import { roleRoutes } from './role-routes.ts';
import { subscriptionRoutes } from './subscriptions.ts';

export const armHost = 'management.azure.com';

/** Specific paths first: the scopes of the authorization provider match anything in front of it. */
const routes: ArmRoute[] = [
  ...subscriptionRoutes,
  ...resourceGroupRoutes,
  ...identityRoutes,
  ...credentialRoutes,
  ...clusterRoutes,
  ...clusterActionRoutes,
  ...operationRoutes,
  ...extensionRoutes,
  ...resourceGraphRoutes,
  ...roleRoutes,
];

/** Azure Resource Manager as far as this world needs it; everything else is 501. */
export function createArmService(): Service {
  return {
    name: 'arm',
    hosts: [armHost],
    routes: routes.map(guard),
    unknown: (request, world) =>
      withCommonHeaders(notModelled(`${request.method} ${request.path} of Azure Resource Manager`), request, world),
  };
}
