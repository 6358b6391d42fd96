import type { AzureCluster, ClusterAdmin, ClusterObject, World } from '../../core/world.ts';
import { type Answer, send } from './loopback.ts';
import type { PodSpec } from './webhook.ts';

const devopsScope = '499b84ac-1321-427f-aa17-267ca6975798/.default';
const authorityVariable = 'AZURE_AUTHORITY_HOST';
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
  const environment = environmentOf(pod);
  const clientId = environment.get('AZURE_CLIENT_ID');
  const tenantId = environment.get('AZURE_TENANT_ID');
  const file = environment.get('AZURE_FEDERATED_TOKEN_FILE');
  const attempts = [
    tenantId && clientId
      ? 'EnvironmentCredential: incomplete environment variable configuration. Only AZURE_TENANT_ID and AZURE_CLIENT_ID are set'
      : `EnvironmentCredential: missing environment variable ${tenantId ? 'AZURE_CLIENT_ID' : 'AZURE_TENANT_ID'}`,
  ];
  if (clientId && tenantId && file) {
    try {
      return await exchanged(world, admin, pod, {
        clientId,
        tenantId,
        file,
        authority: environment.get(authorityVariable),
      });
    } catch (error) {
      throw error instanceof CredentialError ? new CredentialError(chained([...attempts, error.message])) : error;
    }
  }
  attempts.push(
    `WorkloadIdentityCredential: no ${!clientId ? 'client ID' : !tenantId ? 'tenant ID' : 'token file'} specified. Check pod configuration or set ${!clientId ? 'ClientID' : !tenantId ? 'TenantID' : 'TokenFilePath'} in the options`,
  );
  return nodeIdentityToken(world, cluster, clientId, attempts);
}

/**
 * The same for a Flux controller, which builds its own chain: one credential is chosen by what is in the environment, and only that one is
 * asked. Workload identity wants all four variables. Source: fluxcd/pkg auth/azure/new_default_azure_credential.go.
 */
export async function fluxToken(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  pod: ClusterObject,
): Promise<string> {
  const environment = environmentOf(pod);
  const clientId = environment.get('AZURE_CLIENT_ID');
  const tenantId = environment.get('AZURE_TENANT_ID');
  const file = environment.get('AZURE_FEDERATED_TOKEN_FILE');
  const authority = environment.get(authorityVariable);
  if (clientId && tenantId && file && authority)
    return exchanged(world, admin, pod, { clientId, tenantId, file, authority });
  return nodeIdentityToken(world, cluster, clientId);
}

/** WorkloadIdentityCredential: the projected token of the pod goes to the token endpoint as client assertion. */
async function exchanged(
  world: World,
  admin: ClusterAdmin,
  pod: ClusterObject,
  { clientId, tenantId, file, authority }: { clientId: string; tenantId: string; file: string; authority?: string },
): Promise<string> {
  const spec = pod.spec as unknown as PodSpec;
  const audience = audienceOf(spec, 0, file);
  if (!audience) throw new CredentialError(`WorkloadIdentityCredential: open ${file}: no such file or directory`);
  const { namespace = 'default', name, uid = '' } = pod.metadata;
  const assertion = await admin.projectedToken(namespace, spec.serviceAccountName ?? 'default', audience, {
    name,
    uid,
  });
  return exchangeAssertion(world, { clientId, tenantId, authority, assertion });
}

export async function exchangeAssertion(
  world: World,
  request: { clientId: string; tenantId: string; authority?: string; assertion: string },
): Promise<string> {
  const { clientId, tenantId, authority, assertion } = request;
  const url = new URL(`${tenantId}/oauth2/v2.0/token`, authority || 'https://login.microsoftonline.com/');
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
  if (answer.status === 200) return (JSON.parse(answer.body.toString('utf8')) as { access_token: string }).access_token;
  throw new CredentialError(authenticationFailed('WorkloadIdentityCredential', '', url, answer));
}

function environmentOf(pod: ClusterObject): ReadonlyMap<string, string> {
  const [container] = (pod.spec as unknown as PodSpec).containers;
  return new Map((container?.env ?? []).map(({ name, value }) => [name, value ?? '']));
}

/** IMDS of the node: its only user-assigned identity is the kubelet's. */
async function nodeIdentityToken(
  world: World,
  cluster: AzureCluster,
  clientId: string | undefined,
  attempts?: readonly string[],
): Promise<string> {
  const { kubelet } = cluster;
  if (clientId && clientId !== kubelet.clientId) {
    const said =
      'failed to authenticate a user assigned identity. The endpoint responded with {"error":"invalid_request","error_description":"Identity not found"}';
    throw new CredentialError(
      attempts ? chained([...attempts, `ManagedIdentityCredential: ${said}`]) : `ManagedIdentityCredential: ${said}`,
    );
  }
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
