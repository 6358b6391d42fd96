import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { issuerCoverage, kubernetesCoverage } from './coverage.ts';
import { createIssuerService, createKubernetesService } from './index.ts';

describe.each([
  ['kubernetes', kubernetesCoverage, createKubernetesService()],
  ['issuer', issuerCoverage, createIssuerService()],
] as const)('%s', (_name, coverage, service) => {
  test('the coverage table names exactly the routes', () => {
    expect(coverage.map(({ method, path, operation }) => ({ method, path, operation }))).toEqual(
      service.routes.map(({ method, path, operation }) => ({ method, path, operation })),
    );
  });

  test('operations are unique, and each names a test that exists', () => {
    expect(new Set(coverage.map(({ operation }) => operation)).size).toBe(coverage.length);
    for (const file of new Set(coverage.map(({ testedBy }) => testedBy)))
      expect(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8'), file).toContain('expect(');
  });
});
