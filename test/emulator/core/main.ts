import { resolve } from 'node:path';
import { startEmulator } from './emulator.ts';

/** Starts the demo world: EMULATOR_PORT (pages), EMULATOR_TLS_PORT (services), EMULATOR_DATA (folder), KUBEBUILDER_ASSETS. */
const pagesPort = port('EMULATOR_PORT', 4000);
const tlsPort = port('EMULATOR_TLS_PORT', 4443);

try {
  const emulator = await startEmulator({
    pagesPort,
    tlsPort,
    dataDir: resolve(process.env.EMULATOR_DATA ?? '.data/emulator'),
    kubebuilderAssets: process.env.KUBEBUILDER_ASSETS || undefined,
    seed: 'demo',
  });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      // A controller that does not end must not keep the ports.
      setTimeout(() => process.exit(1), 5_000).unref();
      void emulator.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  console.log(
    JSON.stringify({ ready: true, tls: emulator.tlsUrl, pages: emulator.pagesUrl, ca: resolve(emulator.caPath) }),
  );
} catch (error) {
  fail(portProblem(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error)));
}

function port(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  return fail(`${name} must be a port number between 0 and 65535, not "${text}".`);
}

function portProblem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('port' in error)) return undefined;
  const name = error.port === tlsPort ? 'EMULATOR_TLS_PORT' : 'EMULATOR_PORT';
  if (error.code === 'EADDRINUSE') return `Port ${error.port} is taken. Set ${name} to a free one.`;
  if (error.code === 'EACCES') return `Port ${error.port} needs more rights. Set ${name} to another one.`;
  return undefined;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
