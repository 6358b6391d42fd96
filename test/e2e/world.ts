import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { appEnvironment } from '../demo/cloud.ts';
import { type Emulator, startEmulator } from '../emulator/core/emulator.ts';
import { applicationClientId, applicationSecret, contosoTenantId } from '../emulator/world/directory.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built app as a production process, on the emulator's world. */
export interface TestWorld {
  readonly emulator: Emulator;
  readonly origin: string;
  /** SIGKILL: nothing is flushed, nothing is said. */
  kill(): Promise<void>;
  start(): Promise<void>;
  scenario(name: string): Promise<string>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function startWorld(): Promise<TestWorld & { stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'patless-e2e-'));
  const emulator = await startEmulator({
    seed: 'demo',
    dataDir: join(dataDir, 'emulator'),
    kubebuilderAssets: process.env.E2E_KUBERNETES === 'real' ? process.env.KUBEBUILDER_ASSETS : undefined,
  });
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const environment = appEnvironment(
    {
      tls: emulator.world.ports.tls,
      pages: emulator.world.ports.pages,
      tenantId: contosoTenantId,
      clientId: applicationClientId,
      clientSecret: applicationSecret,
      caPath: emulator.caPath,
    },
    { origin, port, dataDir: join(dataDir, 'app'), sessionKey: randomBytes(32).toString('base64') },
  );
  let child: ChildProcess | undefined;
  let log = '';

  const start = async () => {
    child = spawn(process.execPath, [join(root, 'lib/start/main.ts')], {
      cwd: root,
      // A group of its own, so that the kill reaches the server that the launcher started.
      detached: true,
      env: { ...process.env, ...environment, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    for (let attempt = 0; attempt < 300; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`The app stopped at start:\n${log}`);
      if (
        await fetch(`${origin}/api/health`).then(
          (response) => response.ok,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`The app did not become ready:\n${log}`);
  };
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    if (!running?.pid || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    process.kill(-running.pid, signal);
    await gone;
    child = undefined;
  };
  await start();
  return {
    emulator,
    origin,
    start,
    kill: () => end('SIGKILL'),
    scenario: async (name) => {
      const response = await fetch(`${emulator.pagesUrl}/_emulator/scenarios/${name}`, { method: 'POST' });
      const text = await response.text();
      if (!response.ok) throw new Error(`Scenario ${name}: ${text}`);
      return text;
    },
    stop: async () => {
      await end('SIGTERM');
      await emulator.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const test = base.extend<{ noise: string[] }, { world: TestWorld }>({
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern.
    async ({}, use) => {
      const world = await startWorld();
      await use(world);
      await world.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ world }, use) => {
    await use(world.origin);
  },
  /** Console errors and CSP violations of every page in the test; must stay empty. */
  noise: [
    async ({ context, world }, use) => {
      const noise: string[] = [];
      context.on('console', (message) => {
        const ours = message.location().url === '' || message.location().url.startsWith(world.origin);
        if (message.type() === 'error' && ours) noise.push(`${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => noise.push(String(error.error())));
      await use(noise);
      expect(noise, 'console errors and CSP violations').toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

/** The browser reports what answers 401, 403 and 404, also those that a test asks for on purpose. */
export function forgetRefusals(noise: string[]): void {
  const kept = noise.filter(
    (line) => !/^Failed to load resource: the server responded with a status of (401|403|404) /.test(line),
  );
  noise.splice(0, noise.length, ...kept);
}

export type PersonName = 'operator' | 'auditor' | 'lead' | 'newcomer';

/** Signs in on Entra's page, from the app's own sign-in page. */
export async function signIn(page: Page, person: PersonName, path = '/'): Promise<void> {
  await page.goto(path);
  await throughEntra(page, person);
}

/**
 * Passes Entra as often as it stands in the way: the app's button, the choice of the person, the consent. Ends on the first page of the
 * app that asks for nothing.
 */
export async function throughEntra(page: Page, person: PersonName): Promise<void> {
  const asks = page
    .getByRole('link', { name: 'Continue with Microsoft' })
    .or(page.getByRole('button', { name: new RegExp(`^(?!Account).*${person}@contoso\\.example`) }))
    .or(page.getByRole('button', { name: /^accept$/i }));
  for (let round = 0; round < 12; round += 1) {
    await page.waitForLoadState('load');
    // Streamed parts of a page arrive after its load event; what is still being read says so.
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    if ((await asks.count()) === 0) return;
    await asks.first().click();
  }
  throw new Error(`Entra still asks at ${page.url()}`);
}
