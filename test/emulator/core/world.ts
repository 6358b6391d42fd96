import type { AzureState } from './azure-state.ts';
import type { Clock } from './clock.ts';
import type { ClusterBackend } from './cluster-backend.ts';
import type { DevopsState } from './devops-state.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';

export type {
  AzureCluster,
  AzureCredential,
  AzureExtension,
  AzureIdentity,
  AzureResourceGroup,
  AzureState,
  AzureSubscription,
  Grant,
} from './azure-state.ts';
export type { ClusterAdmin, ClusterBackend, ClusterObject, KeptCluster } from './cluster-backend.ts';
export type {
  DevopsGroup,
  DevopsMember,
  DevopsOrganization,
  DevopsPat,
  DevopsProject,
  DevopsRepository,
  DevopsState,
} from './devops-state.ts';

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
  /** Where bare repositories and databases of API servers are kept; emptied by a reset, kept by a restart. */
  readonly dataDir: string;
  /** Folder with a real kube-apiserver and etcd, where clusters are to run on one. */
  readonly kubebuilderAssets?: string;
  /** Says that something changed which a restart must bring back. Cheap; whoever changes the world outside a request calls it. */
  readonly changed: () => void;
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
