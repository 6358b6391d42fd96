import type { Arm } from '../ports.ts';
import type { ArmContext } from './arm/context.ts';

/**
 * Azure Resource Manager on the management SDKs. Each costs 80 to 110 ms to load, so a file that needs one is imported when its
 * first operation is called.
 */
export function createArm(context: ArmContext): Arm {
  const subscriptions = () => import('./arm/subscriptions.ts');
  const clusters = () => import('./arm/clusters.ts');
  const identities = () => import('./arm/identities.ts');
  const credentials = () => import('./arm/credentials.ts');

  const listSubscriptions: Arm['listSubscriptions'] = async (signal) =>
    (await subscriptions()).listSubscriptions(context, signal);
  let names: Promise<ReadonlyMap<string, string>> | undefined;
  const nameSubscriptions = async (signal: AbortSignal) => {
    const all = await listSubscriptions(signal);
    return new Map(all.map(({ id, name }) => [id.toLowerCase(), name]));
  };
  // Only for display: a resource whose subscription cannot be named is still a resource.
  const subscriptionName = (signal: AbortSignal) => async (id: string) => {
    try {
      names ??= nameSubscriptions(signal);
      return (await names).get(id.toLowerCase()) ?? id;
    } catch {
      names = undefined;
      signal.throwIfAborted();
      return id;
    }
  };

  return {
    listSubscriptions,
    async listClusters(signal) {
      const [{ listClusters }, all] = await Promise.all([clusters(), listSubscriptions(signal)]);
      return listClusters(context, all, signal);
    },
    async getCluster(id, signal) {
      return (await clusters()).getCluster(context, id, subscriptionName(signal), signal);
    },
    async enableFederation(id, switches, progress, signal) {
      const { enableFederation } = await import('./arm/federation.ts');
      return enableFederation(context, id, switches, progress, signal);
    },
    async listResourceGroups(subscriptionId, signal) {
      return (await subscriptions()).listResourceGroups(context, subscriptionId, signal);
    },
    async listLocations(subscriptionId, signal) {
      return (await subscriptions()).listLocations(context, subscriptionId, signal);
    },
    async listIdentities(signal) {
      const [{ listIdentities }, all] = await Promise.all([identities(), listSubscriptions(signal)]);
      return listIdentities(context, all, signal);
    },
    async getIdentity(id, signal) {
      return (await identities()).getIdentity(context, id, subscriptionName(signal), signal);
    },
    async createIdentity(identity, signal) {
      return (await identities()).createIdentity(context, identity, subscriptionName(signal), signal);
    },
    async deleteIdentity(id, signal) {
      return (await identities()).deleteIdentity(context, id, signal);
    },
    async listCredentials(identityId, signal) {
      return (await credentials()).listCredentials(context, identityId, signal);
    },
    async putCredential(identityId, name, credential, signal) {
      return (await credentials()).putCredential(context, identityId, name, credential, signal);
    },
    async deleteCredential(identityId, name, signal) {
      return (await credentials()).deleteCredential(context, identityId, name, signal);
    },
    async listPermissions(scope, signal) {
      return (await import('./arm/permissions.ts')).listPermissions(context, scope, signal);
    },
    async listRoleAssignments(subscriptionId, signal) {
      return (await import('./arm/role-assignments.ts')).listRoleAssignments(context, subscriptionId, signal);
    },
  };
}
