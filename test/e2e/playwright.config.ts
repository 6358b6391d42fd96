import { defineConfig } from '@playwright/test';

/** One world for the whole run: the journey is one story, and a second app would double the memory. */
export default defineConfig({
  testDir: '.',
  // On the real API server only what meets it is walked again: pages and their words are the same.
  testIgnore: process.env.E2E_KUBERNETES === 'real' ? ['pages.spec.ts'] : [],
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
