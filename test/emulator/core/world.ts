import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { EmulatorRequest, EmulatorResponse } from './service.ts';

/** The whole simulated world: one mutable value that every service reads and writes. Ids are compared lower-case. */
export interface World {
  readonly clock: Clock;
  readonly timing: Timing;
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** Absolute URL of a simulated host as clients reach it: by its own name, or as first path segment on localhost. */
  url(host: string): string;
  readonly ports: { readonly tls: number; readonly pages: number };
  readonly directory: Directory;
  readonly azure: AzureState;
  readonly devops: DevopsState;
  /** By lower-case ARM id of the cluster. */
  readonly kubernetes: Map<string, ClusterBackend>;
  tokens: TokenService;
  /** PEM of the CA that signed the TLS certificate. */
  readonly caPem: string;
  /** File with the same, for `GIT_SSL_CAINFO` and child processes. */
  readonly caPath: string;
  /** Where bare repositories and databases of API servers are kept; emptied by a reset. */
  readonly dataDir: string;
  /** Folder with a real kube-apiserver and etcd, where clusters are to run on one. */
  readonly kubebuilderAssets?: string;
  /** Runs when the world ends (stop or reset), last registered first. Simulated controllers end their timers here. */
  onStop(stop: () => void | Promise<void>): void;
}

/** Milliseconds of emulator time. The demo compresses Microsoft's minutes; refusal tests set what they need. */
export interface Timing {
  /** Added before every answer. */
  latencyMs: number;
  /** Duration of an AKS update (recorded: about 2 minutes). */
  clusterUpdateMs: number;
  /** Until Azure DevOps knows a new service principal (VS403283 before). */
  principalReplicationMs: number;
  /** Until every Entra node knows a new or changed credential (AADSTS70021x before, also intermittently). */
  credentialPropagationMs: number;
  /** Until a Graph membership or ACL write is visible to reads. */
  devopsConsistencyMs: number;
  /** How often simulated controllers and consumers reconcile. */
  reconcileMs: number;
}

export interface Directory {
  readonly tenants: Tenant[];
}
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly users: User[];
  readonly applications: Application[];
}
export interface User {
  readonly oid: string;
  readonly upn: string;
  readonly name: string;
  /** App roles of the Patless application that end up in the ID token. */
  roles: string[];
  /** What the sign-in page says about this person. */
  readonly note: string;
}
export interface Application {
  readonly clientId: string;
  readonly name: string;
  readonly redirectUris: string[];
  /** Accepted client secrets; production uses an assertion. */
  readonly secrets: string[];
  readonly assertions: { issuer: string; subject: string; audience: string }[];
  /** Delegated resources consented so far: by user oid, the resource app ids. */
  readonly consents: Map<string, Set<string>>;
}

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

