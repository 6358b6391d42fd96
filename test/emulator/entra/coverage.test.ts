import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { entraCoverage } from './coverage.ts';
import { createEntraService } from './index.ts';

test('the coverage table names exactly the routes', () => {
  const routes = createEntraService().routes.map(({ method, path, operation }) => ({ method, path, operation }));
  expect(entraCoverage.map(({ method, path, operation }) => ({ method, path, operation }))).toEqual(routes);
});

test.each(entraCoverage)('$operation is tested where the table says', ({ testedBy }) => {
  for (const file of testedBy.split(', ')) {
    expect(existsSync(fileURLToPath(new URL(file, import.meta.url))), file).toBe(true);
  }
});
