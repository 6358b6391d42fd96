import { and, asc, desc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { CheckRun } from '../model/chain.ts';
import type { Store } from '../ports.ts';
import { type Database, isUuid, rowsOf } from './database.ts';
import { checkEvents, checks, connections } from './schema.ts';

export function createChecks(database: Database): Store['checks'] {
  return {
    async create({ connectionId, tenantId, startedBy, chains }) {
      const [row] = await database.insert(checks).values({ connectionId, tenantId, startedBy, chains }).returning();
      if (!row) throw new Error('The check was not stored');
      return checkOf(row);
    },
    async appendEvent(checkId, event) {
      const [row] = await rowsOf<{ seq: number }>(
        database,
        sql`with counted as (update ${checks} set event_seq = event_seq + 1 where id = ${checkId} returning event_seq)
        insert into ${checkEvents} (check_id, seq, event) select ${checkId}::uuid, event_seq, ${JSON.stringify(event)}::jsonb from counted
        returning seq`,
      );
      if (!row) throw new Error(`No check ${checkId}`);
      return row.seq;
    },
    async eventsAfter(checkId, seq) {
      if (!isUuid(checkId)) return [];
      const rows = await database
        .select()
        .from(checkEvents)
        .where(and(eq(checkEvents.checkId, checkId), gt(checkEvents.seq, seq)))
        .orderBy(asc(checkEvents.seq));
      return rows.map((row) => ({ ...row.event, seq: row.seq }));
    },
    async finish(id, { status, chains, passes, tookMs, presented }) {
      const finished = await database
        .update(checks)
        .set({ status, chains, passes, tookMs: tookMs ?? null, presented: presented ?? null, endedAt: sql`now()` })
        .where(and(eq(checks.id, id), isNull(checks.endedAt)))
        .returning({ id: checks.id });
      if (finished.length === 0) throw new Error(`No unfinished check ${id}`);
    },
    async get(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await database.select().from(checks).where(eq(checks.id, id));
      return row && checkOf(row);
    },
    async latest(tenantId) {
      // Ids first: sorting whole checks, each with kilobytes of links, would cost more than everything else on the page.
      const newest = database
        .selectDistinctOn([checks.connectionId], { id: checks.id })
        .from(checks)
        .innerJoin(connections, and(eq(connections.id, checks.connectionId), isNull(connections.removedAt)))
        .where(and(eq(checks.tenantId, tenantId), sql`${checks.endedAt} is not null`))
        .orderBy(checks.connectionId, desc(checks.endedAt), desc(checks.startedAt));
      const rows = await database.select().from(checks).where(inArray(checks.id, newest));
      return new Map(rows.map((row) => [row.connectionId, checkOf(row)]));
    },
    async listOf(connectionId, limit) {
      if (!isUuid(connectionId)) return [];
      const rows = await database
        .select()
        .from(checks)
        .where(eq(checks.connectionId, connectionId))
        .orderBy(desc(checks.startedAt))
        .limit(limit);
      return rows.map(checkOf);
    },
  };
}

function checkOf(row: typeof checks.$inferSelect): CheckRun {
  return {
    id: row.id,
    connectionId: row.connectionId,
    tenantId: row.tenantId,
    startedBy: row.startedBy,
    startedAt: row.startedAt.toISOString(),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
    status: row.status,
    chains: row.chains,
    ...(row.presented && { presented: row.presented }),
    passes: row.passes,
    ...(row.tookMs !== null && { tookMs: row.tookMs }),
  };
}
