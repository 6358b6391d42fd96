import type { Devops } from '../ports.ts';
import type { DevopsContext } from './devops/session.ts';

export function createDevops(context: DevopsContext): Devops {
  // The client costs 140 ms to load; the session keeps its route tables for as long as the ports live.
  let loading: ReturnType<typeof load> | undefined;
  const parts = () => (loading ??= load(context));
  return {
    async listOrganizations(signal) {
      const { session, organizations } = await parts();
      return organizations.listOrganizations(session, context, signal);
    },
    async getOrganization(name, signal) {
      return (await parts()).organizations.getOrganization(context, name, signal);
    },
    async whoAmI(organization, signal) {
      const { session, organizations } = await parts();
      return organizations.whoAmI(session, organization, signal);
    },
    async listProjects(organization, signal) {
      const { session, projects } = await parts();
      return projects.listProjects(session, organization, signal);
    },
    async getProject(organization, idOrName, signal) {
      const { session, projects } = await parts();
      return projects.getProject(session, organization, idOrName, signal);
    },
    async listRepositories(organization, projectId, signal) {
      const { session, projects } = await parts();
      return projects.listRepositories(session, context.cloud, organization, projectId, signal);
    },
    async getRepository(organization, projectId, idOrName, signal) {
      const { session, projects } = await parts();
      return projects.getRepository(session, context.cloud, organization, projectId, idOrName, signal);
    },
    async findProjectGroup(organization, projectId, name, signal) {
      const { session, graph } = await parts();
      const group = await graph.findProjectGroup(session, organization, projectId, name, signal);
      return group && { descriptor: group.descriptor, name: group.name };
    },
    async findServicePrincipal(organization, originId, signal) {
      const { session, entitlements } = await parts();
      return entitlements.findServicePrincipal(session, organization, originId, signal);
    },
    async addServicePrincipal(organization, originId, license, signal) {
      const { session, entitlements } = await parts();
      return entitlements.addServicePrincipal(session, organization, originId, license, signal);
    },
    async setLicense(organization, entitlementId, license, signal) {
      const { session, entitlements } = await parts();
      return entitlements.setLicense(session, organization, entitlementId, license, signal);
    },
    async removeServicePrincipal(organization, entitlementId, signal) {
      const { session, entitlements } = await parts();
      return entitlements.removeServicePrincipal(session, organization, entitlementId, signal);
    },
    async isMember(organization, subject, container, signal) {
      const { session, graph } = await parts();
      return graph.isMember(session, organization, subject, container, signal);
    },
    async addMember(organization, subject, container, signal) {
      const { session, graph } = await parts();
      return graph.addMember(session, organization, subject, container, signal);
    },
    async removeMember(organization, subject, container, signal) {
      const { session, graph } = await parts();
      return graph.removeMember(session, organization, subject, container, signal);
    },
    async ownRights(organization, projectId, signal) {
      const { session, rights } = await parts();
      return rights.ownRights(session, organization, projectId, signal);
    },
    async listServicePrincipals(organization, signal) {
      const { session, members } = await parts();
      return members.listServicePrincipals(session, organization, signal);
    },
    async listGroups(organization, signal) {
      const { session, members } = await parts();
      return members.listGroups(session, organization, signal);
    },
    async listContainers(organization, subject, signal) {
      const { session, members } = await parts();
      return members.listContainers(session, organization, subject, signal);
    },
    async getEntitlement(organization, descriptor, signal) {
      const { session, entitlements } = await parts();
      return entitlements.getEntitlement(session, organization, descriptor, signal);
    },
  };
}

async function load(context: DevopsContext) {
  const [{ DevopsSession }, organizations, projects, graph, entitlements, rights, members] = await Promise.all([
    import('./devops/session.ts'),
    import('./devops/organizations.ts'),
    import('./devops/projects.ts'),
    import('./devops/graph.ts'),
    import('./devops/entitlements.ts'),
    import('./devops/rights.ts'),
    import('./devops/members.ts'),
  ]);
  return { session: new DevopsSession(context), organizations, projects, graph, entitlements, rights, members };
}
