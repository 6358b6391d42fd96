import { changes } from '../../lib/changes/index.ts';
import type { JournalEntry } from '../../lib/model/run.ts';
import { startOutside } from '../contract/outside.ts';
import { compressed } from '../emulator/core/world-state.ts';
import { type Benchmark, median, round } from './benchmark.ts';
import { type AppliedRun, answersFor, applied, memoryStore, type Planned, planned } from './connection.ts';
import { type CriticalPath, criticalPath, type Task } from './critical-path.ts';

const latencyMs = 50;
const rounds = 3;
const bar = 1.15;

/** How much longer a first apply takes than the changes that must follow each other, on a cluster with both switches off. */
export const applyRatio: Benchmark = {
  figures: ['apply.ratio'],
  async measure(say) {
    const measured: { wholeMs: number; critical: CriticalPath }[] = [];
    for (let index = 0; index < rounds; index++) {
      // A first apply happens once in a world.
      const { emulator, ports } = await startOutside({ seed: 'demo', timing: { ...compressed, latencyMs } });
      const store = await memoryStore();
      try {
        const connection = await planned(ports, store, await answersFor(ports, 'aks-stage-weu'));
        const run = await applied(ports, store, connection);
        const critical = criticalPath(tasksOf(connection, run, await store.runs.journal(run.run.id)));
        measured.push({ wholeMs: run.tookMs, critical });
        say(`round ${index + 1}: ${Math.round(run.tookMs)} ms, critical path ${critical.ms} ms`);
      } finally {
        await store.close();
        await emulator.stop();
      }
    }
    const whole = median(measured.map(({ wholeMs }) => wholeMs));
    const critical = median(measured.map(({ critical: { ms } }) => ms));
    const ratio = median(measured.map(({ wholeMs, critical: { ms } }) => wholeMs / ms));
    const path = measured[0]?.critical.path.map((id) => id.split(':')[0]).join(' → ');
    const note = `${Math.round(whole)} ms ÷ ${critical} ms (${path}), ${latencyMs} ms a call, median of ${rounds}`;
    return { 'apply.ratio': { value: round(ratio, 3), unit: '×', bar, note } };
  },
};

/** Each change with its measured duration. What shares a serial key holds its lane until its journal row is completed. */
function tasksOf({ design, plan }: Planned, { events }: AppliedRun, journal: readonly JournalEntry[]): readonly Task[] {
  const ended = new Map(events.flatMap((event) => (event.type === 'change-end' ? [[event.changeId, event]] : [])));
  const started = new Map(
    events.flatMap((event) => (event.type === 'change-start' ? [[event.changeId, event.at]] : [])),
  );
  return plan.changes.map((planned): Task => {
    const end = ended.get(planned.id);
    // What was right already took no time and no place.
    const task = { id: planned.id, needs: planned.needs, ms: end?.elapsedMs ?? 0 };
    const key = changes.find(({ id }) => id === planned.change)?.serialKey?.(design);
    const written = journal.findLast(({ changeId }) => changeId === planned.id)?.endedAt;
    const at = started.get(planned.id);
    if (!end || key === undefined || !written || !at) return task;
    return { ...task, lane: { key, heldMs: Date.parse(written) - Date.parse(at) } };
  });
}
