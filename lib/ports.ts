import type { AcceptedRisk, AuditRow, Scan, ScanEvent, ScanScope, ScanState } from './model/audit.ts';
import type {
  Cluster,
  FederatedCredential,
  Identity,
  ResourceGroup,
  RoleAssignment,
  Subscription,
} from './model/azure.ts';
import type { CheckEvent, CheckRun } from './model/chain.ts';
import type { CloudEnvironment } from './model/cloud.ts';
import type { Answers, Connection, Person } from './model/connection.ts';
import type {
  Access,
  DevopsCaller,
  Entitlement,
  Group,
  License,
  Organization,
  OrganizationGroup,
  Project,
  Repository,
  ServicePrincipalMember,
} from './model/devops.ts';
import type {
  DeploymentSummary,
  KubernetesObject,
  ObjectRef,
  PodSummary,
  SecretSummary,
  TokenClaims,
} from './model/kubernetes.ts';
import type { Problem } from './model/problem.ts';
import type { JournalEntry, Run, RunEvent, RunState, RunSummary, StoredRunEvent } from './model/run.ts';

/**
 * The outside, as the product needs it. Every method that reaches a service throws `UpstreamError` and nothing else of its own;
 * every one takes an AbortSignal; none retries a write by itself (reads are retried inside the client, at most three times).
 */
export interface Ports {
  readonly cloud: CloudEnvironment;
  readonly arm: Arm;
  readonly entra: Entra;
  /** Azure DevOps as the signed-in operator. */
  readonly devops: Devops;
  /** Azure DevOps as somebody else: the workload, with its own token. */
  devopsAs(token: AccessToken): Devops;
  readonly git: Git;
  /** The API server of one cluster, with the operator's own token. */
  kubernetes(cluster: { readonly id: string }): Promise<Kubernetes>;
  readonly clock: Clock;
}

/** What could be read, and what could not, by name. Nothing unseen is ever reported as absent. */
export interface Partial<T> {
  readonly items: readonly T[];
  readonly notVisible: readonly { readonly name: string; readonly problem: Problem }[];
}

/** Azure Resource Manager. Source: wire of Microsoft.ContainerService 2026-06-01, Microsoft.ManagedIdentity 2024-11-30. */
export interface Arm {
  listSubscriptions(signal: AbortSignal): Promise<readonly Subscription[]>;
  listClusters(signal: AbortSignal): Promise<Partial<Cluster>>;
  /** Undefined when ARM says 404 to somebody who may read. */
  getCluster(id: string, signal: AbortSignal): Promise<Cluster | undefined>;
  /**
   * Reads the whole cluster, sets the two switches and puts it back with If-Match; resolves when the operation ended.
   * If one is already in progress, waits for it instead of starting another. `progress` is called on each poll.
   */
  enableFederation(
    id: string,
    switches: { oidcIssuer: boolean; workloadIdentity: boolean },
    progress: (text: string) => void,
    signal: AbortSignal,
  ): Promise<{ correlationId?: string }>;
  listResourceGroups(subscriptionId: string, signal: AbortSignal): Promise<readonly ResourceGroup[]>;
  /** Short names of regions, for example `westeurope`. */
  listLocations(subscriptionId: string, signal: AbortSignal): Promise<readonly string[]>;
  listIdentities(signal: AbortSignal): Promise<Partial<Identity>>;
  getIdentity(id: string, signal: AbortSignal): Promise<Identity | undefined>;
  createIdentity(
    identity: {
      subscriptionId: string;
      resourceGroup: string;
      name: string;
      location: string;
      tags: Readonly<Record<string, string>>;
    },
    signal: AbortSignal,
  ): Promise<{ identity: Identity; correlationId?: string }>;
  deleteIdentity(id: string, signal: AbortSignal): Promise<void>;
  listCredentials(identityId: string, signal: AbortSignal): Promise<readonly FederatedCredential[]>;
  putCredential(
    identityId: string,
    name: string,
    credential: { issuer: string; subject: string; audience: string },
    signal: AbortSignal,
  ): Promise<{ credential: FederatedCredential; created: boolean; correlationId?: string }>;
  deleteCredential(identityId: string, name: string, signal: AbortSignal): Promise<void>;
  /** The caller's own actions on a scope, wildcards included. */
  listPermissions(
    scope: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly actions: readonly string[]; readonly notActions: readonly string[] }[]>;
  /** Role assignments at, above and below a subscription, with the names of their roles: one list instead of one for each principal. */
  listRoleAssignments(subscriptionId: string, signal: AbortSignal): Promise<readonly RoleAssignment[]>;
}

