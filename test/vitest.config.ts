import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { testCaPath } from './emulator/test-ca.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

// Workers are child processes and inherit this environment. Node reads the variable only when a process starts, so it must stand
// here, not in `test.env`. A test gets a trusted emulator from `startTestEmulator()` in test/emulator/test-emulator.ts.
process.env.NODE_EXTRA_CA_CERTS = await testCaPath();

export default defineConfig({
  root,
  resolve: { alias: { 'server-only': fileURLToPath(new URL('fixtures/server-only.ts', import.meta.url)) } },
  test: {
    pool: 'forks',
    // Contract tests spend most of their time waiting for what the simulated clouds make them wait for.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: ['unit', 'emulator', 'contract', 'architecture'].map((name) => ({
      extends: true as const,
      test: { name, include: [`test/${name}/**/*.test.ts`, `test/${name}/**/*.test.tsx`] },
    })),
  },
});
