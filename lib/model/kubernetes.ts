/** An object as the API server returns it. Only the parts that every kind has are typed. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly ManagedFields[];
  };
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** Which manager wrote which fields, as the API server keeps it. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/**
 * Who keeps a field by server-side apply, and so would bring it back: Flux' kustomize-controller or Argo CD from Git, for example.
 * A field that was written by an update stays as it is left. Undefined when nobody but Patless applies it.
 */
export function keeperOf({ metadata }: Pick<KubernetesObject, 'metadata'>, ...path: string[]): string | undefined {
  const keeper = metadata.managedFields?.find(({ manager, operation, subresource, fieldsV1 }) => {
    if (operation !== 'Apply' || subresource || manager === 'patless') return false;
    let node: unknown = fieldsV1;
    for (const name of path) node = (node as Record<string, unknown> | null | undefined)?.[`f:${name}`];
    return node !== undefined;
  });
  return keeper?.manager;
}

export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A Secret without its values: key names, and the values of keys that are known not to be secret. */
export interface SecretSummary {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
  readonly keys: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

export interface DeploymentSummary {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly replicas: number;
  readonly readyReplicas: number;
}

export interface PodSummary {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly startedAt?: string;
  /** Environment of the first container, names to literal values; references to secrets appear with an empty value. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Claims of a service-account token. The token itself never leaves the client that asked for it. */
export interface TokenClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly expiresAt: string;
}

export const workloadIdentity = {
  label: 'azure.workload.identity/use',
  clientIdAnnotation: 'azure.workload.identity/client-id',
  tenantIdAnnotation: 'azure.workload.identity/tenant-id',
  environment: ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_AUTHORITY_HOST'],
} as const;

export function serviceAccountSubject(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}
