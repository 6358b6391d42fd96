import 'server-only';
import { cache } from 'react';
import { type JudgedRow, judgedRows } from '../../audit/filter.ts';
import type { AcceptedRisk, AuditRow, Scan } from '../../model/audit.ts';
import { type Services, services } from '../services.ts';
import { requireRole, type Session } from '../session.ts';

/** Rows of finished scans never change, so each process reads them once. Few are kept: an estate takes some ten megabytes. */
const keptInMemory = 3;
const memo = globalThis as { __patlessScanRows?: Map<string, Promise<readonly AuditRow[]>> };

function rowsOf(scan: Scan, store: Services['store']): Promise<readonly AuditRow[]> {
  if (scan.state === 'running') return store.scans.rows(scan.id);
  memo.__patlessScanRows ??= new Map();
  const kept = memo.__patlessScanRows;
  const rows = kept.get(scan.id) ?? store.scans.rows(scan.id);
  kept.delete(scan.id);
  kept.set(scan.id, rows);
  rows.catch(() => kept.delete(scan.id));
  for (const oldest of kept.keys()) {
    if (kept.size <= keptInMemory) break;
    kept.delete(oldest);
  }
  return rows;
}

export interface LoadedAudit {
  readonly session: Session;
  /** The scan whose rows are shown; the newest complete one, or one that runs while there is none. */
  readonly shown?: Scan;
  /** The newest scan where it is another: it runs, was cancelled or failed. */
  readonly newest?: Scan;
  /** The complete scan before the shown one. */
  readonly before?: { readonly scan: Scan; readonly rows: readonly AuditRow[] };
  readonly rows: readonly JudgedRow[];
  readonly risks: readonly AcceptedRisk[];
}

/** What this person's own scans found. No cloud is asked. */
export const loadAudit = cache(async (): Promise<LoadedAudit> => {
  const session = await requireRole('Auditor');
  const { store } = await services();
  const { tid, oid } = session.person;
  const [scans, risks] = await Promise.all([store.scans.listOf(tid, oid, 8), store.acceptedRisks.list(tid)]);
  const [newest] = scans;
  const done = scans.filter(({ state }) => state === 'done');
  const shown = done[0] ?? newest;
  const earlier = done[1];
  const [rows, earlierRows] = await Promise.all([
    shown ? rowsOf(shown, store) : [],
    earlier ? rowsOf(earlier, store) : undefined,
  ]);
  return {
    session,
    risks,
    rows: judgedRows(rows, risks, new Date().toISOString().slice(0, 10)),
    ...(shown ? { shown } : {}),
    ...(newest && newest.id !== shown?.id ? { newest } : {}),
    ...(earlier && earlierRows ? { before: { scan: earlier, rows: earlierRows } } : {}),
  };
});
