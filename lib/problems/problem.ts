import type { Problem } from '../model/problem.ts';

export type { Evidence, Problem, Result, ServiceName, UpstreamAnswer } from '../model/problem.ts';

/** Thrown where a catalogued problem ends an operation; carries no more than the Problem itself. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  // A bundler may load this file once for pages and once for route handlers; an error of one copy must be known to the other.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ProblemError';
  }
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.title}`);
    this.problem = problem;
  }
}
