import { spawn } from 'node:child_process';
import { testCaPath } from '../emulator/test-ca.ts';
import { applyRatio } from './apply-ratio.ts';
import { type Benchmark, type Figure, passes } from './benchmark.ts';
import { checkRatio } from './check-ratio.ts';
import { htmlSize } from './html.ts';
import { javascriptSize } from './javascript.ts';
import { pageTimes } from './pages.ts';
import { stopServedApp } from './served-app.ts';

/** In the order in which they run. `npm run bench -- check page` runs those whose figures begin so. */
const benchmarks: readonly Benchmark[] = [checkRatio, applyRatio, pageTimes, htmlSize, javascriptSize];

await trusted();
const asJson = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const say = (text: string) => process.stderr.write(`${text}\n`);
const chosen = benchmarks.filter(
  ({ figures }) => wanted.length === 0 || figures.some((name) => wanted.some((start) => name.startsWith(start))),
);
if (chosen.length === 0) {
  say(
    `No figure is called ${wanted.join(' or ')}. There are ${benchmarks.flatMap(({ figures }) => figures).join(', ')}.`,
  );
  process.exit(1);
}

const figures: Record<string, Figure> = {};
let failed = false;
for (const { figures: names, measure } of chosen) {
  try {
    Object.assign(figures, await measure((progress) => say(`${names[0]?.split('.')[0]}: ${progress}`)));
  } catch (error) {
    failed = true;
    say(
      `${names.join(', ')} could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
  }
}
await stopServedApp();
if (asJson)
  console.log(
    JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, asValue(figure)]))),
  );
else printTable();
process.exit(failed || !Object.values(figures).every(passes) ? 1 : 0);

function asValue(figure: Figure) {
  const { value, unit, bar } = figure;
  return { value, unit, bar, pass: passes(figure) };
}

function printTable(): void {
  const rows = Object.entries(figures).map(([name, figure]) => [
    name,
    `${figure.value} ${figure.unit}`,
    `≤ ${figure.bar} ${figure.unit}`,
    passes(figure) ? 'pass' : 'MISSED',
    figure.note ?? '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** Node reads its extra authorities when it starts, so the process that meets the emulator is a second one. */
async function trusted(): Promise<void> {
  const ca = await testCaPath();
  if (process.env.NODE_EXTRA_CA_CERTS === ca) return;
  const child = spawn(process.execPath, process.argv.slice(1), {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  await new Promise((resolve) => child.once('exit', resolve));
  process.exit(child.exitCode ?? 1);
}
