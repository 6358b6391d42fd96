import type { AuditRow, NotVisible, Read, ScanEvent, ScanPhase, ScanScope } from '../model/audit.ts';
import type { Cluster, Identity, Subscription } from '../model/azure.ts';
import type { Partial, Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { addFacts, memberRows } from './facts.ts';
import { auditIdentity, credentialRow, type EarlierClusters, indexClusters, issuerPlace } from './join.ts';
import { judgeRows } from './judge.ts';
import { readAllCredentials } from './paced-credentials.ts';
import { readDevops } from './read-devops.ts';
import { readRoles } from './read-roles.ts';
import { readWorkloads } from './read-workloads.ts';

export interface ScanOptions {
  readonly ports: Ports;
  readonly tenantId: string;
  readonly earlier: readonly EarlierClusters[];
  readonly emit: (event: Exclude<ScanEvent, { type: 'scan-start' | 'scan-end' }>) => void;
  /** Rows as they are read, and once more, with everything known about them, at the end. */
  readonly save: (rows: readonly AuditRow[]) => Promise<void>;
  readonly signal: AbortSignal;
}
export interface ScanResult {
  readonly rows: readonly AuditRow[];
  readonly scope: ScanScope;
}

/** So many rows are kept for the page before the scan ends; the first ones at once. */
const batchSizes = [1, 25, 250] as const;

/**
 * Reads the whole estate with the reader's own rights. What is refused is named and makes a column unknown; it never ends the scan.
 * Nothing is written anywhere but through `save`.
 */
export async function scanEstate({ ports, tenantId, earlier, emit, save, signal }: ScanOptions): Promise<ScanResult> {
  const notVisible: NotVisible[] = [];
  const missing = (what: NotVisible) => {
    notVisible.push(what);
    emit({ type: 'scan-missing', what: what.what, code: what.problem.code });
  };
  let rows: AuditRow[] = [];
  const progress = (phase: ScanPhase, done: number, total: number, leftMs?: number) =>
    emit({ type: 'scan-progress', phase, done, total, rows: rows.length, ...(leftMs === undefined ? {} : { leftMs }) });

  progress('clusters', 0, 1);
  const subscriptions = await ports.arm.listSubscriptions(signal);
  const ofTenant = subscriptions.filter((each) => each.tenantId.toLowerCase() === tenantId.toLowerCase());
  const [clusters, identities] = await Promise.all([
    ports.arm.listClusters(signal).then((list) => named(list, 'Clusters', missing)),
    ports.arm.listIdentities(signal).then((list) => named(list, 'Identities', missing)),
    // Its facts are needed at the end only, and it shares no limit with the lists of credentials.
  ]);
  const rolesReading = readRoles(ports, ofTenant, missing, signal);
  rolesReading.catch(() => undefined);
  const unreadClusters = new Set(clusters.notVisible.map(({ name }) => name));
  const index = indexClusters(
    clusters.items,
    {
      subscriptionsRead: readOf(ofTenant, unreadClusters),
      complete: unreadClusters.size === 0,
    },
    earlier,
  );
  progress('credentials', 0, identities.items.length);
  const context = {
    cloud: ports.cloud,
    tenantId,
    clustersComplete: index.complete,
    clustersRead: clusters.items.length,
  };
  const withoutCredentials: Identity[] = [];
  const keep = batches(save, (batch) => judgeRows(batch, context));
  let done = 0;
  const credentialsRefused = new Set<string>();
  await readAllCredentials(
    ports,
    identities.items,
    ({ identity, result }, leftMs) => {
      done += 1;
      if (!result.ok) {
        const what = `Credentials of ${identity.name}`;
        if (!credentialsRefused.has(what)) missing({ what, problem: diagnose(result.error) });
        credentialsRefused.add(what);
      } else {
        if (result.credentials.length === 0) withoutCredentials.push(identity);
        const about = auditIdentity(identity, result.credentials.length);
        const found = result.credentials.map((credential) =>
          credentialRow(credential, about, issuerPlace(credential.issuer, index, ports.cloud, tenantId), result.at),
        );
        rows.push(...found);
        keep.add(found);
      }
      progress('credentials', done, identities.items.length, Math.round(leftMs));
    },
    signal,
  );
  await keep.flush();

  const principals = new Set(identities.items.map(({ principalId }) => principalId.toLowerCase()));
  const [roles, devops, accounts] = await Promise.all([
    rolesReading,
    readDevops(ports, tenantId, principals, (at, of) => progress('devops', at, of), missing, signal),
    readWorkloads(ports, rows, clusters.items, (at, of) => progress('workloads', at, of), missing, signal),
  ]);
  const readAt = ports.clock.now().toISOString();
  rows = addFacts(rows, { roles, devops, accounts, membersUnread: membersUnread(notVisible, devops.unread) });
  rows.push(...memberRows(withoutCredentials, devops, roles, readAt));
  progress('findings', 0, rows.length);
  rows = [...judgeRows(rows, context)];
  for (let start = 0; start < rows.length; start += 500) {
    signal.throwIfAborted();
    await save(rows.slice(start, start + 500));
  }
  progress('findings', rows.length, rows.length);
  return {
    rows,
    scope: {
      subscriptions: ofTenant.map(({ name }) => name).toSorted((left, right) => left.localeCompare(right)),
      clusters: clusters.items.map(clusterOf),
      organizations: devops.organizations,
      identities: identities.items.length,
      credentials: rows.filter(({ credential }) => credential).length,
      notVisible,
    },
  };
}

function named<Item>(list: Partial<Item>, kind: string, missing: (missing: NotVisible) => void): Partial<Item> {
  for (const { name, problem } of list.notVisible) missing({ what: `${kind} of ${name}`, problem });
  return list;
}

function readOf(subscriptions: readonly Subscription[], unread: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(subscriptions.filter(({ name }) => !unread.has(name)).map(({ id }) => id.toLowerCase()));
}

function clusterOf({ id, name, issuerUrl }: Cluster): ScanScope['clusters'][number] {
  return { id, name, ...(issuerUrl ? { issuer: issuerUrl } : {}) };
}

/** Where an organisation was not read, an identity that was found in none may still be a member of that one. */
function membersUnread(notVisible: readonly NotVisible[], unread: string | undefined): Read<never> | undefined {
  if (unread !== undefined) return { state: 'not-visible', why: unread };
  const names = notVisible.filter(({ what }) => what.startsWith('Members of ')).map(({ what }) => what.slice(11));
  return names.length > 0
    ? { state: 'not-visible', why: `Members of ${names.join(', ')} are not visible to you` }
    : undefined;
}

/** Keeps the order of writes, and grows: the first row is on the page at once, ten thousand are not written one by one. */
function batches(save: ScanOptions['save'], judge: (rows: readonly AuditRow[]) => readonly AuditRow[]) {
  let waiting: AuditRow[] = [];
  let written = 0;
  let queue: Promise<void> = Promise.resolve();
  const write = () => {
    const batch = judge(waiting);
    waiting = [];
    if (batch.length === 0) return;
    written += 1;
    queue = queue.then(() => save(batch));
    queue.catch(() => undefined);
  };
  return {
    add(rows: readonly AuditRow[]) {
      waiting.push(...rows);
      if (waiting.length >= (batchSizes[written] ?? 250)) write();
    },
    async flush() {
      write();
      await queue;
    },
  };
}
