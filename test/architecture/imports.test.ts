import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.(ts|tsx)$/.test(name) && statSync(join(root, name)).isFile());
}

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Import[] = [];
  for (const match of text.matchAll(
    /(?:^|\n)\s*(import|export)\s+(type\s+)?[^'"\n;]*?(?:\n[^'";]*?)*?from\s+['"]([^'"]+)['"]|(?:import\s*\(\s*|(?:^|\n)import\s+)['"]([^'"]+)['"]/g,
  )) {
    const specifier = match[3] ?? match[4] ?? '';
    const target = specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier;
    found.push({ file, target, typeOnly: match[2] !== undefined });
  }
  return found;
}

const order = [
  'model',
  'problems',
  'ports',
  'changes',
  'checks',
  'findings',
  'consumers',
  'setup',
  'audit',
  'server',
] as const;
/** Which folders of lib each folder may import; everything else is refused. */
const allowed: Record<string, readonly string[]> = {
  model: ['model'],
  problems: ['model', 'problems'],
  'ports.ts': ['model', 'problems', 'ports.ts'],
  'routes.ts': ['model'],
  changes: ['model', 'problems', 'ports.ts', 'changes'],
  checks: ['model', 'problems', 'ports.ts', 'checks'],
  findings: ['model', 'problems', 'ports.ts', 'findings'],
  consumers: ['model', 'problems', 'ports.ts', 'changes', 'checks', 'findings', 'consumers'],
  setup: ['model', 'problems', 'ports.ts', 'changes', 'checks', 'findings', 'consumers', 'setup', 'routes.ts'],
  audit: ['model', 'problems', 'ports.ts', 'changes', 'checks', 'findings', 'consumers', 'setup', 'audit', 'routes.ts'],
  clients: ['model', 'problems', 'ports.ts', 'clients'],
  store: ['model', 'problems', 'ports.ts', 'store'],
  start: ['start', 'server'],
  server: [...order.filter((name) => name !== 'ports'), 'ports.ts', 'routes.ts', 'clients', 'store'],
};
const zone = (path: string) => path.split('/')[1] ?? '';

const libImports = files('lib').flatMap(importsOf);

describe('layers of lib', () => {
  test('every folder of lib is classified', () => {
    const unknown = [...new Set(readdirSync(join(root, 'lib')))].filter((name) => !(name in allowed));
    expect(unknown).toEqual([]);
  });
  test('imports point to the left only', () => {
    const wrong = libImports
      .filter(({ target }) => target.startsWith('lib/'))
      .filter(({ file, target }) => !(allowed[zone(file)] ?? []).includes(zone(target)))
      .map(({ file, target }) => `${file} → ${target}`);
    expect(wrong).toEqual([]);
  });
  test('lib never imports app, components or test', () => {
    expect(libImports.filter(({ target }) => /^(app|components|test)\//.test(target))).toEqual([]);
  });
  test('nothing left of server knows Next or React', () => {
    const wrong = libImports.filter(
      ({ file, target }) => zone(file) !== 'server' && /^(next|react|react-dom|server-only)(\/|$)/.test(target),
    );
    expect(wrong).toEqual([]);
  });
  test('SDKs are met in clients, store and server only', () => {
    const wrong = libImports.filter(
      ({ file, target }) =>
        !['clients', 'store', 'server'].includes(zone(file)) &&
        /^(@azure\/|@kubernetes\/|azure-devops-node-api|isomorphic-git|drizzle-orm|@electric-sql|pg$)/.test(target),
    );
    expect(wrong).toEqual([]);
  });
  test('clients and store are composed in one file', () => {
    const composed = libImports.filter(
      ({ file, target, typeOnly }) =>
        zone(file) === 'server' && !typeOnly && /^lib\/(clients\/ports|store\/open-store)/.test(target),
    );
    expect([...new Set(composed.map(({ file }) => file))]).toEqual(['lib/server/services.ts']);
  });
  test('a consumer kind never imports another', () => {
    // `argocd.ts` and `argocd-*.ts` are one kind.
    const kindOf = (path: string) => /^lib\/consumers\/([a-z]+)(-[a-z-]+)?\.ts$/.exec(path)?.[1];
    const shared = ['index', 'consumer', 'visible'];
    const wrong = files('lib/consumers')
      .filter((file) => !shared.includes(kindOf(file) ?? ''))
      .flatMap(importsOf)
      .filter(({ file, target }) => {
        const other = kindOf(target);
        return other !== undefined && !shared.includes(other) && other !== kindOf(file);
      });
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });
});

describe('zones outside lib', () => {
  test('components import vocabulary, problem types, routes and React alone', () => {
    const wrong = files('components')
      .flatMap(importsOf)
      .filter(
        ({ target }) =>
          /^(lib|app|test)\//.test(target) && !/^lib\/(model\/|problems\/(problem|difference)|routes)/.test(target),
      )
      .map(({ file, target }) => `${file} → ${target}`);
    expect(wrong).toEqual([]);
  });
  test('app meets the clouds and the store through lib/server', () => {
    const wrong = files('app')
      .flatMap(importsOf)
      .filter(({ target }) => /^(lib\/(clients|store)|test)\//.test(target))
      .map(({ file, target }) => `${file} → ${target}`);
    expect(wrong).toEqual([]);
  });
  test('the emulator shares no code with the app', () => {
    const wrong = files('test/emulator')
      .flatMap(importsOf)
      .filter(({ target }) => /^(lib|app|components)\//.test(target))
      .map(({ file, target }) => `${file} → ${target}`);
    expect(wrong).toEqual([]);
  });
  test('no product file knows the emulator or the demo', () => {
    const wrong = [...files('lib'), ...files('app'), ...files('components')].filter((file) =>
      /emulator|isDemo|DEMO_/i.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});

describe('environment', () => {
  test('one file reads process.env', () => {
    const readers = [...files('lib'), ...files('app'), ...files('components')].filter((file) =>
      /process\.env/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(readers.filter((file) => !['lib/server/env.ts', 'lib/start/main.ts'].includes(file))).toEqual([]);
  });
});
