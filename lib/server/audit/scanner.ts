import 'server-only';
import type { EarlierClusters } from '../../audit/join.ts';
import { scanEstate } from '../../audit/scan.ts';
import type { Scan, ScanEvent, ScanScope } from '../../model/audit.ts';
import type { Problem } from '../../model/problem.ts';
import { makeProblem } from '../../problems/make-problem.ts';
import { problemOf } from '../failure.ts';
import { logger } from '../logger.ts';
import { notify } from '../notify.ts';
import type { Services } from '../services.ts';
import { actorOf, type Session } from '../session.ts';
import { shutdownSignal } from '../shutdown.ts';

/** Ten thousand credentials at the service's own pace take minutes; what takes this long will not end. */
const scanBudgetMs = 3_600_000;
const keptScans = 5;
const progressEveryMs = 400;

// Module state would exist once for each bundle that Next makes of this file.
const memo = globalThis as { __patlessScans?: Map<string, AbortController> };
function running(): Map<string, AbortController> {
  memo.__patlessScans ??= new Map();
  return memo.__patlessScans;
}

/** Starts a scan in the background, with this person's own tokens; one that runs already is answered instead of a second. */
export async function startScan({
  session,
  services,
}: {
  readonly session: Session;
  readonly services: Services;
}): Promise<string> {
  const { store } = services;
  const { tid, oid } = session.person;
  const known = await store.scans.listOf(tid, oid, keptScans);
  const [newest] = known;
  if (newest?.state === 'running') return newest.id;
  const scan = await store.scans.create({ tenantId: tid, startedBy: actorOf(session) });
  const cancel = new AbortController();
  running().set(scan.id, cancel);
  void carryOut(scan, known, { session, services, cancel: cancel.signal }).finally(() => running().delete(scan.id));
  return scan.id;
}

/** False when it runs in another process, or nowhere. */
export async function cancelScan(scan: Scan, services: Services): Promise<void> {
  const controller = running().get(scan.id);
  if (controller) return controller.abort(new Error('Cancelled'));
  await end(services, scan.id, { state: 'cancelled' }, 0);
}

async function carryOut(
  scan: Scan,
  known: readonly Scan[],
  { session, services, cancel }: { session: Session; services: Services; cancel: AbortSignal },
): Promise<void> {
  const { store, portsFor } = services;
  const writer = eventWriter(services, scan.id);
  const signal = AbortSignal.any([AbortSignal.timeout(scanBudgetMs), shutdownSignal(), cancel]);
  let rows = 0;
  let outcome: { state: 'done' | 'cancelled' | 'failed'; scope?: ScanScope; problem?: Problem };
  writer.write({ type: 'scan-start', at: new Date().toISOString() });
  try {
    const result = await scanEstate({
      ports: portsFor(session),
      tenantId: session.person.tid,
      earlier: known.flatMap(earlierOf),
      emit: writer.write,
      save: (batch) => store.scans.saveRows(scan.id, batch),
      signal,
    });
    rows = result.rows.length;
    outcome = { state: 'done', scope: result.scope };
  } catch (error) {
    outcome = cancel.aborted ? { state: 'cancelled' } : { state: 'failed', problem: failureOf(error, scan.id, signal) };
  }
  try {
    await writer.flush();
    await end(services, scan.id, outcome, rows);
    await store.scans.prune(scan.tenantId, scan.startedBy.oid, keptScans);
  } catch (error) {
    logger().error({ scan: scan.id, error }, 'the end of a scan could not be stored');
  }
}

function failureOf(error: unknown, scanId: string, signal: AbortSignal): Problem {
  if (signal.aborted) return makeProblem('upstream/timeout', { title: 'The scan was stopped before its end' });
  try {
    return problemOf(error);
  } catch (bug) {
    logger().error({ scan: scanId, error: bug }, 'scan failed');
    return makeProblem('upstream/unexpected');
  }
}

async function end(
  { store }: Services,
  id: string,
  outcome: { state: 'done' | 'cancelled' | 'failed'; scope?: ScanScope; problem?: Problem },
  rows: number,
): Promise<void> {
  // The state first: who reads the last event asks for the page, which must show the end.
  if (await store.scans.finish(id, outcome))
    await store.scans.appendEvent(id, { type: 'scan-end', at: new Date().toISOString(), state: outcome.state, rows });
  notify(id);
}

function earlierOf({ state, scope, endedAt }: Scan): readonly EarlierClusters[] {
  return state === 'done' && scope && endedAt ? [{ at: endedAt, clusters: scope.clusters }] : [];
}

/** In their order; of progress within one phase only what is newest when its time comes. */
function eventWriter({ store }: Services, scanId: string) {
  let queue: Promise<void> = Promise.resolve();
  let waiting: ScanEvent | undefined;
  let wroteAt = 0;
  const put = (event: ScanEvent) => {
    wroteAt = Date.now();
    queue = queue.then(async () => {
      await store.scans.appendEvent(scanId, event);
      notify(scanId);
    });
    queue.catch(() => undefined);
  };
  const release = () => {
    if (waiting) put(waiting);
    waiting = undefined;
  };
  return {
    write(event: ScanEvent) {
      if (event.type !== 'scan-progress') {
        release();
        return put(event);
      }
      if (waiting?.type === 'scan-progress' && waiting.phase !== event.phase && Date.now() - wroteAt >= progressEveryMs)
        release();
      waiting = event;
      if (Date.now() - wroteAt >= progressEveryMs) release();
    },
    async flush() {
      release();
      await queue;
    },
  };
}
