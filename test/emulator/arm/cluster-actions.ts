import type { AzureCluster, World } from '../core/world.ts';
import { clusterType } from './cluster-body.ts';
import { clusterMissing, clusterPath, findCluster } from './clusters.ts';
import type { ArmRoute } from './gateway.ts';
import { aksError, aksJson, notModelled } from './respond.ts';

/** The AKS server application and the public client that kubelogin signs in with: the same in every tenant. Source: AKS kubelogin documentation. */
const serverId = '6dae42f8-4368-4678-94ff-3960e28e3630';
const clientId = '80faf920-1908-4b52-b5ef-a8e7bedfc67a';

function signIn(tenantId: string, server: string, format: string | null): string {
  if (format === 'azure')
    return `    auth-provider:
      config:
        apiserver-id: ${serverId}
        client-id: ${clientId}
        config-mode: '1'
        environment: AzurePublicCloud
        tenant-id: ${tenantId}
      name: azure
`;
  const values = {
    '--environment': 'AzurePublicCloud',
    '--server-id': server,
    '--client-id': clientId,
    '--tenant-id': tenantId,
    '--login': 'devicecode',
  };
  const flags = Object.entries(values).map(([flag, value]) => `      - ${flag}\n      - ${value}\n`);
  return `    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - get-token
${flags.join('')}      command: kubelogin
      env: null
      installHint: |2

        kubelogin is not installed which is required to connect to AAD enabled cluster.

        To learn more, please go to https://aka.ms/aks/kubelogin
      provideClusterInfo: false
`;
}

/** Kubeconfig of an Entra-integrated cluster: an address, a CA and a way to sign in, but no credential. */
export function kubeconfig(world: World, cluster: AzureCluster, format: string | null): string {
  const { tenantID = '' } = (cluster.properties.aadProfile ?? {}) as { tenantID?: string };
  const user = `clusterUser_${cluster.resourceGroup}_${cluster.name}`;
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(world.caPem).toString('base64')}
    server: ${world.url(cluster.fqdn)}
  name: ${cluster.name}
contexts:
- context:
    cluster: ${cluster.name}
    user: ${user}
  name: ${cluster.name}
current-context: ${cluster.name}
kind: Config
preferences: {}
users:
- name: ${user}
  user:
${signIn(tenantID, serverId, format)}`;
}

export const clusterActionRoutes: ArmRoute[] = [
  {
    method: 'POST',
    path: `${clusterPath}/listClusterUserCredential`,
    operation: 'cluster.user-credential',
    action: `${clusterType}/listClusterUserCredential/action`,
    scope: ({ subscription, group, cluster }) =>
      `/subscriptions/${subscription}/resourceGroups/${group}/providers/${clusterType}/${cluster}`,
    answer: (call) => {
      const cluster = findCluster(call.world, call.params);
      if (!cluster) return clusterMissing(call);
      if (!cluster.properties.aadProfile)
        return notModelled('the user credential of a cluster without Entra integration');
      const value = kubeconfig(call.world, cluster, call.request.query.get('format'));
      return aksJson(200, { kubeconfigs: [{ name: 'clusterUser', value: Buffer.from(value).toString('base64') }] });
    },
  },
  {
    method: 'POST',
    path: `${clusterPath}/listClusterAdminCredential`,
    operation: 'cluster.admin-credential',
    action: `${clusterType}/listClusterAdminCredential/action`,
    scope: ({ subscription, group, cluster }) =>
      `/subscriptions/${subscription}/resourceGroups/${group}/providers/${clusterType}/${cluster}`,
    answer: (call) => {
      const cluster = findCluster(call.world, call.params);
      if (!cluster) return clusterMissing(call);
      if (cluster.properties.disableLocalAccounts === false) return notModelled('local accounts of a cluster');
      return aksError(
        400,
        'BadRequest',
        'Getting static credential is not allowed because this cluster is set to disable local accounts.',
      );
    },
  },
  {
    method: 'POST',
    path: `${clusterPath}/runCommand`,
    operation: 'cluster.run-command',
    action: `${clusterType}/runcommand/action`,
    scope: ({ subscription, group, cluster }) =>
      `/subscriptions/${subscription}/resourceGroups/${group}/providers/${clusterType}/${cluster}`,
    answer: (call) =>
      findCluster(call.world, call.params) ? notModelled('commands run through ARM') : clusterMissing(call),
  },
  {
    method: 'GET',
    path: `${clusterPath}/identityBindings`,
    operation: 'identity-binding.list',
    action: `${clusterType}/identityBindings/read`,
    answer: (call) => (findCluster(call.world, call.params) ? aksJson(200, { value: [] }) : clusterMissing(call)),
  },
];
