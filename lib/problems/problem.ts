import type { Problem } from '../model/problem.ts';

export type { Evidence, Problem, Result, ServiceName, UpstreamAnswer } from '../model/problem.ts';

/** Thrown where a catalogued problem ends an operation; carries no more than the Problem itself. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.title}`);
    this.problem = problem;
  }
}
