import type { Problem } from '../model/problem.ts';
import type { CatalogEntry } from './catalog/entry.ts';
import { type ProblemCode, problemCatalog } from './catalog.ts';

/** What this occurrence says more exactly than the catalogue. */
export type Occurrence = Partial<Omit<Problem, 'code'>>;

export function makeProblem(code: ProblemCode, occurrence: Occurrence = {}): Problem {
  const entry: CatalogEntry = problemCatalog[code];
  const fix = 'fix' in occurrence ? occurrence.fix : entry.fix;
  return {
    code,
    title: occurrence.title ?? entry.title,
    cause: occurrence.cause ?? entry.cause,
    remedy: occurrence.remedy ?? entry.remedy,
    evidence: occurrence.evidence ?? [],
    retryable: occurrence.retryable ?? entry.retryable ?? false,
    ...(fix ? { fix } : {}),
    ...(occurrence.upstream ? { upstream: occurrence.upstream } : {}),
    ...(occurrence.signIn ? { signIn: occurrence.signIn } : {}),
  };
}
