import { availableParallelism, loadavg } from 'node:os';
import { routes } from '../../lib/routes.ts';
import { type Benchmark, median, percentile, round } from './benchmark.ts';
import { type ServedApp, servedApp } from './served-app.ts';

const requests = 200;
const warmUps = 20;
const concurrency = 4;
const bar = 150;

const pages: Readonly<Record<string, (app: ServedApp, index: number) => string>> = {
  'page.access.p95': () => routes.access(),
  'page.runs.p95': () => routes.runs(),
  'page.check.p95': ({ checkIds }, index) => routes.check(checkIds[index % checkIds.length] ?? ''),
};

/** How long the server takes for a page from its store, to the last byte. */
export const pageTimes: Benchmark = {
  figures: Object.keys(pages),
  async measure(say) {
    const app = await servedApp(say);
    const figures: Record<string, { value: number; unit: string; bar: number; note: string }> = {};
    for (const [name, pathOf] of Object.entries(pages)) {
      const ask = (index: number) => timed(app, pathOf(app, index));
      await inParallel(warmUps, ask);
      const times = await inParallel(requests, ask);
      const note = `median ${round(median(times), 1)} ms, ${requests} requests, ${concurrency} at once, load ${round(loadavg()[0] ?? 0, 1)} on ${availableParallelism()} cores`;
      figures[name] = { value: round(percentile(times, 95), 1), unit: 'ms', bar, note };
      say(`${name}: ${figures[name].value} ms, ${note}`);
    }
    return figures;
  },
};

async function timed(app: ServedApp, path: string): Promise<number> {
  const { status, tookMs } = await app.get(path);
  if (status !== 200) throw new Error(`${path} answered ${status}`);
  return tookMs;
}

async function inParallel(count: number, ask: (index: number) => Promise<number>): Promise<readonly number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) times.push(await ask(next++));
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return times;
}
