import { ContainerServiceClient, type ManagedCluster } from '@azure/arm-containerservice';
import { type Cluster, parseArmId, type Subscription } from '../../model/azure.ts';
import type { Partial } from '../../ports.ts';
import { type ArmContext, connection } from './context.ts';
import { call, orUndefined } from './failure.ts';
import { collect, overSubscriptions } from './pages.ts';

export function clusterClient(
  context: ArmContext,
  subscriptionId: string,
  signal: AbortSignal,
): ContainerServiceClient {
  const { credential, options } = connection(context, signal);
  return new ContainerServiceClient(credential, subscriptionId, options);
}

export function listClusters(
  context: ArmContext,
  subscriptions: readonly Subscription[],
  signal: AbortSignal,
): Promise<Partial<Cluster>> {
  return overSubscriptions(subscriptions, signal, ({ id, name }) =>
    call('list clusters', { write: false, signal }, async () => {
      const client = clusterClient(context, id, signal);
      const found = await collect(client.managedClusters.list({ abortSignal: signal }), signal);
      return found.map((cluster) => toCluster(cluster, name));
    }),
  );
}

export async function getCluster(
  context: ArmContext,
  id: string,
  subscriptionName: (id: string) => Promise<string>,
  signal: AbortSignal,
): Promise<Cluster | undefined> {
  const { subscriptionId, resourceGroup, name } = parseArmId(id);
  const client = clusterClient(context, subscriptionId, signal);
  const [found, subscription] = await Promise.all([
    orUndefined(
      call('get cluster', { write: false, signal }, () =>
        client.managedClusters.get(resourceGroup, name, { abortSignal: signal }),
      ),
    ),
    subscriptionName(subscriptionId),
  ]);
  return found && toCluster(found, subscription);
}

/** The kubeconfig of an Entra-integrated cluster for its users: address and authority, no secret. */
export function listUserKubeconfig(context: ArmContext, id: string, signal: AbortSignal): Promise<string> {
  const { subscriptionId, resourceGroup, name } = parseArmId(id);
  return call('list cluster user credentials', { write: false, signal }, async () => {
    const { kubeconfigs } = await clusterClient(
      context,
      subscriptionId,
      signal,
    ).managedClusters.listClusterUserCredentials(resourceGroup, name, { format: 'exec', abortSignal: signal });
    const value = kubeconfigs?.[0]?.value;
    if (!value) throw new Error('The answer holds no kubeconfig.');
    return Buffer.from(value).toString('utf8');
  });
}

export function toCluster(cluster: ManagedCluster, subscriptionName: string): Cluster {
  const id = cluster.id ?? '';
  const { subscriptionId, resourceGroup, name } = parseArmId(id);
  const privateCluster = cluster.apiServerAccessProfile?.enablePrivateCluster ?? false;
  const kubelet = cluster.identityProfile?.kubeletidentity;
  return {
    id,
    name: cluster.name ?? name,
    subscriptionId,
    subscriptionName,
    resourceGroup,
    location: cluster.location,
    kubernetesVersion: cluster.currentKubernetesVersion ?? cluster.kubernetesVersion ?? '',
    provisioningState: cluster.provisioningState ?? 'Unknown',
    powerState: cluster.powerState?.code === 'Stopped' ? 'Stopped' : 'Running',
    privateCluster,
    fqdn: (privateCluster ? (cluster.privateFqdn ?? cluster.fqdn) : cluster.fqdn) ?? '',
    oidcIssuerEnabled: cluster.oidcIssuerProfile?.enabled ?? false,
    issuerUrl: cluster.oidcIssuerProfile?.issuerURL,
    workloadIdentityEnabled: cluster.securityProfile?.workloadIdentity?.enabled ?? false,
    entraIntegrated: cluster.aadProfile?.managed ?? false,
    azureRbac: cluster.aadProfile?.enableAzureRbac ?? false,
    kubeletClientId: kubelet?.clientId,
    kubeletObjectId: kubelet?.objectId,
    eTag: cluster.eTag,
    tags: cluster.tags ?? {},
  };
}