/** An access token that cannot be printed: `toString`, `toJSON` and inspection give `[token]`. Only clients unwrap it. */
export interface AccessToken {
  readonly expiresAt: Date;
  reveal(): string;
}

export interface Entra {
  /**
   * The workload's own exchange: the service-account token goes to the token endpoint as client assertion (`@azure/identity`,
   * ClientAssertionCredential). A fresh credential each time: a cached token would prove nothing.
   */
  exchange(
    request: { tenantId: string; clientId: string; scope: string; assertion: AccessToken },
    signal: AbortSignal,
  ): Promise<AccessToken>;
}

export interface Devops {
  /** Organisations of the caller, each with its tenant. */
  listOrganizations(signal: AbortSignal): Promise<readonly Organization[]>;
  /** Undefined when there is no organisation of that name. */
  getOrganization(name: string, signal: AbortSignal): Promise<Organization | undefined>;
  /** `connectionData`: who am I here? The cheapest proof of membership. */
  whoAmI(organization: string, signal: AbortSignal): Promise<DevopsCaller>;
  listProjects(organization: string, signal: AbortSignal): Promise<readonly Project[]>;
  /** Undefined on 404, which here means absent or not visible to the caller. */
  getProject(organization: string, idOrName: string, signal: AbortSignal): Promise<Project | undefined>;
  listRepositories(organization: string, projectId: string, signal: AbortSignal): Promise<readonly Repository[]>;
  getRepository(
    organization: string,
    projectId: string,
    idOrName: string,
    signal: AbortSignal,
  ): Promise<Repository | undefined>;
  /** A project's own group, for example `Readers`. */
  findProjectGroup(
    organization: string,
    projectId: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Group | undefined>;
  /** By the object id of the service principal (an identity's principal id). Undefined when it is no member. */
  findServicePrincipal(organization: string, originId: string, signal: AbortSignal): Promise<Entitlement | undefined>;
  /** Reads `isSuccess`: HTTP 200 is no success here. VS403283 arrives as UpstreamError with code `VS403283`, kind `absent`. */
  addServicePrincipal(
    organization: string,
    originId: string,
    license: License,
    signal: AbortSignal,
  ): Promise<{ entitlement: Entitlement; correlationId?: string }>;
  setLicense(
    organization: string,
    entitlementId: string,
    license: License,
    signal: AbortSignal,
  ): Promise<{ correlationId?: string }>;
  removeServicePrincipal(organization: string, entitlementId: string, signal: AbortSignal): Promise<void>;
  isMember(organization: string, subject: string, container: string, signal: AbortSignal): Promise<boolean>;
  addMember(
    organization: string,
    subject: string,
    container: string,
    signal: AbortSignal,
  ): Promise<{ correlationId?: string }>;
  removeMember(organization: string, subject: string, container: string, signal: AbortSignal): Promise<void>;
  /** May the caller add users to the organisation, and members to a project's groups? `undefined` where the service does not say. */
  ownRights(
    organization: string,
    projectId: string,
    signal: AbortSignal,
  ): Promise<{ readonly addUsers?: boolean; readonly manageProjectGroups?: boolean }>;
  /** All service principals that the organisation has materialised, licensed or not. */
  listServicePrincipals(organization: string, signal: AbortSignal): Promise<readonly ServicePrincipalMember[]>;
  listGroups(organization: string, signal: AbortSignal): Promise<readonly OrganizationGroup[]>;
  /** Descriptors of the groups that hold this member or group directly. */
  listContainers(organization: string, subject: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Undefined when the subject has no entitlement. */
  getEntitlement(organization: string, descriptor: string, signal: AbortSignal): Promise<Entitlement | undefined>;
}

export interface Git {
  /** Smart HTTP `info/refs`: upload-pack proves read, receive-pack contribute. Writes nothing. */
  listRefs(
    url: string,
    token: AccessToken,
    access: Access,
    signal: AbortSignal,
  ): Promise<{ readonly refs: number; readonly defaultBranch?: string }>;
}

export interface Kubernetes {
  readonly server: string;
  serverVersion(signal: AbortSignal): Promise<string>;
  /** Undefined on 404. */
  get(ref: ObjectRef, signal: AbortSignal): Promise<KubernetesObject | undefined>;
  list(
    kind: { apiVersion: string; kind: string },
    options: { namespace?: string; labelSelector?: string },
    signal: AbortSignal,
  ): Promise<readonly KubernetesObject[]>;
  listDeployments(
    options: { namespace?: string; labelSelector?: string },
    signal: AbortSignal,
  ): Promise<readonly DeploymentSummary[]>;
  listPods(namespace: string, labelSelector: string, signal: AbortSignal): Promise<readonly PodSummary[]>;
  /** Values are dropped inside the client, but those of `readableKeys`. */
  listSecrets(
    namespace: string,
    labelSelector: string,
    readableKeys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly SecretSummary[]>;
  /** Server-side apply with field manager `patless`, never forced: a conflict names the owner. */
  apply(
    object: KubernetesObject & Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    options?: { readonly dryRun?: boolean },
  ): Promise<KubernetesObject>;
  /** Removes data keys of a Secret, provided that it still has `resourceVersion`. Apply cannot take away what another manager owns. */
  removeSecretKeys(
    ref: { namespace: string; name: string; resourceVersion: string },
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Takes a field out of an object, provided that it still has the value that was read: a controller writes the object's status at any
   * moment, so its resource version says too little. Apply cannot take away what another manager owns.
   */
  removeField(
    ref: ObjectRef,
    field: { readonly path: readonly string[]; readonly value: unknown },
    signal: AbortSignal,
  ): Promise<KubernetesObject>;
  /** TokenRequest: the API server issues a token as the service account. */
  requestToken(
    serviceAccount: { namespace: string; name: string },
    audience: string,
    expirationSeconds: number,
    signal: AbortSignal,
  ): Promise<{ readonly token: AccessToken; readonly claims: TokenClaims }>;
  /** SelfSubjectAccessReview for each question, side by side. */
  canI(
    questions: readonly {
      readonly group: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly verb: string;
      readonly namespace: string;
      readonly name?: string;
    }[],
    signal: AbortSignal,
  ): Promise<readonly boolean[]>;
}

export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A lease on a run: whoever holds the highest fence may write; an older one is refused. */
export interface Lease {
  readonly fence: number;
  readonly holder: Person;
  readonly since: string;
  readonly expiresAt: string;
}

export interface Store {
  readonly connections: {
    list(tenantId: string): Promise<readonly Connection[]>;
    get(id: string): Promise<Connection | undefined>;
    create(connection: { tenantId: string; name: string; answers: Answers; createdBy: Person }): Promise<Connection>;
    /** Undefined when somebody saved in between: `revision` is the one that the caller read. */
    save(id: string, revision: number, change: { name?: string; answers?: Answers }): Promise<Connection | undefined>;
    remove(id: string): Promise<void>;
  };
  readonly runs: {
    /** Newest first. */
    list(tenantId: string, limit: number): Promise<readonly RunSummary[]>;
    /** The newest run of each connection. */
    newest(tenantId: string): Promise<ReadonlyMap<string, RunSummary>>;
    listOf(connectionId: string): Promise<readonly Run[]>;
    get(id: string): Promise<Run | undefined>;
    create(run: { connectionId: string; tenantId: string; plan: Run['plan']; startedBy: Person }): Promise<Run>;
    setState(id: string, fence: number, state: RunState, problem?: Problem): Promise<void>;
    /** Undefined while somebody else holds it. `takeOver` ends their lease; their next write is refused by its fence. */
    acquireLease(id: string, holder: Person, ttlMs: number, takeOver?: boolean): Promise<Lease | undefined>;
    /** False when the lease was lost. */
    renewLease(id: string, fence: number, ttlMs: number): Promise<boolean>;
    releaseLease(id: string, fence: number): Promise<void>;
    currentLease(id: string): Promise<Lease | undefined>;
    /** Rejects when the fence is stale. Must be durable before it resolves: no row, no call. */
    begin(entry: Omit<JournalEntry, 'id' | 'seq' | 'startedAt'>, fence: number): Promise<string>;
    complete(
      entryId: string,
      fence: number,
      outcome: NonNullable<JournalEntry['outcome']>,
      details: { correlationId?: string; createdByRun: boolean },
    ): Promise<void>;
    journal(runId: string): Promise<readonly JournalEntry[]>;
    appendEvent(runId: string, event: RunEvent): Promise<number>;
    eventsAfter(runId: string, seq: number): Promise<readonly StoredRunEvent[]>;
  };
  readonly checks: {
    create(check: {
      connectionId: string;
      tenantId: string;
      startedBy: Person;
      chains: CheckRun['chains'];
    }): Promise<CheckRun>;
    appendEvent(checkId: string, event: CheckEvent): Promise<number>;
    eventsAfter(checkId: string, seq: number): Promise<readonly (CheckEvent & { readonly seq: number })[]>;
    finish(id: string, result: Pick<CheckRun, 'status' | 'chains' | 'passes' | 'tookMs' | 'presented'>): Promise<void>;
    get(id: string): Promise<CheckRun | undefined>;
    /** The newest finished check of each connection. */
    latest(tenantId: string): Promise<ReadonlyMap<string, CheckRun>>;
    listOf(connectionId: string, limit: number): Promise<readonly CheckRun[]>;
  };
  readonly scans: {
    create(scan: { tenantId: string; startedBy: Person }): Promise<Scan>;
    /** Rows by key; a row that is there already is replaced. */
    saveRows(scanId: string, rows: readonly AuditRow[]): Promise<void>;
    rows(scanId: string): Promise<readonly AuditRow[]>;
    appendEvent(scanId: string, event: ScanEvent): Promise<number>;
    eventsAfter(scanId: string, seq: number): Promise<readonly (ScanEvent & { readonly seq: number })[]>;
    /** Ends a running scan once; false when it has ended before. */
    finish(
      id: string,
      result: { readonly state: Exclude<ScanState, 'running'>; readonly scope?: ScanScope; readonly problem?: Problem },
    ): Promise<boolean>;
    get(id: string): Promise<Scan | undefined>;
    /** Newest first, of one reader: what somebody saw with their rights is shown to them alone. */
    listOf(tenantId: string, oid: string, limit: number): Promise<readonly Scan[]>;
    /** Removes the reader's older scans but for the newest `keep`. */
    prune(tenantId: string, oid: string, keep: number): Promise<void>;
  };
  readonly acceptedRisks: {
    /** Those that were not taken back, ended ones included. */
    list(tenantId: string): Promise<readonly AcceptedRisk[]>;
    get(id: string): Promise<AcceptedRisk | undefined>;
    /** Replaces what was accepted for the same finding. */
    accept(risk: Omit<AcceptedRisk, 'id' | 'acceptedAt'>): Promise<AcceptedRisk>;
    /** The row stays, with who took it back and when. */
    takeBack(id: string, by: Person): Promise<void>;
  };
  readonly audit: {
    /** What a person did or tried in the app; append-only. */
    append(entry: {
      tenantId: string;
      actor: Person;
      action: string;
      target?: string;
      outcome: string;
      detail?: Readonly<Record<string, string>>;
    }): Promise<void>;
  };
}
