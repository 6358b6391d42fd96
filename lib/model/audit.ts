import type { ArmId, FederatedCredential } from './azure.ts';
import type { Person } from './connection.ts';
import type { License } from './devops.ts';
import type { Problem } from './problem.ts';

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** The worst of several; undefined where there is none. */
export function worst(of: readonly { readonly severity: Severity }[]): Severity | undefined {
  return severities.find((severity) => of.some((each) => each.severity === severity));
}

/** A value with the time at which it was read, or why there is none. Nothing unseen is ever reported as absent. */
export type Read<Value> =
  | { readonly state: 'read'; readonly at: string; readonly value: Value }
  /** The reader's rights end here. */
  | { readonly state: 'not-visible'; readonly why: string }
  /** Not asked, or asked without a clear answer. */
  | { readonly state: 'unknown'; readonly why: string };

/** What a host name says about who stands behind an issuer. */
export const issuerKinds = [
  'aks',
  'aks-foreign',
  'identity-binding',
  'github',
  'devops',
  'entra',
  'self-hostable',
  'unknown',
] as const;
export type IssuerKind = (typeof issuerKinds)[number];

export interface IssuerPlace {
  readonly kind: IssuerKind;
  readonly host: string;
  readonly region?: string;
  /** Tenant in the path of an AKS issuer. */
  readonly tenantId?: string;
  /** The cluster whose issuer this is, when one that could be read has it. */
  readonly cluster?: {
    readonly id: ArmId;
    readonly name: string;
    readonly issuer: string;
    /** Byte for byte, as Entra compares. */
    readonly exact: boolean;
    readonly environment?: string;
  };
  /** Seen by an earlier scan of the same reader, in a subscription that was read again and holds it no more. */
  readonly goneCluster?: { readonly id: ArmId; readonly name: string; readonly seenAt: string };
}

export interface AuditIdentity {
  readonly id: ArmId;
  readonly name: string;
  readonly subscriptionId: string;
  readonly subscriptionName: string;
  readonly resourceGroup: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly principalId: string;
  /** How many credentials it has, of the twenty that it may have. */
  readonly credentials: number;
}

export interface ServiceAccountFacts {
  readonly namespaceExists: boolean;
  readonly exists: boolean;
  /** Annotation `azure.workload.identity/client-id`. */
  readonly clientId?: string;
  /** Deployments and stateful sets that run under it. */
  readonly workloads: readonly { readonly kind: string; readonly name: string; readonly labelled: boolean }[];
}

export interface RoleHeld {
  readonly role: string;
  readonly scope: string;
}

export interface DevopsPlace {
  readonly organization: string;
  readonly descriptor: string;
  readonly license: Read<{ readonly license: License; readonly name: string }>;
  /** Direct and inherited, each with its project where it has one. */
  readonly groups: Read<readonly DevopsGroupHeld[]>;
}
export interface DevopsGroupHeld {
  readonly name: string;
  readonly project?: string;
  readonly descriptor: string;
  /** Repositories of the project that the reader sees. */
  readonly repositories?: number;
}

/** One line of the audit: a credential, or an Azure DevOps member that has none left. */
export interface AuditRow {
  /** Stable across scans: the lower-case id of the credential, or `member:` with organisation and descriptor. */
  readonly key: string;
  readonly name: string;
  readonly credential?: FederatedCredential;
  readonly identity: AuditIdentity;
  readonly issuer?: IssuerPlace;
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly account: Read<ServiceAccountFacts>;
  readonly roles: Read<readonly RoleHeld[]>;
  readonly devops: Read<readonly DevopsPlace[]>;
  readonly findings: readonly Finding[];
  /** When Azure was asked for the credential. */
  readonly readAt: string;
}

export interface FindingEvidence {
  readonly label: string;
  readonly text: string;
  /** When it was read. */
  readonly at?: string;
}
export interface Finding {
  /** Id of the finding kind, for example `F7`. */
  readonly kind: string;
  readonly severity: Severity;
  readonly title: string;
  readonly evidence: readonly FindingEvidence[];
  readonly remedy: Remedy;
}

/** What would mend it, as data; commands are made of it when somebody asks for them. */
export type Remedy =
  | { readonly type: 'delete-credential' }
  | {
      readonly type: 'recreate-credential';
      readonly issuer: string;
      readonly subject?: string;
      readonly audience: string;
    }
  | { readonly type: 'remove-role'; readonly role: string; readonly scope: string }
  | {
      readonly type: 'remove-group';
      readonly organization: string;
      readonly group: DevopsGroupHeld;
      readonly member: string;
    }
  | { readonly type: 'remove-member'; readonly organization: string; readonly member: string }
  | {
      readonly type: 'fit-workload';
      readonly annotate: boolean;
      readonly label: readonly { readonly kind: string; readonly name: string }[];
    }
  | { readonly type: 'own-service-account' }
  | { readonly type: 'split-identity' };

export type ScanPhase = 'clusters' | 'identities' | 'credentials' | 'roles' | 'devops' | 'workloads' | 'findings';

/** What was read and what was not, by name. */
export interface ScanScope {
  readonly subscriptions: readonly string[];
  readonly clusters: readonly { readonly id: ArmId; readonly name: string; readonly issuer?: string }[];
  readonly organizations: readonly string[];
  readonly identities: number;
  readonly credentials: number;
  readonly notVisible: readonly NotVisible[];
}
export interface NotVisible {
  /** `Clusters of Contoso Production`. */
  readonly what: string;
  /** Why, in one sentence of the service's refusal, or ours. */
  readonly problem: Problem;
}

export type ScanEvent =
  | { readonly type: 'scan-start'; readonly at: string }
  | {
      readonly type: 'scan-progress';
      readonly phase: ScanPhase;
      readonly done: number;
      readonly total: number;
      readonly rows: number;
      /** Milliseconds that the paced calls which are left will take at least. */
      readonly leftMs?: number;
    }
  | { readonly type: 'scan-missing'; readonly what: string; readonly code: string }
  | { readonly type: 'scan-end'; readonly at: string; readonly state: ScanState; readonly rows: number };
export type ScanState = 'running' | 'done' | 'cancelled' | 'failed';

export interface Scan {
  readonly id: string;
  readonly tenantId: string;
  readonly startedBy: Person;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly state: ScanState;
  readonly scope?: ScanScope;
  readonly problem?: Problem;
}

/** One finding on one row, as it is accepted. */
export function findingKey(row: Pick<AuditRow, 'key'>, kind: string): string {
  return `${kind}:${row.key}`;
}
export interface AcceptedRisk {
  readonly id: string;
  readonly tenantId: string;
  readonly findingKey: string;
  readonly reason: string;
  readonly owner: string;
  /** Calendar day, for example `2027-01-31`; the risk is open again on the day after. */
  readonly endsOn: string;
  readonly acceptedBy: Person;
  readonly acceptedAt: string;
}
