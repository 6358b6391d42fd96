import { chainsOf } from '../../lib/setup/chains.ts';
import { startOutside } from '../contract/outside.ts';
import { type Benchmark, median, round } from './benchmark.ts';
import { connect, type Proof, proveWorking } from './connected.ts';
import type { Planned } from './connection.ts';
import { type CriticalPath, criticalPath, type Task } from './critical-path.ts';

const latencyMs = 50;
const warmUps = 2;
const rounds = 9;
const bar = 1.1;

/** How much longer the check of one consumer takes than the links that must follow each other. */
export const checkRatio: Benchmark = {
  figures: ['check.ratio'],
  async measure(say) {
    const outside = await startOutside({ seed: 'demo', timing: { latencyMs: 0, credentialPropagationMs: 0 } });
    try {
      say('connecting Argo CD…');
      const connected = await connect(outside);
      outside.world.timing.latencyMs = latencyMs;
      const measured: { wholeMs: number; critical: CriticalPath }[] = [];
      for (let index = -warmUps; index < rounds; index++) {
        const proof = await proveWorking(outside, connected);
        const critical = criticalPath(tasksOf(proof, connected));
        say(
          `${index < 0 ? 'warm-up' : `round ${index + 1}`}: ${Math.round(proof.tookMs)} ms, critical path ${critical.ms} ms`,
        );
        if (index >= 0) measured.push({ wholeMs: proof.tookMs, critical });
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

/** Each link with its measured duration and the links that it needs. */
function tasksOf({ check }: Proof, { design }: Planned): readonly Task[] {
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
