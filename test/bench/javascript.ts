import { gzipSync } from 'node:zlib';
import { routes, wizardSteps } from '../../lib/routes.ts';
import { type Benchmark, round } from './benchmark.ts';
import { type ServedApp, servedApp } from './served-app.ts';

/** Scripts that a page names and a modern browser runs, each once, compressed. */
export const javascriptSize: Benchmark = {
  figures: ['javascript.wizard.kB', 'javascript.access.kB'],
  async measure(say) {
    const app = await servedApp(say);
    const [connectionId = ''] = app.connectionIds;
    const steps: { step: string; bytes: number; scripts: number }[] = [];
    for (const step of wizardSteps) {
      const { bytes, scripts } = await firstLoad(app, routes.step(connectionId, step));
      steps.push({ step, bytes, scripts });
    }
    const heaviest = steps.reduce((most, each) => (each.bytes > most.bytes ? each : most));
    const access = await firstLoad(app, routes.access());
    const figure = (bytes: number, bar: number, note: string) => ({
      value: round(bytes / 1000, 1),
      unit: 'kB',
      bar,
      note,
    });
    return {
      'javascript.wizard.kB': figure(
        heaviest.bytes,
        215,
        `gzip, ${heaviest.scripts} scripts, heaviest step: ${heaviest.step}`,
      ),
      'javascript.access.kB': figure(access.bytes, 175, `gzip, ${access.scripts} scripts`),
    };
  },
};

async function firstLoad(app: ServedApp, path: string): Promise<{ bytes: number; scripts: number }> {
  const { status, body } = await app.get(path);
  if (status !== 200) throw new Error(`${path} answered ${status}`);
  const scripts = scriptsOf(body.toString('utf8'));
  if (scripts.length === 0) throw new Error(`${path} names no script`);
  let bytes = 0;
  for (const script of scripts) {
    const answer = await app.get(script);
    if (answer.status !== 200) throw new Error(`${script} answered ${answer.status}`);
    bytes += gzipSync(answer.body).length;
  }
  return { bytes, scripts: scripts.length };
}

/** Every chunk that the page names anywhere, also in the data of its components, but for those of old browsers. */
export function scriptsOf(html: string): readonly string[] {
  const old = new Set(
    [...html.matchAll(/<script[^>]*>/gi)].flatMap(([tag]) =>
      /\snomodule\b/i.test(tag) ? [/src="([^"?]+)/.exec(tag)?.[1] ?? ''] : [],
    ),
  );
  const named = html.matchAll(/(?:\/_next\/)?(static\/chunks\/[^"'\\?\s<>]+\.js)/g);
  const all = new Set([...named].map(([, path]) => `/_next/${path}`));
  return [...all].filter((path) => !old.has(path));
}
