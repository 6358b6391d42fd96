import type { AzureCluster, ClusterAdmin, ClusterObject, World } from '../../core/world.ts';
import { type Answer, send } from './loopback.ts';
import type { PodSpec } from './webhook.ts';

const devopsScope = '499b84ac-1321-427f-aa17-267ca6975798/.default';
const rule = '-'.repeat(80);

/** Go's DefaultAzureCredential in words. Source: Azure/azure-sdk-for-go, sdk/azidentity errors.go and chained_token_credential.go. */
export class CredentialError extends Error {}

function authenticationFailed(credential: string, message: string, url: URL, answer: Answer): string {
  let body = answer.body.toString('utf8');
  try {
    body = JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    // Printed as it came.
  }
  return [
    `${credential} authentication failed. ${message}`,
    `POST ${url.origin}${url.pathname}`,
    rule,
    `RESPONSE ${answer.status} ${answer.statusText}`.trimEnd(),
    rule,
    body || 'Response contained no body',
    rule,
    'To troubleshoot, visit https://aka.ms/azsdk/go/identity/troubleshoot#workload',
  ].join('\n');
}
function chained(attempts: readonly string[]): string {
  return `DefaultAzureCredential: failed to acquire a token.\nAttempted credentials:${attempts
    .map((text) => `\n\t${text.replaceAll('\n', '\n\t\t')}`)
    .join('')}`;
}

/** Where the kubelet writes the token decides its audience: the volume behind AZURE_FEDERATED_TOKEN_FILE. */
function audienceOf(spec: PodSpec, container: number, file: string): string | undefined {
  const mount = spec.containers[container]?.volumeMounts?.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
  const volume = spec.volumes?.find(({ name }) => name === mount?.name) as
    | { projected?: { sources?: { serviceAccountToken?: { audience?: string; path: string } }[] } }
    | undefined;
  return volume?.projected?.sources?.find(
    ({ serviceAccountToken }) => serviceAccountToken && file === `${mount?.mountPath}/${serviceAccountToken.path}`,
  )?.serviceAccountToken?.audience;
}

/** A token for Azure DevOps as a Go process in this pod gets it: from what was injected, else from the node's identity. */
export async function devopsToken(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  pod: ClusterObject,
): Promise<string> {
  const spec = pod.spec as unknown as PodSpec;
  const environment = new Map((spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value ?? '']));
  const clientId = environment.get('AZURE_CLIENT_ID');
  const tenantId = environment.get('AZURE_TENANT_ID');
  const file = environment.get('AZURE_FEDERATED_TOKEN_FILE');
  const attempts = [
    tenantId && clientId
      ? 'EnvironmentCredential: incomplete environment variable configuration. Only AZURE_TENANT_ID and AZURE_CLIENT_ID are set'
      : `EnvironmentCredential: missing environment variable ${tenantId ? 'AZURE_CLIENT_ID' : 'AZURE_TENANT_ID'}`,
  ];
  if (clientId && tenantId && file) {
    const audience = audienceOf(spec, 0, file);
    if (!audience)
      throw new CredentialError(
        chained([...attempts, `WorkloadIdentityCredential: open ${file}: no such file or directory`]),
      );
    const assertion = await admin.projectedToken(
      pod.metadata.namespace ?? 'default',
      spec.serviceAccountName ?? 'default',
      audience,
      { name: pod.metadata.name, uid: pod.metadata.uid ?? '' },
    );
    const authority = environment.get('AZURE_AUTHORITY_HOST') || 'https://login.microsoftonline.com/';
    const url = new URL(`${tenantId}/oauth2/v2.0/token`, authority);
    const answer = await send(
      world,
      'POST',
      url,
      { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      new URLSearchParams({
        client_id: clientId,
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        grant_type: 'client_credentials',
        scope: devopsScope,
      }).toString(),
    );
    if (answer.status === 200)
      return (JSON.parse(answer.body.toString('utf8')) as { access_token: string }).access_token;
    throw new CredentialError(
      chained([...attempts, authenticationFailed('WorkloadIdentityCredential', '', url, answer)]),
    );
  }
  attempts.push(
    `WorkloadIdentityCredential: no ${!clientId ? 'client ID' : !tenantId ? 'tenant ID' : 'token file'} specified. Check pod configuration or set ${!clientId ? 'ClientID' : !tenantId ? 'TenantID' : 'TokenFilePath'} in the options`,
  );
  return nodeIdentityToken(world, cluster, clientId, attempts);
}

/** IMDS of the node: its only user-assigned identity is the kubelet's. */
async function nodeIdentityToken(
  world: World,
  cluster: AzureCluster,
  clientId: string | undefined,
  attempts: readonly string[],
): Promise<string> {
  const { kubelet } = cluster;
  if (clientId && clientId !== kubelet.clientId)
    throw new CredentialError(
      chained([
        ...attempts,
        'ManagedIdentityCredential: failed to authenticate a user assigned identity. The endpoint responded with {"error":"invalid_request","error_description":"Identity not found"}',
      ]),
    );
  const tenantId = world.directory.tenants[0]?.id ?? '';
  return world.tokens.issue(
    {
      kind: 'servicePrincipal',
      tenantId,
      oid: kubelet.objectId,
      name: kubelet.clientId,
      displayName: kubelet.resourceId.split('/').at(-1) ?? '',
    },
    'devops',
    24 * 3600,
  );
}
