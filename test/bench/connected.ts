import { setTimeout as pause } from 'node:timers/promises';
import type { CheckEvent, CheckRun } from '../../lib/model/chain.ts';
import type { Ports } from '../../lib/ports.ts';
import { runVerification } from '../../lib/setup/verify.ts';
import type { StoreHandle } from '../../lib/store/open-store.ts';
import type { Outside } from '../contract/outside.ts';
import { contosoTenantId, users } from '../emulator/world/directory.ts';
import {
  type AppliedRun,
  answersFor,
  applied,
  memoryStore,
  operator,
  type Planned,
  planned,
  within,
} from './connection.ts';

export interface Connected extends Planned {
  readonly applied: AppliedRun;
  readonly proved: Proof;
}
export interface Proof {
  readonly check: CheckRun;
  readonly events: readonly CheckEvent[];
  readonly tookMs: number;
}

/** Argo CD of one cluster, applied and proved; with a clock that does not wait for Microsoft's minutes. */
export async function connect(outside: Outside): Promise<Connected> {
  const store = await memoryStore();
  const clock = { now: () => new Date(), sleep: (ms: number) => pause(Math.min(ms, 150)) };
  const ports = { ...outside.ports, clock };
  try {
    const connection = await planned(ports, store, await answersFor(ports, 'aks-prod-weu'));
    const run = await applied(ports, store, connection);
    return { ...connection, applied: run, proved: await proveWorking(outside, connection) };
  } finally {
    await store.close();
  }
}

/** Argo CD speaks on its own schedule, and is asked again until it has. */
export async function proveWorking(outside: Outside, { design }: Pick<Planned, 'design'>): Promise<Proof> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const proof = await prove(outside, design);
    if (proof.check.status === 'works') return proof;
    await pause(500);
  }
  throw new Error('The connection did not work within half a minute');
}

/** With a store where nothing was applied, so that each link is asked once and not three times. */
async function prove(outside: Outside, design: Planned['design']): Promise<Proof> {
  const store = await memoryStore();
  try {
    return await proveWith(store, outside.portsOf(users.operator), design);
  } finally {
    await store.close();
  }
}

/** As the app does it: new clients for each check, which know nothing of the one before. */
async function proveWith(store: StoreHandle, ports: Ports, design: Planned['design']): Promise<Proof> {
  const { id } = await store.connections.create({
    tenantId: contosoTenantId,
    name: design.name,
    answers: {},
    createdBy: operator,
  });
  const events: CheckEvent[] = [];
  const startedAt = performance.now();
  const check = await runVerification({
    store,
    ports,
    design: { ...design, connectionId: id },
    startedBy: operator,
    signal: within(60_000),
    emit: ({ seq: _, ...event }) => events.push(event),
  });
  return { check, events, tookMs: performance.now() - startedAt };
}
