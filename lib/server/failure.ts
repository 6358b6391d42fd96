import 'server-only';
import type { Problem } from '../model/problem.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';

/** The problem behind an expected failure of the clouds, the rules or the store; throws bugs on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Error && error.name === 'StaleLeaseError') return makeProblem('setup/lease-lost');
  if (isStoreUnavailable(error)) return makeProblem('store/unavailable');
  return diagnose(error);
}

/** SQLSTATE classes 08 (connection) and 53 (resources), 57P0x (shutdown), or no connection at all. */
function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'DrizzleQueryError') return false;
  const code = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : '';
  return /^(08...|53...|57P0.|ECONN.*|ENOTFOUND|EPIPE|ETIMEDOUT)$/.test(code);
}