export interface DevopsState {
  /** Lower-case name → organisation. */
  readonly organizations: Map<string, DevopsOrganization>;
  /** Personal access tokens, made at start: never a constant, never logged. */
  pats?: DevopsPat[];
}
export interface DevopsPat {
  readonly token: string;
  readonly name: string;
  /** Lower-case name. */
  readonly organization: string;
  /** Storage key of the owner. */
  readonly memberId: string;
  /** For example `vso.code`; `app_token` is everything. */
  readonly scopes: readonly string[];
  readonly authorizationId: string;
  readonly validFrom: number;
  validTo: number;
  revoked?: boolean;
}
export interface DevopsOrganization {
  readonly id: string;
  readonly name: string;
  /** Undefined: backed by Microsoft accounts, not by Entra. */
  readonly tenantId?: string;
  readonly collectionScope: string;
  readonly members: DevopsMember[];
  readonly groups: DevopsGroup[];
  readonly projects: DevopsProject[];
  readonly pools: {
    id: number;
    name: string;
    scopeRoles: Map<string, string>;
    agents: { id: number; name: string; version: string; status: 'online' | 'offline'; enabled: boolean }[];
  }[];
  /** `{namespaceId}|{token}` → identity descriptor → bits. */
  readonly acls: Map<string, Map<string, { allow: number; deny: number }>>;
  basicSeats: number;
}
export interface DevopsMember {
  /** Storage key: GUID with version nibble 6. */
  readonly id: string;
  /** `aad.` or `aadsp.` subject descriptor. */
  readonly descriptor: string;
  /** Object id in Entra. */
  readonly originId: string;
  readonly kind: 'user' | 'servicePrincipal';
  readonly displayName: string;
  readonly principalName: string;
  license: 'express' | 'stakeholder' | 'none';
  readonly addedAt: number;
}
export interface DevopsGroup {
  readonly descriptor: string;
  readonly id: string;
  readonly name: string;
  readonly projectId?: string;
  /** Well-known role of the group, which decides its baseline rights. */
  readonly role:
    | 'collection-administrators'
    | 'collection-users'
    | 'project-administrators'
    | 'project-valid-users'
    | 'contributors'
    | 'readers'
    | 'build-administrators'
    | 'team'
    | 'custom';
  readonly members: Map<string, { since: number }>;
}
export interface DevopsProject {
  readonly id: string;
  readonly name: string;
  readonly scopeDescriptor: string;
  readonly repositories: DevopsRepository[];
}
export interface DevopsRepository {
  readonly id: string;
  readonly name: string;
  /** Bare repository on disk, served by `git http-backend`. */
  readonly path: string;
}

/** One cluster's API server: embedded, or a real one behind a proxy that knows Entra tokens. */
export interface ClusterBackend {
  readonly clusterId: string;
  handle(request: EmulatorRequest): Promise<EmulatorResponse>;
  /** The key set of the service-account issuer. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
  /** The issuer that tokens carry: the AKS one, or the in-cluster default while the switch is off. */
  setIssuer(issuer: string): Promise<void>;
  /** Administrative access for simulated controllers; goes around RBAC, never around validation. */
  readonly admin: ClusterAdmin;
  stop(): Promise<void>;
}
export interface ClusterObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}
export interface ClusterAdmin {
  get(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ): Promise<ClusterObject | undefined>;
  list(apiVersion: string, kind: string, namespace?: string): Promise<ClusterObject[]>;
  /** Creates or replaces, as field manager `manager`. */
  put(object: ClusterObject, manager: string): Promise<ClusterObject>;
  putStatus(object: ClusterObject, manager: string): Promise<ClusterObject>;
  /** JSON merge patch as field manager `manager`. */
  patch(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
    patch: unknown,
    manager: string,
  ): Promise<ClusterObject>;
  delete(apiVersion: string, kind: string, namespace: string | undefined, name: string): Promise<void>;
  /** A projected token as the kubelet would write it into a pod. */
  projectedToken(
    namespace: string,
    serviceAccount: string,
    audience: string,
    pod?: { name: string; uid: string },
  ): Promise<string>;
}

export type Audience = 'arm' | 'aks' | 'devops';
export interface Principal {
  readonly kind: 'user' | 'servicePrincipal';
  readonly tenantId: string;
  readonly oid: string;
  /** User principal name, or client id of an application. */
  readonly name: string;
  readonly displayName: string;
  /** Emulator time in ms since epoch. */
  readonly expiresAt: number;
}
export interface TokenRefusal {
  readonly refused: 'missing' | 'malformed' | 'expired' | 'audience' | 'tenant';
  /** Emulator time in ms since epoch. */
  readonly expiredAt?: number;
  readonly issuer?: string;
}
export interface TokenService {
  /** Judges `Authorization: Bearer …` (and Basic with the token as password, for Azure DevOps). */
  verify(authorization: string | undefined, audience: Audience): Promise<Principal | TokenRefusal>;
  issue(principal: Omit<Principal, 'expiresAt'>, audience: Audience, lifetimeSeconds: number): Promise<string>;
}
export function isRefusal(result: Principal | TokenRefusal): result is TokenRefusal {
  return 'refused' in result;
}
