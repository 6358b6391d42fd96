import semver from 'semver';
import type { ProblemCode } from './catalog.ts';

export interface WordRow {
  readonly pattern: RegExp;
  /** Limits a row to versions that have the defect; an unknown version counts as having it. */
  readonly versions?: (version: string | undefined) => boolean;
  readonly problem: ProblemCode;
}

/** True of versions below the limit, and of an unknown one. */
export const before = (limit: string) => (version: string | undefined) => {
  const known = semver.coerce(version ?? '');
  return known === null || semver.lt(known, limit);
};
