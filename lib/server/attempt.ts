import 'server-only';
import type { Result } from '../model/problem.ts';
import { type DiagnosisContext, diagnose } from '../problems/diagnose.ts';

/** An upstream failure becomes a value; a bug, and Next's own signals, are thrown on. */
export async function attempt<T>(operation: () => Promise<T>, context: DiagnosisContext = {}): Promise<Result<T>> {
  try {
    return { ok: true, value: await operation() };
  } catch (error) {
    return { ok: false, problem: diagnose(error, context) };
  }
}

/** Time that a page waits for the clouds before it says so. */
export const pageBudgetMs = 25_000;

export function pageSignal(): AbortSignal {
  return AbortSignal.timeout(pageBudgetMs);
}
