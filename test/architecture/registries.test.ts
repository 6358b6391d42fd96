import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files of a folder that define one entry of its registry: those that call the folder's define function. */
function definers(folder: string, call: RegExp): string[] {
  return readdirSync(join(root, folder)).filter(
    (name) => name.endsWith('.ts') && name !== 'index.ts' && call.test(readFileSync(join(root, folder, name), 'utf8')),
  );
}

describe.each([
  ['lib/changes', /=\s*defineChange[(<]/],
  ['lib/checks', /=\s*defineCheck[(<]/],
  ['lib/findings', /=\s*defineFinding\(/],
  ['lib/consumers', /=\s*defineConsumerKind\(/],
])('%s', (folder, call) => {
  const index = readFileSync(join(root, folder, 'index.ts'), 'utf8');
  test.each(definers(folder, call))('%s has its line in the registry', (name) => {
    expect(index).toContain(`'./${name}'`);
  });
  test('is not empty', () => {
    expect(definers(folder, call).length).toBeGreaterThan(0);
  });
});
