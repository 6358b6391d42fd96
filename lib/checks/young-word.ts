import type { Problem } from '../model/problem.ts';
import { makeProblem } from '../problems/make-problem.ts';
import type { CheckContext, Outcome } from './check.ts';

/** Argo CD compares every three minutes with a jitter of one, Flux retries sooner: a younger error may be about a chain mended since. */
const lookAgainMs = 240_000;

/**
 * A consumer's own word is told only where every link before it was proved just now. An error that is older than that proof by minutes
 * at most is waited for; one that stayed is believed.
 */
export function wordOutcome(
  { ports }: Pick<CheckContext, 'ports'>,
  said: { readonly problem: Problem; readonly since?: string; readonly consumer: string },
): Extract<Outcome<never>, { readonly status: 'fail' | 'unclear' }> {
  const ageMs = said.since ? ports.clock.now().getTime() - Date.parse(said.since) : lookAgainMs;
  if (!(ageMs < lookAgainMs)) return { status: 'fail', problem: said.problem };
  return {
    status: 'unclear',
    as: 'waiting',
    problem: makeProblem('consumer/looks-again', {
      title: `${said.consumer} has not looked again since it failed`,
      cause: `It failed minutes ago: ${said.problem.title}. Every link before it works now.`,
      evidence: said.problem.evidence,
    }),
  };
}
