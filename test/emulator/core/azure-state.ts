export interface AzureState {
  readonly subscriptions: AzureSubscription[];
  /** Lower-case id → group. */
  readonly resourceGroups: Map<string, AzureResourceGroup>;
  readonly clusters: Map<string, AzureCluster>;
  readonly identities: Map<string, AzureIdentity>;
  readonly grants: Grant[];
}
export interface AzureSubscription {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly state: string;
}
export interface AzureResourceGroup {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly location: string;
  tags: Record<string, string>;
}
export interface AzureCluster {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  kubernetesVersion: string;
  readonly fqdn: string;
  readonly privateCluster: boolean;
  powerState: 'Running' | 'Stopped';
  provisioningState: string;
  oidcIssuerEnabled: boolean;
  /** Fixed for the life of the cluster, with its trailing slash; shown only while the issuer is on. */
  readonly issuerUrl: string;
  workloadIdentityEnabled: boolean;
  readonly kubelet: { clientId: string; objectId: string; resourceId: string };
  eTag: string;
  tags?: Record<string, string>;
  /** Installed through Microsoft.KubernetesConfiguration. */
  extensions?: AzureExtension[];
  /** Anything else a GET must return and a PUT may send back. */
  properties: Record<string, unknown>;
}
export interface AzureExtension {
  readonly name: string;
  /** For example `microsoft.flux`. */
  readonly extensionType: string;
  readonly releaseTrain: string;
  readonly version: string;
  readonly autoUpgradeMinorVersion: boolean;
  readonly releaseNamespace: string;
  readonly configurationSettings: Readonly<Record<string, string>>;
  readonly principalId: string;
  readonly createdAt: string;
}
export interface AzureIdentity {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly principalId: string;
  tags: Record<string, string>;
  /** Emulator time in ms since epoch. */
  readonly createdAt: number;
  readonly credentials: AzureCredential[];
}
export interface AzureCredential {
  readonly name: string;
  issuer: string;
  subject?: string;
  audiences: string[];
  claimsMatchingExpression?: { value: string; languageVersion: number };
  writtenAt: number;
}
/** A role assignment, already resolved to actions. Scope is a lower-case prefix of resource ids. */
export interface Grant {
  readonly principalId: string;
  readonly scope: string;
  readonly role: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  /** What Azure RBAC for Kubernetes grants on the API server of a cluster in scope; none when absent. */
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
}
