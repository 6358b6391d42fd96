import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

/** On the real API server only what meets it is walked again; the clusters of these files have the embedded one. */
const embeddedOnly = ['pages.spec.ts', 'credentials.spec.ts', 'flux.spec.ts', 'resume.spec.ts'];
const specs = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter((name) => name.endsWith('.spec.ts'))
  .filter((name) => process.env.E2E_KUBERNETES !== 'real' || !embeddedOnly.includes(name));

/** One file at a time, each in a world of its own: a worker serves one project, and a project is one file. */
export default defineConfig({
  testDir: '.',
  projects: specs.map((name) => ({ name: name.replace('.spec.ts', ''), testMatch: name })),
  outputDir: '../../test-results/e2e',
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // CI runs beside nothing, but on two cores: one more try tells a slow machine from a defect, and is counted as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
});
