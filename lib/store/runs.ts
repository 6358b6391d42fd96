import { and, asc, desc, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import type { JournalEntry, Run, RunState, RunSummary, StoredRunEvent } from '../model/run.ts';
import type { Lease, Store } from '../ports.ts';
import { type Database, isUuid, rowsOf } from './database.ts';
import { StaleLeaseError } from './errors.ts';
import { connections, journal, runEvents, runs } from './schema.ts';

/** A run that nobody has taken up yet is as good as running; one that nobody holds any more is interrupted, whatever was stored. */
const startGraceSeconds = 30;
const currentState = sql<RunState>`case when ${runs.state} = 'running'
  and coalesce(${runs.leaseExpiresAt}, case when ${runs.fence} = 0 then ${runs.startedAt} + make_interval(secs => ${startGraceSeconds}) end, '-infinity') <= now()
  then 'interrupted' else ${runs.state} end`;
const columns = { ...getTableColumns(runs), state: currentState };
/** Counted in the database: a plan is kilobytes of JSON, and a list needs one number of it. */
const pendingChanges = sql<number>`jsonb_array_length(jsonb_path_query_array(${runs.plan},
  '$.changes[*] ? (@.verdict.state == "create" || @.verdict.state == "update")'))`;
const summary = {
  id: runs.id,
  connectionId: runs.connectionId,
  tenantId: runs.tenantId,
  number: runs.number,
  state: currentState,
  startedBy: runs.startedBy,
  startedAt: runs.startedAt,
  endedAt: runs.endedAt,
  changes: pendingChanges,
};
const expiry = (ttlMs: number) => sql`now() + make_interval(secs => ${ttlMs / 1_000}::double precision)`;

export function createRuns(database: Database): Store['runs'] {
  const select = () => database.select(columns).from(runs);
  const held = (id: string, fence: number) => and(eq(runs.id, id), eq(runs.fence, fence));
  return {
    async list(tenantId, limit) {
      // Ids first here too: a plan is not carried through the sort.
      const ids = database
        .select({ id: runs.id })
        .from(runs)
        .where(eq(runs.tenantId, tenantId))
        .orderBy(desc(runs.startedAt))
        .limit(limit);
      const rows = await database.select(summary).from(runs).where(inArray(runs.id, ids)).orderBy(desc(runs.startedAt));
      return rows.map(summaryOf);
    },
    async newest(tenantId) {
      const ids = database
        .selectDistinctOn([runs.connectionId], { id: runs.id })
        .from(runs)
        .where(eq(runs.tenantId, tenantId))
        .orderBy(runs.connectionId, desc(runs.number));
      const rows = await database.select(summary).from(runs).where(inArray(runs.id, ids));
      return new Map(rows.map((row) => [row.connectionId, summaryOf(row)]));
    },
    async listOf(connectionId) {
      if (!isUuid(connectionId)) return [];
      const rows = await select().where(eq(runs.connectionId, connectionId)).orderBy(desc(runs.number));
      return rows.map(runOf);
    },
    async get(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await select().where(eq(runs.id, id));
      return row && runOf(row);
    },
    create({ connectionId, tenantId, plan, startedBy }) {
      return database.transaction(async (transaction) => {
        // The row lock of this update makes numbers gapless and unique without a retry.
        const [counted] = await transaction
          .update(connections)
          .set({ runCount: sql`${connections.runCount} + 1` })
          .where(eq(connections.id, connectionId))
          .returning({ number: connections.runCount });
        if (!counted) throw new Error(`No connection ${connectionId}`);
        const [row] = await transaction
          .insert(runs)
          .values({ connectionId, tenantId, number: counted.number, plan, startedBy })
          .returning();
        if (!row) throw new Error('The run was not stored');
        return runOf(row);
      });
    },
    async setState(id, fence, state, problem) {
      const final = state === 'done' || state === 'failed';
      const updated = await database
        .update(runs)
        .set({ state, problem: problem ?? null, endedAt: final ? sql`now()` : null })
        .where(held(id, fence))
        .returning({ id: runs.id });
      if (updated.length === 0) throw new StaleLeaseError(id);
    },
    async acquireLease(id, holder, ttlMs, takeOver = false) {
      if (!isUuid(id)) return undefined;
      const [row] = await database
        .update(runs)
        .set({
          fence: sql`${runs.fence} + 1`,
          leaseHolder: holder,
          leaseSince: sql`now()`,
          leaseExpiresAt: expiry(ttlMs),
        })
        .where(
          and(eq(runs.id, id), sql`(${takeOver} or ${runs.leaseExpiresAt} is null or ${runs.leaseExpiresAt} <= now())`),
        )
        .returning();
      return row && leaseOf(row);
    },
    async renewLease(id, fence, ttlMs) {
      const renewed = await database
        .update(runs)
        .set({ leaseExpiresAt: expiry(ttlMs) })
        .where(and(held(id, fence), sql`${runs.leaseExpiresAt} is not null`))
        .returning({ id: runs.id });
      return renewed.length > 0;
    },
    async releaseLease(id, fence) {
      await database
        .update(runs)
        .set({ leaseHolder: null, leaseSince: null, leaseExpiresAt: null })
        .where(held(id, fence));
    },
    async currentLease(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await database
        .select()
        .from(runs)
        .where(and(eq(runs.id, id), sql`${runs.leaseExpiresAt} > now()`));
      return row && leaseOf(row);
    },
    async begin(entry, fence) {
      // One statement: the fence is judged and the row written under the same row lock, so a take-over falls before or after it.
      const [row] = await rowsOf<{ id: string }>(
        database,
        sql`with holder as (
          update ${runs} set journal_seq = journal_seq + 1
          where id = ${entry.runId} and fence = ${fence} returning journal_seq
        )
        insert into ${journal} (run_id, change_id, seq, plan_hash, actor, intent, outcome, correlation_id, created_by_run, ended_at)
        select ${entry.runId}::uuid, ${entry.changeId}, journal_seq, ${entry.planHash}, ${JSON.stringify(entry.actor)}::jsonb,
          ${JSON.stringify(entry.intent)}::jsonb, ${entry.outcome ?? null}, ${entry.correlationId ?? null},
          ${entry.createdByRun}, ${entry.endedAt ?? null}::timestamptz
        from holder returning id::text`,
      );
      if (!row) throw new StaleLeaseError(entry.runId);
      return row.id;
    },
    async complete(entryId, fence, outcome, { correlationId, createdByRun }) {
      // `unknown` may still be resolved by reading back; every other outcome stands.
      const [row] = await rowsOf<{ run: string; held: boolean; written: boolean }>(
        database,
        sql`with holder as (
          select ${runs.id} from ${runs} join ${journal} on ${journal.runId} = ${runs.id}
          where ${journal.id} = ${entryId} and ${runs.fence} = ${fence} for update of runs
        ), written as (
          update ${journal} set outcome = ${outcome}, correlation_id = coalesce(${correlationId ?? null}, correlation_id),
            created_by_run = ${createdByRun}, ended_at = now()
          from holder
          where ${journal.id} = ${entryId} and ${journal.runId} = holder.id and (outcome is null or outcome = 'unknown')
          returning ${journal.id}
        )
        select ${journal.runId}::text as run, exists (select 1 from holder) as held, exists (select 1 from written) as written from ${journal} where ${journal.id} = ${entryId}`,
      );
      if (!row) throw new Error(`No journal entry ${entryId}`);
      if (!row.held) throw new StaleLeaseError(row.run);
      if (!row.written) throw new Error(`Journal entry ${entryId} has its outcome already`);
    },
    async journal(runId) {
      if (!isUuid(runId)) return [];
      const rows = await database.select().from(journal).where(eq(journal.runId, runId)).orderBy(asc(journal.seq));
      return rows.map(entryOf);
    },
    async appendEvent(runId, event) {
      const [row] = await rowsOf<{ seq: number }>(
        database,
        sql`with counted as (update ${runs} set event_seq = event_seq + 1 where id = ${runId} returning event_seq)
        insert into ${runEvents} (run_id, seq, event) select ${runId}::uuid, event_seq, ${JSON.stringify(event)}::jsonb from counted
        returning seq`,
      );
      if (!row) throw new Error(`No run ${runId}`);
      return row.seq;
    },
    async eventsAfter(runId, seq) {
      if (!isUuid(runId)) return [];
      const rows = await database
        .select()
        .from(runEvents)
        .where(and(eq(runEvents.runId, runId), gt(runEvents.seq, seq)))
        .orderBy(asc(runEvents.seq));
      return rows.map((row): StoredRunEvent => ({ ...row.event, seq: row.seq }));
    },
  };
}

function runOf(row: typeof runs.$inferSelect): Run {
  return {
    id: row.id,
    connectionId: row.connectionId,
    tenantId: row.tenantId,
    number: row.number,
    plan: row.plan,
    state: row.state,
    startedBy: row.startedBy,
    startedAt: row.startedAt.toISOString(),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
    ...(row.problem && { problem: row.problem }),
  };
}

type Summary = Pick<
  typeof runs.$inferSelect,
  'id' | 'connectionId' | 'tenantId' | 'number' | 'state' | 'startedBy' | 'startedAt' | 'endedAt'
> & { readonly changes: number };

function summaryOf({ startedAt, endedAt, changes, ...row }: Summary): RunSummary {
  return {
    ...row,
    changes: Number(changes),
    startedAt: startedAt.toISOString(),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}

function leaseOf(row: typeof runs.$inferSelect): Lease | undefined {
  if (!row.leaseHolder || !row.leaseSince || !row.leaseExpiresAt) return undefined;
  return {
    fence: row.fence,
    holder: row.leaseHolder,
    since: row.leaseSince.toISOString(),
    expiresAt: row.leaseExpiresAt.toISOString(),
  };
}

function entryOf(row: typeof journal.$inferSelect): JournalEntry {
  return {
    id: row.id,
    runId: row.runId,
    changeId: row.changeId,
    seq: row.seq,
    planHash: row.planHash,
    actor: row.actor,
    intent: row.intent,
    ...(row.outcome && { outcome: row.outcome }),
    ...(row.correlationId && { correlationId: row.correlationId }),
    createdByRun: row.createdByRun,
    startedAt: row.startedAt.toISOString(),
    ...(row.endedAt && { endedAt: row.endedAt.toISOString() }),
  };
}
