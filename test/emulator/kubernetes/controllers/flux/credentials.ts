import type { AzureCluster, ClusterAdmin, ClusterObject, World } from '../../../core/world.ts';
import { CredentialError, exchangeAssertion, fluxToken } from '../workload-token.ts';

export interface GitSpec {
  readonly url: string;
  readonly provider?: string;
  readonly secretRef?: { readonly name: string };
  readonly serviceAccountName?: string;
  readonly ref?: { readonly branch?: string; readonly tag?: string };
}

/** An error that ends up in a condition, with its reason; `stalled` ones are not tried again. */
export class FluxError extends Error {
  readonly reason: string;
  readonly stalled: boolean;
  constructor(reason: string, message: string, stalled = false) {
    super(message);
    this.reason = reason;
    this.stalled = stalled;
  }
}

const audience = 'api://AzureADTokenExchange';
const gate = 'ObjectLevelWorkloadIdentity';
const annotation = (name: string) => `azure.workload.identity/${name}`;
export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** What a controller's process in this pod is allowed and has. */
export interface Controller {
  readonly world: World;
  readonly cluster: AzureCluster;
  readonly admin: ClusterAdmin;
  readonly pod: ClusterObject;
}

/**
 * The Authorization header for a GitRepository. The secret is read in every case and must exist; with `provider: azure` what it holds is
 * overwritten by a token. Source: source-controller internal/controller/gitrepository_controller.go, getAuthOpts.
 */
export async function authorizationFor(
  controller: Controller,
  namespace: string,
  spec: GitSpec,
): Promise<string | undefined> {
  const held = spec.secretRef ? await readSecret(controller, namespace, spec.secretRef.name) : {};
  if (spec.provider !== 'azure' || !knowsAzure(controller.pod)) {
    if (held.bearerToken) return `Bearer ${held.bearerToken}`;
    return held.username || held.password ? basic(held.username ?? '', held.password ?? '') : undefined;
  }
  try {
    if (spec.serviceAccountName) return `Bearer ${await objectLevel(controller, namespace, spec.serviceAccountName)}`;
    const { world, cluster, admin, pod } = controller;
    return `Bearer ${await fluxToken(world, cluster, admin, pod).catch((error: unknown) => {
      throw error instanceof CredentialError
        ? new CredentialError(`failed to create provider access token for the controller: ${error.message}`)
        : error;
    })}`;
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw new FluxError('AuthenticationFailed', `failed to configure authentication options: ${error.message}`);
  }
}

export async function readSecret(
  { admin }: Controller,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const secret = await admin.get('v1', 'Secret', namespace, name);
  if (!secret) {
    const place = `failed to get secret '${namespace}/${name}'`;
    throw new FluxError('AuthenticationFailed', `${place}: ${place}: secrets "${name}" not found`);
  }
  const data = (secret.data ?? {}) as Record<string, string>;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** The controller asks for a token of the named account and exchanges it itself; its pod needs no label. */
async function objectLevel({ world, admin, pod }: Controller, namespace: string, name: string): Promise<string> {
  if (!argumentsOf(pod).some((argument) => argument.includes(`${gate}=true`)))
    throw new FluxError(
      'FeatureGateDisabled',
      `to use spec.serviceAccountName for provider authentication please enable the ${gate} feature gate in the controller`,
      true,
    );
  const account = await admin.get('v1', 'ServiceAccount', namespace, name);
  if (!account)
    throw new CredentialError(
      `failed to get service account '${namespace}/${name}': serviceaccounts "${name}" not found`,
    );
  const identity = (what: string, key: string) => {
    const value = account.metadata.annotations?.[annotation(key)];
    if (value) return value;
    throw new CredentialError(
      `failed to get provider identity from service account '${namespace}/${name}' annotations: azure ${what} ID is not set in the service account annotation ${annotation(key)}`,
    );
  };
  const tenantId = identity('tenant', 'tenant-id');
  const clientId = identity('client', 'client-id');
  const assertion = await admin.projectedToken(namespace, name, audience);
  return exchangeAssertion(world, { clientId, tenantId, assertion });
}

/** Before 1.4.0 of source-controller and 1.0.0 of image-automation-controller there is no provider, and the field is unknown. */
function knowsAzure(pod: ClusterObject): boolean {
  const [container] = (pod.spec as { containers: { image: string }[] }).containers;
  const [, name, major = '0', minor = '0'] = /([a-z-]+):v?(\d+)\.(\d+)/.exec(container?.image ?? '') ?? [];
  return Number(major) > 1 || (Number(major) === 1 && (name !== 'source-controller' || Number(minor) >= 4));
}

export function argumentsOf(pod: ClusterObject): readonly string[] {
  return (pod.spec as { containers: { args?: string[] }[] }).containers[0]?.args ?? [];
}
