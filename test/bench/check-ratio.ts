import { setTimeout as pause } from 'node:timers/promises';
import type { CheckRun } from '../../lib/model/chain.ts';
import type { Design } from '../../lib/model/connection.ts';
import { chainsOf } from '../../lib/setup/chains.ts';
import { runVerification } from '../../lib/setup/verify.ts';
import { type Outside, startOutside } from '../contract/outside.ts';
import { users } from '../emulator/world/directory.ts';
import { type Benchmark, median, round } from './benchmark.ts';
import { answersFor, applied, memoryStore, operator, planned, within } from './connection.ts';
import { type CriticalPath, criticalPath, type Task } from './critical-path.ts';

const latencyMs = 50;
const warmUps = 2;
const rounds = 9;
const bar = 1.1;

interface Measured {
  readonly wholeMs: number;
  readonly critical: CriticalPath;
}

/** How much longer the check of one consumer takes than the links that must follow each other. */
export const checkRatio: Benchmark = {
  figures: ['check.ratio'],
  async measure(say) {
    const outside = await startOutside({ seed: 'demo', timing: { latencyMs: 0, credentialPropagationMs: 0 } });
    try {
      say('connecting Argo CD…');
      const design = await connect(outside);
      outside.world.timing.latencyMs = latencyMs;
      const measured: Measured[] = [];
      for (let round = -warmUps; round < rounds; round++) {
        const one = await measure(outside, design);
        say(`round ${round + 1}: ${Math.round(one.wholeMs)} ms, critical path ${one.critical.ms} ms`);
        if (round >= 0) measured.push(one);
      }
      const whole = median(measured.map(({ wholeMs }) => wholeMs));
      const critical = median(measured.map(({ critical: { ms } }) => ms));
      const ratio = median(measured.map(({ wholeMs, critical: { ms } }) => wholeMs / ms));
      const path = measured[0]?.critical.path.map((id) => id.split(' ')[1]).join(' → ');
      const note = `${Math.round(whole)} ms ÷ ${critical} ms (${path}), ${latencyMs} ms a call, median of ${rounds}`;
      return { 'check.ratio': { value: round(ratio, 3), unit: '×', bar, note } };
    } finally {
      await outside.emulator.stop();
    }
  },
};

/** Applied with a clock that does not wait for Microsoft's minutes; then until Argo CD has spoken. */
async function connect(outside: Outside): Promise<Design> {
  const store = await memoryStore();
  const clock = { now: () => new Date(), sleep: (ms: number) => pause(Math.min(ms, 150)) };
  const ports = { ...outside.ports, clock };
  try {
    const connection = await planned(ports, store, await answersFor(ports, 'aks-prod-weu'));
    await applied(ports, store, connection);
    for (let attempt = 0; attempt < 60; attempt++) {
      const { check } = await verify(outside, connection.design);
      if (check.status === 'works') return connection.design;
      await pause(500);
    }
  } finally {
    await store.close();
  }
  throw new Error('The connection did not work within half a minute');
}

async function measure(outside: Outside, design: Design): Promise<Measured> {
  // Argo CD's own word may be a moment old while a controller writes: such a round says nothing about speed.
  for (let attempt = 0; attempt < 10; attempt++) {
    const { check, wholeMs } = await verify(outside, design);
    if (check.status === 'works') return { wholeMs, critical: criticalPath(tasksOf(check, design)) };
    await pause(500);
  }
  throw new Error('The connection stopped working');
}

/** With a store of its own: nothing was applied there, so that the links are asked once and not three times. */
async function verify(outside: Outside, design: Design): Promise<{ check: CheckRun; wholeMs: number }> {
  const store = await memoryStore();
  try {
    const { tenantId, name } = design;
    const { id } = await store.connections.create({ tenantId, name, answers: {}, createdBy: operator });
    // As the app does it: new clients for each check, which know nothing of the one before.
    const ports = outside.portsOf(users.operator);
    const startedAt = performance.now();
    const check = await runVerification({
      store,
      ports,
      design: { ...design, connectionId: id },
      startedBy: operator,
      signal: within(60_000),
      emit: () => undefined,
    });
    return { check, wholeMs: performance.now() - startedAt };
  } finally {
    await store.close();
  }
}

/** Each link with its measured duration and the links that it needs. */
function tasksOf(check: CheckRun, design: Design): readonly Task[] {
  const idOf = (chainId: string, linkId: string) => `${chainId} ${linkId}`;
  return chainsOf(design).flatMap(({ chain, checks }) =>
    checks.map((each): Task => {
      const link = check.chains.find(({ id }) => id === chain.id)?.links.find(({ id }) => id === each.id);
      if (link?.tookMs === undefined) throw new Error(`${each.id} was not measured`);
      const needs = Object.values(each.needs) as readonly { readonly id: string }[];
      return { id: idOf(chain.id, each.id), ms: link.tookMs, needs: needs.map(({ id }) => idOf(chain.id, id)) };
    }),
  );
}
