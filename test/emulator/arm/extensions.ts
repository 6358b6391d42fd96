import type { AzureExtension, World } from '../core/world.ts';
import { clusterMissing, clusterPath, findCluster } from './clusters.ts';
import type { ArmRoute } from './gateway.ts';
import { armJson, providerError } from './respond.ts';

const provider = 'Microsoft.KubernetesConfiguration';
const path = `${clusterPath}/providers/${provider}/extensions`;
const versions = { 'api-supported-versions': '2023-05-01' };

function extensionBody(clusterId: string, extension: AzureExtension) {
  const { name, extensionType, releaseTrain, version, autoUpgradeMinorVersion, releaseNamespace } = extension;
  return {
    id: `${clusterId.replace('/managedClusters/', '/ManagedClusters/')}/providers/${provider}/extensions/${name}`,
    name,
    type: `${provider}/extensions`,
    properties: {
      extensionType,
      autoUpgradeMinorVersion,
      releaseTrain,
      version: autoUpgradeMinorVersion ? null : version,
      currentVersion: version,
      scope: { cluster: { releaseNamespace } },
      provisioningState: 'Succeeded',
      configurationSettings: extension.configurationSettings,
      // Protected values never come back.
      configurationProtectedSettings: {},
      statuses: [],
      aksAssignedIdentity: { type: null, principalId: extension.principalId, tenantId: null },
      isSystemExtension: false,
    },
    systemData: {
      createdBy: null,
      createdByType: null,
      createdAt: extension.createdAt,
      lastModifiedBy: null,
      lastModifiedByType: null,
      lastModifiedAt: extension.createdAt,
    },
  };
}

function extensionsOf(world: World, params: Readonly<Record<string, string>>) {
  const cluster = findCluster(world, params);
  return cluster && { cluster, extensions: cluster.extensions ?? [] };
}

export const extensionRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path,
    operation: 'extension.list',
    action: `${provider}/extensions/read`,
    answer: (call) => {
      const found = extensionsOf(call.world, call.params);
      if (!found) return clusterMissing(call);
      const value = found.extensions.map((extension) => extensionBody(found.cluster.id, extension));
      return armJson(200, { value, nextLink: null }, versions);
    },
  },
  {
    method: 'GET',
    path: `${path}/:extension`,
    operation: 'extension.get',
    action: `${provider}/extensions/read`,
    answer: (call) => {
      const found = extensionsOf(call.world, call.params);
      if (!found) return clusterMissing(call);
      const extension = found.extensions.find(
        ({ name }) => name.toLowerCase() === call.params.extension?.toLowerCase(),
      );
      if (extension) return armJson(200, extensionBody(found.cluster.id, extension), versions);
      return providerError(
        404,
        'ResourceNotFound',
        `Extension instance with name '${call.params.extension}' not found.`,
        {
          additionalInfo: [],
        },
      );
    },
  },
];
