import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startOutside } from '../contract/outside.ts';
import { build, needsBuild } from '../demo/build.ts';
import { appEnvironment } from '../demo/cloud.ts';
import { SignInBrowser } from '../emulator/entra/testing/browser.ts';
import { applicationClientId, applicationSecret, contosoTenantId, users } from '../emulator/world/directory.ts';
import { connect } from './connected.ts';
import { answersFor } from './connection.ts';
import { checkCount, connectionCount, type Filled, fillStore } from './filled-store.ts';
import { type Answer, get } from './request.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The production build on a filled store, with the operator signed in. */
export interface ServedApp extends Filled {
  readonly origin: string;
  /** As the signed-in operator. */
  get(path: string): Promise<Answer>;
}

let served: { app: ServedApp; stop(): Promise<void> } | undefined;

/** One app for all benchmarks that ask it. */
export async function servedApp(say: (progress: string) => void): Promise<ServedApp> {
  served ??= await serve(say);
  return served.app;
}
export async function stopServedApp(): Promise<void> {
  await served?.stop();
  served = undefined;
}

async function serve(say: (progress: string) => void): Promise<{ app: ServedApp; stop(): Promise<void> }> {
  if (needsBuild(root)) {
    say('building the app…');
    await build(root);
  }
  const folder = mkdtempSync(join(tmpdir(), 'patless-bench-'));
  const outside = await startOutside({ seed: 'demo', timing: { latencyMs: 0, credentialPropagationMs: 0 } });
  let child: ChildProcess | undefined;
  const stop = async () => {
    await end(child);
    await outside.emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    say(`filling the store with ${connectionCount} connections and ${checkCount} checks…`);
    const answers = await answersFor(outside.ports, 'aks-prod-weu');
    const connected = await connect(outside);
    // The simulated controllers share this process with the stopwatch, and no page asks them.
    outside.world.timing.reconcileMs = 3_600_000;
    const sessionKey = randomBytes(32);
    const dataDir = join(folder, 'app');
    const filled = await fillStore({ dataDir, encryptionKey: new Uint8Array(sessionKey) }, connected, answers);
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const { ports } = outside.world;
    const environment = appEnvironment(
      {
        ...ports,
        tenantId: contosoTenantId,
        clientId: applicationClientId,
        clientSecret: applicationSecret,
        caPath: outside.emulator.caPath,
      },
      { origin, port, dataDir, sessionKey: sessionKey.toString('base64') },
    );
    child = await start(origin, environment);
    const cookie = await signIn(origin);
    return { app: { ...filled, origin, get: (path) => get(new URL(path, origin), cookie) }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(origin: string, environment: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, 'lib/start/main.ts')], {
    cwd: root,
    // A group of its own, so that its end reaches the server that the launcher started.
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-5_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    const ready = await fetch(`${origin}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return child;
    await pause(100);
  }
  await end(child);
  throw new Error(`The app did not become ready:\n${log}`);
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  const { pid } = child;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-pid, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

/** Through Entra's pages, once for each consent that a page may ask for. Returns the session's cookie. */
async function signIn(origin: string): Promise<string> {
  const browser = new SignInBrowser();
  let cookie = '';
  for (const audience of ['', '?audience=arm', '?audience=aks', '?audience=devops']) {
    const started = await browser.open(`${origin}/auth/start${audience}`);
    const address = started.headers.get('location');
    if (!address) throw new Error(`The sign-in did not start: ${started.status}`);
    const back = await browser.signIn(address, users.operator.upn);
    const done = await browser.open(back.href);
    for (const each of done.headers.getSetCookie())
      if (/^(__Host-)?patless=[^;]/.test(each)) cookie = each.split(';')[0] ?? '';
  }
  if (!cookie) throw new Error('The sign-in gave no session');
  return cookie;
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
