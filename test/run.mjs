// `npm test`: everything, from a clean clone. Plain JavaScript, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, nodeBinary, root } from './demo/install.mjs';

ensureInstalled();
const node = nodeBinary();
const environment = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: '1',
  PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
};
const results = join(root, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

/** Chromium of the system: Playwright's own builds are downloads that many networks refuse. */
function chromium() {
  const known = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  const found = known.find((path) => path && existsSync(path));
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.log('Installing Chromium for the end-to-end tests…');
    spawnSync('apt-get', ['update'], { stdio: 'ignore' });
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'ignore' });
    if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
  }
  console.error(
    'No Chromium was found. Install it (for example `sudo apt-get install chromium`) or set CHROMIUM_PATH, then run npm test again.',
  );
  return process.exit(1);
}

const browser = chromium();
let passed = 0;
let failed = 0;
let skipped = 0;

function run(title, parameters, extra = {}) {
  console.log(`\n== ${title}`);
  const result = spawnSync(node, parameters, {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment, CHROMIUM_PATH: browser, ...extra },
  });
  return result.status ?? 1;
}

const vitestReport = join(results, 'vitest.json');
const vitestStatus = run('unit, emulator, contract, architecture', [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--config',
  'test/vitest.config.ts',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${vitestReport}`,
]);
if (existsSync(vitestReport)) {
  const report = JSON.parse(readFileSync(vitestReport, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped += report.numPendingTests + (report.numTodoTests ?? 0);
}

const suites = [['embedded API server', {}]];
if (process.env.KUBEBUILDER_ASSETS) suites.push(['real kube-apiserver', { E2E_KUBERNETES: 'real' }]);
else environment.KUBEBUILDER_ASSETS = '';
let browserStatus = 0;
for (const [name, extra] of suites) {
  const report = join(results, `e2e-${extra.E2E_KUBERNETES ?? 'embedded'}.json`);
  const kubernetes = extra.E2E_KUBERNETES ? {} : { KUBEBUILDER_ASSETS: '' };
  browserStatus ||= run(
    `end to end, ${name}`,
    [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--config', 'test/e2e/playwright.config.ts'],
    {
      ...kubernetes,
      ...extra,
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    },
  );
  if (existsSync(report)) {
    const { stats } = JSON.parse(readFileSync(report, 'utf8'));
    passed += stats.expected + stats.flaky;
    failed += stats.unexpected;
    skipped += stats.skipped;
  }
}

const ok = vitestStatus === 0 && browserStatus === 0 && failed === 0 && passed > 0;
if (!ok && failed === 0) failed = 1;
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(ok ? 0 : 1);
