import type { ClusterObject } from '../../core/world.ts';

/** Source: Azure/azure-workload-identity, pkg/webhook/consts.go and webhook.go at v1.5.1, which AKS ships. */
const label = 'azure.workload.identity/use';
const annotation = (name: string) => `azure.workload.identity/${name}`;
const volumeName = 'azure-identity-token';
const mountPath = '/var/run/secrets/azure/tokens';
export const tokenAudience = 'api://AzureADTokenExchange';
export const authorityHost = 'https://login.microsoftonline.com/';

export interface Variable {
  name: string;
  value?: string;
  valueFrom?: unknown;
}
export interface Container {
  name: string;
  image: string;
  env?: Variable[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  [key: string]: unknown;
}
export interface PodSpec {
  serviceAccountName?: string;
  containers: Container[];
  initContainers?: Container[];
  volumes?: Record<string, unknown>[];
  [key: string]: unknown;
}

/** Changes a pod as the mutating webhook does at its creation. Returns the admission error when it refuses. */
export function injectWorkloadIdentity(
  pod: ClusterObject,
  serviceAccount: ClusterObject | undefined,
  clusterTenantId: string,
): string | undefined {
  if (pod.metadata.labels?.[label] !== 'true') return undefined;
  if (!serviceAccount)
    return `admission webhook "mutation.azure-workload-identity.io" denied the request: serviceaccounts "${(pod.spec as PodSpec).serviceAccountName ?? 'default'}" not found`;
  const { annotations = {} } = serviceAccount.metadata;
  const expiration = Number(
    pod.metadata.annotations?.[annotation('service-account-token-expiration')] ??
      annotations[annotation('service-account-token-expiration')] ??
      3600,
  );
  if (!(expiration >= 3600 && expiration <= 86_400))
    return `admission webhook "mutation.azure-workload-identity.io" denied the request: token expiration ${expiration} not valid. Expected value to be between 3600 and 86400`;

  const spec = pod.spec as PodSpec;
  const skipped = (pod.metadata.annotations?.[annotation('skip-containers')] ?? '')
    .split(';')
    .map((name) => name.trim());
  const variables: Variable[] = [
    { name: 'AZURE_CLIENT_ID', value: annotations[annotation('client-id')] ?? '' },
    { name: 'AZURE_TENANT_ID', value: annotations[annotation('tenant-id')] ?? clusterTenantId },
    { name: 'AZURE_FEDERATED_TOKEN_FILE', value: `${mountPath}/${volumeName}` },
    { name: 'AZURE_AUTHORITY_HOST', value: authorityHost },
  ];
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    if (skipped.includes(container.name)) continue;
    container.env ??= [];
    for (const variable of variables)
      if (variable.value && !container.env.some(({ name }) => name === variable.name)) container.env.push(variable);
    container.volumeMounts ??= [];
    if (!container.volumeMounts.some(({ mountPath: path }) => path === mountPath))
      container.volumeMounts.push({ name: volumeName, mountPath, readOnly: true });
  }
  spec.volumes ??= [];
  if (!spec.volumes.some(({ name }) => name === volumeName))
    spec.volumes.push({
      name: volumeName,
      projected: {
        sources: [
          { serviceAccountToken: { audience: tokenAudience, expirationSeconds: expiration, path: volumeName } },
        ],
        defaultMode: 420,
      },
    });
  return undefined;
}
