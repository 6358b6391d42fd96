import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { armCoverage } from './coverage.ts';
import { createArmService } from './index.ts';

const line = ({ method, path, operation }: { method: string; path: string; operation: string }) =>
  `${method} ${path} ${operation}`;

test('the coverage table names every route and nothing else', () => {
  expect(armCoverage.map(line).sort()).toEqual(createArmService().routes.map(line).sort());
});

test('operations are unique, and each names a test that exists', () => {
  const operations = armCoverage.map(({ operation }) => operation);
  expect(new Set(operations).size).toBe(operations.length);
  for (const { testedBy } of armCoverage)
    expect(existsSync(fileURLToPath(new URL(testedBy, import.meta.url))), testedBy).toBe(true);
});
