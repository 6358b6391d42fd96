import { classifyIssuer, normalisedIssuer } from '../findings/issuer.ts';
import type { AuditIdentity, AuditRow, IssuerPlace, Read, ScanScope } from '../model/audit.ts';
import { type Cluster, type FederatedCredential, type Identity, parseArmId, sameArmId } from '../model/azure.ts';
import type { CloudEnvironment } from '../model/cloud.ts';

export interface ClusterIndex {
  readonly clusters: readonly Cluster[];
  readonly complete: boolean;
  /** Issuer without slash, space and case → cluster. */
  readonly byIssuer: ReadonlyMap<string, Cluster>;
  /** Clusters of earlier scans that are gone although their place was read. */
  readonly gone: ReadonlyMap<string, { readonly id: string; readonly name: string; readonly seenAt: string }>;
}

/** What an earlier scan of the same reader saw. */
export interface EarlierClusters {
  readonly at: string;
  readonly clusters: ScanScope['clusters'];
}

export function indexClusters(
  clusters: readonly Cluster[],
  place: { readonly subscriptionsRead: ReadonlySet<string>; readonly complete: boolean },
  earlier: readonly EarlierClusters[],
): ClusterIndex {
  const byIssuer = new Map(
    clusters.flatMap((cluster) => (cluster.issuerUrl ? [[normalisedIssuer(cluster.issuerUrl), cluster] as const] : [])),
  );
  const gone = new Map<string, { id: string; name: string; seenAt: string }>();
  for (const { at, clusters: known } of earlier)
    for (const { id, name, issuer } of known) {
      const key = issuer && normalisedIssuer(issuer);
      if (!key || byIssuer.has(key) || gone.has(key)) continue;
      if (!place.subscriptionsRead.has(parseArmId(id).subscriptionId.toLowerCase())) continue;
      // The same cluster under another issuer does not happen; one whose issuer is off now still exists.
      if (clusters.some((cluster) => sameArmId(cluster.id, id) && !cluster.issuerUrl)) continue;
      gone.set(key, { id, name, seenAt: at });
    }
  return { clusters, complete: place.complete, byIssuer, gone };
}

export function issuerPlace(
  issuer: string,
  index: ClusterIndex,
  cloud: CloudEnvironment,
  tenantId: string,
): IssuerPlace {
  const place = classifyIssuer(issuer, cloud, tenantId);
  if (place.kind !== 'aks') return place;
  const key = normalisedIssuer(issuer);
  const cluster = index.byIssuer.get(key);
  const goneCluster = index.gone.get(key);
  if (!cluster?.issuerUrl) return { ...place, ...(goneCluster ? { goneCluster } : {}) };
  const environment = cluster.tags?.environment?.toLowerCase();
  return {
    ...place,
    cluster: {
      id: cluster.id,
      name: cluster.name,
      issuer: cluster.issuerUrl,
      exact: cluster.issuerUrl === issuer,
      ...(environment ? { environment } : {}),
    },
  };
}

const subjectPattern = /^system:serviceaccount:([^:]{1,253}):([^:]{1,253})$/;

export function serviceAccountOf(subject: string | undefined): AuditRow['serviceAccount'] {
  const match = subjectPattern.exec(subject ?? '');
  return match?.[1] && match[2] ? { namespace: match[1], name: match[2] } : undefined;
}

export function auditIdentity(identity: Identity, credentials: number): AuditIdentity {
  const { id, name, subscriptionId, subscriptionName, resourceGroup, tenantId, clientId, principalId } = identity;
  return { id, name, subscriptionId, subscriptionName, resourceGroup, tenantId, clientId, principalId, credentials };
}

export const unasked: Read<never> = { state: 'unknown', why: 'Not read yet' };

/** A row with what Azure says of the trust itself; everything else is filled in as it is read. */
export function credentialRow(
  credential: FederatedCredential,
  identity: AuditIdentity,
  issuer: IssuerPlace,
  readAt: string,
): AuditRow {
  const serviceAccount =
    issuer.kind === 'aks' || issuer.kind === 'aks-foreign' ? serviceAccountOf(credential.subject) : undefined;
  return {
    key: `${identity.id}/federatedIdentityCredentials/${credential.name}`.toLowerCase(),
    name: credential.name,
    credential,
    identity,
    issuer,
    ...(serviceAccount ? { serviceAccount } : {}),
    account: serviceAccount ? unasked : { state: 'unknown', why: 'The subject is no service account' },
    roles: unasked,
    devops: unasked,
    findings: [],
    readAt,
  };
}
