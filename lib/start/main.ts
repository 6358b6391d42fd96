import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, EnvironmentError, env, serverProcessEnvironment } from '../server/env.ts';

// `npm start`: checks everything that can be checked before a port is opened, then becomes the server.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const killAfterMs = 15_000;

// What is set already wins over the file.
for (const file of ['.env.local', '.env']) if (existsSync(join(root, file))) process.loadEnvFile(join(root, file));

function checked(): Environment {
  try {
    return env();
  } catch (error) {
    console.error(error instanceof EnvironmentError ? error.message : error);
    process.exit(1);
  }
}

const { host, port, appOrigin } = checked();
if (!existsSync(join(root, '.next', 'BUILD_ID'))) {
  console.error('There is no build. Run: npm run build');
  process.exit(1);
}

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
const server = spawn(process.execPath, [next, 'start', '-H', host, '-p', String(port)], {
  cwd: root,
  env: serverProcessEnvironment(),
  stdio: 'inherit',
});
console.log(`Patless serves ${appOrigin} (listening on ${host}:${port})`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    server.kill(signal);
    if (stopping) return;
    stopping = true;
    setTimeout(() => server.kill('SIGKILL'), killAfterMs).unref();
  });
server.on('error', (error) => {
  console.error(`The server could not be started: ${error.message}`);
  process.exit(1);
});
server.on('exit', (code) => process.exit(stopping ? 0 : (code ?? 1)));
