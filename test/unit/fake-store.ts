import type { CheckEvent, CheckRun } from '../../lib/model/chain.ts';
import type { Connection } from '../../lib/model/connection.ts';
import { pending } from '../../lib/model/plan.ts';
import type { JournalEntry, Run, StoredRunEvent } from '../../lib/model/run.ts';
import type { Lease, Store } from '../../lib/ports.ts';
import { operator } from './fake-world.ts';

/** A store in memory that keeps the rules of the real one which the domain relies on: fences, one outcome a row, order. */
export function fakeStore(connection: Connection) {
  const runs: Run[] = [];
  const journal: { -readonly [K in keyof JournalEntry]: JournalEntry[K] }[] = [];
  const events: StoredRunEvent[] = [];
  const checkEvents: (CheckEvent & { seq: number })[] = [];
  const finished: CheckRun[] = [];
  let fence = 0;
  const hold = (offered: number) => {
    if (offered !== fence) throw new Error(`stale fence ${offered}, now ${fence}`);
  };
  const lease = (): Lease => ({ fence, holder: operator, since: '', expiresAt: '' });
  const store: Pick<Store, 'runs' | 'connections' | 'checks'> = {
    connections: {
      list: async () => [connection],
      get: async (id) => (id === connection.id ? connection : undefined),
      create: async () => connection,
      save: async () => connection,
      remove: async () => undefined,
    },
    runs: {
      list: async () => runs.map((run) => ({ ...run, changes: pending(run.plan).length })),
      newest: async () => new Map(),
      listOf: async () => runs.toReversed(),
      get: async (id) => runs.find((run) => run.id === id),
      async create({ connectionId, tenantId, plan, startedBy }) {
        const number = runs.length + 1;
        const run: Run = {
          id: `run-${number}`,
          connectionId,
          tenantId,
          number,
          plan,
          state: 'running',
          startedBy,
          startedAt: '',
        };
        runs.push(run);
        return run;
      },
      async setState(id, offered, state, problem) {
        hold(offered);
        const index = runs.findIndex((run) => run.id === id);
        const run = runs[index];
        if (run) runs[index] = { ...run, state, ...(problem ? { problem } : {}) };
      },
      async acquireLease() {
        fence++;
        return lease();
      },
      renewLease: async (_id, offered) => offered === fence,
      releaseLease: async () => undefined,
      currentLease: async () => lease(),
      async begin(entry, offered) {
        hold(offered);
        const id = `entry-${journal.length + 1}`;
        journal.push({ ...entry, id, seq: journal.length + 1, startedAt: '2026-11-20T09:00:00.000Z' });
        return id;
      },
      async complete(entryId, offered, outcome, details) {
        hold(offered);
        const entry = journal.find(({ id }) => id === entryId);
        if (!entry) throw new Error(`no entry ${entryId}`);
        if (entry.outcome !== undefined && entry.outcome !== 'unknown')
          throw new Error(`${entryId} has its outcome already`);
        Object.assign(entry, { outcome, ...details, endedAt: '2026-11-20T09:00:10.000Z' });
      },
      journal: async (runId) => journal.filter((entry) => entry.runId === runId).map((entry) => ({ ...entry })),
      async appendEvent(_runId, event) {
        events.push({ ...event, seq: events.length + 1 });
        return events.length;
      },
      eventsAfter: async (_runId, seq) => events.filter((event) => event.seq > seq),
    },
    checks: {
      create: async ({ connectionId, tenantId, startedBy, chains }) => ({
        id: `check-${finished.length + 1}`,
        connectionId,
        tenantId,
        startedBy,
        startedAt: '',
        status: 'not-tested',
        chains,
        passes: 0,
      }),
      async appendEvent(_id, event) {
        checkEvents.push({ ...event, seq: checkEvents.length + 1 });
        return checkEvents.length;
      },
      eventsAfter: async (_id, seq) => checkEvents.filter((event) => event.seq > seq),
      async finish(id, result) {
        finished.unshift({
          id,
          connectionId: connection.id,
          tenantId: connection.tenantId,
          startedBy: operator,
          startedAt: '',
          ...result,
        });
      },
      get: async (id) => finished.find((check) => check.id === id),
      latest: async () => new Map(),
      listOf: async (_connectionId, limit) => finished.slice(0, limit),
    },
  };
  return { ...store, journalRows: journal, events, checkEvents, finished };
}
export type FakeStore = ReturnType<typeof fakeStore>;
