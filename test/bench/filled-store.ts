import type { Answers } from '../../lib/model/connection.ts';
import { openStore, type StoreHandle } from '../../lib/store/open-store.ts';
import { contosoTenantId } from '../emulator/world/directory.ts';
import type { Connected } from './connected.ts';
import { operator } from './connection.ts';

export const connectionCount = 200;
export const checkCount = 2_000;

export interface Filled {
  /** Newest first. */
  readonly connectionIds: readonly string[];
  /** The newest check of each connection. */
  readonly checkIds: readonly string[];
}

/** A store as a platform team has it after months: each connection applied once and checked again and again. */
export async function fillStore(
  options: { dataDir: string; encryptionKey: Uint8Array },
  connected: Connected,
  answers: Answers,
): Promise<Filled> {
  const store = await openStore(options);
  const connectionIds: string[] = [];
  const checkIds: string[] = [];
  try {
    for (let index = 0; index < connectionCount; index++) {
      const { id } = await store.connections.create({
        tenantId: contosoTenantId,
        name: `checkout-gitops-${String(index + 1).padStart(3, '0')}`,
        answers,
        createdBy: operator,
      });
      connectionIds.unshift(id);
      await fillRun(store, id, connected);
      let last = '';
      for (let number = 0; number < checkCount / connectionCount; number++)
        last = await fillCheck(store, id, connected);
      checkIds.unshift(last);
    }
  } finally {
    await store.close();
  }
  return { connectionIds, checkIds };
}

async function fillRun(store: StoreHandle, connectionId: string, { plan, applied }: Connected): Promise<void> {
  const run = await store.runs.create({
    connectionId,
    tenantId: contosoTenantId,
    plan: { ...plan, connectionId },
    startedBy: operator,
  });
  const lease = await store.runs.acquireLease(run.id, operator, 60_000);
  if (!lease) throw new Error('no lease');
  for (const { seq: _, ...event } of applied.events) await store.runs.appendEvent(run.id, event);
  await store.runs.setState(run.id, lease.fence, 'done');
  await store.runs.releaseLease(run.id, lease.fence);
}

async function fillCheck(store: StoreHandle, connectionId: string, { proved }: Connected): Promise<string> {
  const { check, events } = proved;
  const { id } = await store.checks.create({
    connectionId,
    tenantId: contosoTenantId,
    startedBy: operator,
    chains: check.chains,
  });
  for (const event of events) await store.checks.appendEvent(id, event);
  await store.checks.finish(id, check);
  return id;
}
