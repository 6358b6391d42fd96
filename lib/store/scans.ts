import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Scan } from '../model/audit.ts';
import type { Store } from '../ports.ts';
import { type Database, isUuid, rowsOf } from './database.ts';
import { scanEvents, scanRows, scans } from './schema.ts';

/** Parameters of one statement are limited; so many rows travel at once. */
const rowsAtOnce = 250;
/** A scan that has said nothing for so long is over, whatever its row says: the process that read it is gone. */
const longestHours = 2;

export function createScans(database: Database): Store['scans'] {
  return {
    async create({ tenantId, startedBy }) {
      const [row] = await database.insert(scans).values({ tenantId, oid: startedBy.oid, startedBy }).returning();
      if (!row) throw new Error('The scan was not stored');
      return scanOf(row);
    },
    async saveRows(scanId, rows) {
      for (let start = 0; start < rows.length; start += rowsAtOnce)
        await database
          .insert(scanRows)
          .values(rows.slice(start, start + rowsAtOnce).map((row) => ({ scanId, key: row.key, row })))
          .onConflictDoUpdate({ target: [scanRows.scanId, scanRows.key], set: { row: sql`excluded.row` } });
    },
    async rows(scanId) {
      if (!isUuid(scanId)) return [];
      const rows = await database
        .select({ row: scanRows.row })
        .from(scanRows)
        .where(eq(scanRows.scanId, scanId))
        .orderBy(asc(scanRows.key));
      return rows.map(({ row }) => row);
    },
    async appendEvent(scanId, event) {
      const [row] = await rowsOf<{ seq: number }>(
        database,
        sql`with counted as (update ${scans} set event_seq = event_seq + 1 where id = ${scanId} returning event_seq)
        insert into ${scanEvents} (scan_id, seq, event) select ${scanId}::uuid, event_seq, ${JSON.stringify(event)}::jsonb from counted
        returning seq`,
      );
      if (!row) throw new Error(`No scan ${scanId}`);
      return row.seq;
    },
    async eventsAfter(scanId, seq) {
      if (!isUuid(scanId)) return [];
      const rows = await database
        .select()
        .from(scanEvents)
        .where(and(eq(scanEvents.scanId, scanId), gt(scanEvents.seq, seq)))
        .orderBy(asc(scanEvents.seq));
      return rows.map((row) => ({ ...row.event, seq: row.seq }));
    },
    async finish(id, { state, scope, problem }) {
      const ended = await database
        .update(scans)
        .set({ state, scope: scope ?? null, problem: problem ?? null, endedAt: sql`now()` })
        .where(and(eq(scans.id, id), eq(scans.state, 'running')))
        .returning({ id: scans.id });
      return ended.length > 0;
    },
    async get(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await database.select().from(scans).where(eq(scans.id, id));
      return row && scanOf(row);
    },
    async listOf(tenantId, oid, limit) {
      const rows = await database
        .select()
        .from(scans)
        .where(and(eq(scans.tenantId, tenantId), eq(scans.oid, oid)))
        .orderBy(desc(scans.startedAt), desc(scans.id))
        .limit(limit);
      return rows.map(scanOf);
    },
    async prune(tenantId, oid, keep) {
      const old = await database
        .select({ id: scans.id })
        .from(scans)
        .where(and(eq(scans.tenantId, tenantId), eq(scans.oid, oid), sql`${scans.state} <> 'running'`))
        .orderBy(desc(scans.startedAt), desc(scans.id))
        .offset(keep);
      if (old.length > 0)
        await database.delete(scans).where(
          inArray(
            scans.id,
            old.map(({ id }) => id),
          ),
        );
    },
  };
}

/** The embedded database belongs to one process: what still runs in it when it is opened runs nowhere. */
export async function endOrphanedScans(database: Database): Promise<void> {
  await database.update(scans).set({ state: 'failed', endedAt: sql`now()` }).where(eq(scans.state, 'running'));
}

function scanOf(row: typeof scans.$inferSelect): Scan {
  const lost = row.state === 'running' && Date.now() - row.startedAt.getTime() > longestHours * 3_600_000;
  return {
    id: row.id,
    tenantId: row.tenantId,
    startedBy: row.startedBy,
    startedAt: row.startedAt.toISOString(),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
    state: lost ? 'failed' : row.state,
    ...(row.scope && { scope: row.scope }),
    ...(row.problem && { problem: row.problem }),
  };
}
