import type { AzureCluster } from '../core/world.ts';
import { guid } from '../world/guid.ts';

export const clusterType = 'Microsoft.ContainerService/managedClusters';

/** The switches as ARM shows them: during an update it already shows what is wanted, issuer URL included. */
export interface Switches {
  readonly oidcIssuer: boolean;
  readonly workloadIdentity: boolean;
}

/** Parts of a cluster that a PUT may carry and that this emulator keeps as they are unless the seed says otherwise. */
export function clusterProperties(cluster: AzureCluster, switches: Switches): Record<string, unknown> {
  const { kubernetesVersion: version, provisioningState, powerState, fqdn, privateCluster, properties: own } = cluster;
  const [dnsHost = '', ...domain] = fqdn.split('.');
  const updating = provisioningState === 'Succeeded' ? 'Succeeded' : provisioningState;
  return {
    provisioningState,
    powerState: { code: powerState },
    kubernetesVersion: version,
    currentKubernetesVersion: version,
    dnsPrefix: own.dnsPrefix ?? cluster.name,
    ...(privateCluster ? { privateFQDN: fqdn } : { fqdn }),
    azurePortalFQDN: privateCluster
      ? `${dnsHost}.portal.hcp.${cluster.location}.azmk8s.io`
      : [dnsHost, 'portal', ...domain].join('.'),
    agentPoolProfiles: own.agentPoolProfiles ?? [agentPool(version, updating, powerState)],
    linuxProfile: own.linuxProfile ?? {
      adminUsername: 'azureuser',
      ssh: { publicKeys: [{ keyData: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIContosoPublicKeyOnly contoso' }] },
    },
    servicePrincipalProfile: { clientId: 'msi' },
    ...(own.addonProfiles ? { addonProfiles: own.addonProfiles } : {}),
    nodeResourceGroup: own.nodeResourceGroup,
    enableRBAC: true,
    supportPlan: 'KubernetesOfficial',
    networkProfile: own.networkProfile ?? networkProfile,
    ...(own.aadProfile ? { aadProfile: own.aadProfile } : {}),
    ...(own.autoUpgradeProfile ? { autoUpgradeProfile: own.autoUpgradeProfile } : {}),
    ...(privateCluster
      ? {
          apiServerAccessProfile: {
            enablePrivateCluster: true,
            privateDNSZone: 'system',
            enablePrivateClusterPublicFQDN: false,
          },
        }
      : own.apiServerAccessProfile
        ? { apiServerAccessProfile: own.apiServerAccessProfile }
        : {}),
    maxAgentPools: 100,
    identityProfile: { kubeletidentity: cluster.kubelet },
    disableLocalAccounts: own.disableLocalAccounts ?? true,
    securityProfile: {
      ...((own.securityProfile as Record<string, unknown> | undefined) ?? {}),
      ...(switches.workloadIdentity ? { workloadIdentity: { enabled: true } } : {}),
    },
    storageProfile: own.storageProfile ?? {
      diskCSIDriver: { enabled: true },
      fileCSIDriver: { enabled: true },
      snapshotController: { enabled: true },
    },
    oidcIssuerProfile: switches.oidcIssuer ? { enabled: true, issuerURL: cluster.issuerUrl } : { enabled: false },
    workloadAutoScalerProfile: own.workloadAutoScalerProfile ?? {},
    resourceUID: guid(`resource-uid/${cluster.id}`).replaceAll('-', '').slice(0, 24),
  };
}

export function clusterBody(cluster: AzureCluster, switches: Switches) {
  return {
    id: cluster.id,
    location: cluster.location,
    name: cluster.name,
    ...(cluster.tags && Object.keys(cluster.tags).length > 0 ? { tags: cluster.tags } : {}),
    type: 'Microsoft.ContainerService/ManagedClusters',
    properties: clusterProperties(cluster, switches),
    identity: {
      type: 'SystemAssigned',
      principalId: guid(`control-plane/${cluster.id}`),
      tenantId: (cluster.properties.aadProfile as { tenantID?: string } | undefined)?.tenantID,
    },
    sku: { name: 'Base', tier: 'Standard' },
    eTag: cluster.eTag,
  };
}

function agentPool(version: string, provisioningState: string, powerState: string) {
  return {
    name: 'nodepool1',
    count: 3,
    vmSize: 'Standard_D4s_v5',
    osDiskSizeGB: 128,
    osDiskType: 'Managed',
    kubeletDiskType: 'OS',
    maxPods: 110,
    type: 'VirtualMachineScaleSets',
    enableAutoScaling: false,
    provisioningState,
    powerState: { code: powerState },
    orchestratorVersion: version,
    currentOrchestratorVersion: version,
    enableNodePublicIP: false,
    mode: 'System',
    enableEncryptionAtHost: false,
    enableUltraSSD: false,
    osType: 'Linux',
    osSKU: 'Ubuntu',
    upgradeSettings: { maxSurge: '10%' },
    enableFIPS: false,
  };
}

const networkProfile = {
  networkPlugin: 'azure',
  networkPluginMode: 'overlay',
  networkPolicy: 'none',
  networkDataplane: 'azure',
  loadBalancerSku: 'standard',
  loadBalancerProfile: { managedOutboundIPs: { count: 1 }, backendPoolType: 'nodeIPConfiguration' },
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.0.0.0/16',
  dnsServiceIP: '10.0.0.10',
  outboundType: 'loadBalancer',
  podCidrs: ['10.244.0.0/16'],
  serviceCidrs: ['10.0.0.0/16'],
  ipFamilies: ['IPv4'],
};
