import type { Service } from '../core/service.ts';
import { hosts } from './context.ts';
import { isRejection, judge } from './credentials.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { findOrganization } from './endpoint.ts';
import { entitlementRoutes } from './entitlement-routes.ts';
import { notModelled, serialize, standardHeaders } from './envelope.ts';
import { gitRoutes } from './git-http.ts';
import { graphKeyRoutes } from './graph-keys.ts';
import { graphMembershipRoutes } from './graph-memberships.ts';
import { graphSubjectRoutes } from './graph-subjects.ts';
import { poolRoutes } from './pools.ts';
import { projectRoutes } from './projects.ts';
import { repositoryRoutes } from './repositories.ts';
import { securityRoutes } from './security-routes.ts';
import { restRejection } from './sign-in.ts';
import { teamRoutes } from './teams.ts';

/** Azure DevOps Services on its five hosts. Source of ids, shapes and texts: public recordings and Microsoft's specifications. */
export function createDevopsService(): Service {
  return {
    name: 'devops',
    hosts: Object.values(hosts),
    routes: [
      ...discoveryRoutes,
      ...projectRoutes,
      ...teamRoutes,
      ...repositoryRoutes,
      ...securityRoutes,
      ...poolRoutes,
      ...graphSubjectRoutes,
      ...graphMembershipRoutes,
      ...graphKeyRoutes,
      ...entitlementRoutes,
      ...gitRoutes,
    ],
    unknown: async (request, world) => {
      const standard = standardHeaders(request, world.clock.now());
      // Nobody learns what is modelled without being let in: a missing credential looks as it does everywhere.
      const name = request.path.split('/')[1] ?? '';
      const organization = findOrganization(world, { ...request, params: { organization: name } });
      const judged = organization ? await judge(world, request, organization, undefined) : undefined;
      if (organization && judged && isRejection(judged))
        return serialize(restRejection(judged, request, organization), standard);
      return serialize(notModelled(request), standard);
    },
  };
}
