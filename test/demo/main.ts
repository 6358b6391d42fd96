import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applicationClientId, applicationSecret, contosoTenantId } from '../emulator/world/directory.ts';
import { build, needsBuild } from './build.ts';
import { appEnvironment } from './cloud.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = join(root, '.data', 'demo');
const children: ChildProcess[] = [];
let stopping = false;

function port(name: string, fallback: number): number {
  const text = process.env[name] ?? String(fallback);
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    fail(`${name} is "${text}". Set it to a port between 1 and 65535, or leave it out for ${fallback}.`);
  return value;
}

function fail(message: string): never {
  console.error(message);
  stop(1);
  process.exit(1);
}

function stop(code: number): void {
  if (stopping) return;
  stopping = true;
  process.exitCode = code;
  for (const child of [...children].reverse()) child.kill('SIGTERM');
  setTimeout(() => {
    for (const child of children) child.kill('SIGKILL');
    process.exit(code);
  }, 8_000).unref();
}

function assertFree(name: string, number: number): Promise<void> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'EADDRINUSE'
          ? `Port ${number} is taken. Stop what listens there, or set ${name} to another port.`
          : `Port ${number} (${name}) cannot be used: ${error.message}`,
      ),
    );
    probe.listen(number, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

/** A secret of this machine's demo alone, kept so that a restart still reads its own data. */
function persistedSecret(name: string): string {
  const file = join(dataDir, name);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

function start(name: string, file: string, environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(root, file)], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  child.on('exit', (code) => {
    if (!stopping) {
      console.error(`The ${name} stopped (exit code ${code}).`);
      stop(1);
    }
  });
  return child;
}

/** The first JSON line that says `ready`. */
function announced(child: ChildProcess, name: string): Promise<{ ca: string }> {
  return new Promise((resolve) => {
    let buffer = '';
    const timer = setTimeout(() => fail(`The ${name} did not start within 60 seconds.`), 60_000);
    child.stdout?.on('data', (chunk: Buffer) => {
      buffer += chunk.toString();
      const line = buffer.split('\n').find((candidate) => candidate.startsWith('{"ready"'));
      if (!line) return;
      clearTimeout(timer);
      resolve(JSON.parse(line));
    });
  });
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  fail(`The app did not answer at ${url} within 30 seconds.`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));

const app = port('PORT', 3000);
const pages = port('EMULATOR_PORT', 4000);
const tls = port('EMULATOR_TLS_PORT', 4443);
await assertFree('PORT', app);
await assertFree('EMULATOR_PORT', pages);
await assertFree('EMULATOR_TLS_PORT', tls);
if (process.argv.includes('--fresh')) rmSync(dataDir, { recursive: true, force: true });

const origin = `http://localhost:${app}`;
const emulator = start('emulator', 'test/emulator/core/main.ts', {
  EMULATOR_PORT: String(pages),
  EMULATOR_TLS_PORT: String(tls),
  EMULATOR_DATA: join(dataDir, 'emulator'),
});
const ready = announced(emulator, 'emulator');
if (needsBuild(root)) {
  console.log('Building the app (about half a minute)…');
  await build(root).catch((error: Error) => fail(error.message));
}
const { ca } = await ready;
start(
  'app',
  'lib/start/main.ts',
  appEnvironment(
    {
      tls,
      pages,
      tenantId: contosoTenantId,
      clientId: applicationClientId,
      clientSecret: applicationSecret,
      caPath: ca,
    },
    { origin, port: app, dataDir, sessionKey: persistedSecret('session-key') },
  ),
);
await answering(`${origin}/api/health`);
console.log(`Break it: http://localhost:${pages}/_emulator/`);
console.log(`ready: ${origin}`);
