import { routes } from '../../lib/routes.ts';
import { type Benchmark, round } from './benchmark.ts';
import { connectionCount } from './filled-store.ts';
import { servedApp } from './served-app.ts';

/** The home page with all its rows, as the browser has to parse it. */
export const htmlSize: Benchmark = {
  figures: ['html.access.kB'],
  async measure(say) {
    const app = await servedApp(say);
    const { status, body, wireBytes } = await app.get(routes.access());
    if (status !== 200) throw new Error(`The home page answered ${status}`);
    const note = `${connectionCount} connections, ${round(wireBytes / 1000)} kB compressed`;
    return { 'html.access.kB': { value: round(body.length / 1000, 1), unit: 'kB', bar: 250, note } };
  },
};
