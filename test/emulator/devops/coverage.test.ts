import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { devopsCoverage } from './coverage.ts';
import { createDevopsService } from './index.ts';

const routes = createDevopsService().routes.map(({ method, path, operation }) => ({ method, path, operation }));

test('the coverage table names exactly the routes', () => {
  expect(devopsCoverage.map(({ method, path, operation }) => ({ method, path, operation }))).toEqual(routes);
});

test('an operation has one name, so that a fault hits one route', () => {
  expect(new Set(routes.map(({ operation }) => operation)).size).toBe(routes.length);
});

test.each(devopsCoverage)('$operation is tested where the table says', ({ testedBy }) => {
  for (const file of testedBy.split(', ')) {
    const text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
    expect(text, file).toContain('expect(');
  }
});
