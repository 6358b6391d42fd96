import 'server-only';
import { forbidden, notFound } from 'next/navigation';
import { cache } from 'react';
import type { CheckEvent, CheckRun } from '../model/chain.ts';
import type { Connection, Role } from '../model/connection.ts';
import type { JournalEntry, Run, RunSummary, StoredRunEvent } from '../model/run.ts';
import type { Lease } from '../ports.ts';
import { type Services, services } from './services.ts';
import { requireRole, type Session } from './session.ts';

/** What pages read. Each asks for the role by itself: a layout or proxy that was passed proves nothing about this request. */

async function reader(role: Role): Promise<{ session: Session; store: Services['store'] }> {
  const session = await requireRole(role);
  return { session, store: (await services()).store };
}

/** Unknown is 404. Foreign is refused: the id is real, and belongs to people of another tenant. */
function owned<Owned extends { readonly tenantId: string }>(object: Owned | undefined, session: Session): Owned {
  if (!object) notFound();
  if (object.tenantId !== session.person.tid) forbidden();
  return object;
}

export const listConnections = cache(async (): Promise<readonly Connection[]> => {
  const { session, store } = await reader('Viewer');
  return store.connections.list(session.person.tid);
});

export const loadConnection = cache(async (id: string): Promise<Connection> => {
  const { session, store } = await reader('Viewer');
  return owned(await store.connections.get(id), session);
});

export const listRuns = cache(async (limit = 50): Promise<readonly RunSummary[]> => {
  const { session, store } = await reader('Viewer');
  return store.runs.list(session.person.tid, limit);
});

/** Newest first. */
export const listRunsOf = cache(async (connectionId: string): Promise<readonly Run[]> => {
  const { store } = await reader('Viewer');
  const connection = await loadConnection(connectionId);
  return store.runs.listOf(connection.id);
});

export interface LoadedRun {
  readonly run: Run;
  readonly events: readonly StoredRunEvent[];
  readonly journal: readonly JournalEntry[];
  /** Who holds it now; absent when nobody does. */
  readonly lease?: Lease;
}

export const loadRun = cache(async (id: string): Promise<LoadedRun> => {
  const { session, store } = await reader('Viewer');
  const run = owned(await store.runs.get(id), session);
  const [events, journal, lease] = await Promise.all([
    store.runs.eventsAfter(run.id, 0),
    store.runs.journal(run.id),
    store.runs.currentLease(run.id),
  ]);
  return { run, events, journal, ...(lease ? { lease } : {}) };
});

export interface LoadedCheck {
  readonly check: CheckRun;
  readonly events: readonly (CheckEvent & { readonly seq: number })[];
}

export const loadCheck = cache(async (id: string): Promise<LoadedCheck> => {
  const { session, store } = await reader('Viewer');
  const check = owned(await store.checks.get(id), session);
  return { check, events: await store.checks.eventsAfter(check.id, 0) };
});

/** The newest finished check of each connection, by connection id. */
export const latestChecks = cache(async (): Promise<ReadonlyMap<string, CheckRun>> => {
  const { session, store } = await reader('Viewer');
  return store.checks.latest(session.person.tid);
});

export const listChecksOf = cache(async (connectionId: string, limit = 20): Promise<readonly CheckRun[]> => {
  const { store } = await reader('Viewer');
  const connection = await loadConnection(connectionId);
  return store.checks.listOf(connection.id, limit);
});
