import 'server-only';
import { ProblemError } from '../problems/problem.ts';
import { logger } from './logger.ts';

/** The route's pattern, not the address: that may hold ids. Problems are answers, not faults of the app. */
export function reportRequestError(error: unknown, method: string, route: string): void {
  if (error instanceof ProblemError) logger().info({ method, route, problem: error.problem.code }, 'request refused');
  else logger().error({ method, route, error }, 'request failed');
}
