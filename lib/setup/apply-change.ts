import type { AnyChange, ChangeContext, Facts, Progress } from '../changes/change.ts';
import type { Design } from '../model/connection.ts';
import type { PlannedChange, Verdict } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { ChangeOutcome } from '../model/run.ts';
import type { Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { diagnosisContext } from './observe.ts';
import { driftOf, essence } from './plan.ts';
import type { RunJournal } from './run-journal.ts';

/** Attempts of one write for faults that pass by themselves; replication waits have their own budget. */
const attemptsMost = 4;
const readBackMs = 60_000;
/** A pause that is longer than this is not held open: the run ends and says when to resume. */
const pauseMost = 120_000;

export interface ApplyEnvironment {
  readonly ports: Ports;
  readonly design: Design;
  readonly journal: RunJournal;
  /** What is known so far; grows with each change that is read. */
  readonly facts: () => Facts;
  readonly learn: (facts: Facts) => void;
  /** Ends waits; never a call that was sent. */
  readonly stop: AbortSignal;
  /** Aborts calls too: the lease is gone. */
  readonly kill: AbortSignal;
  /** Waits until the next write under the change's serial key is due. */
  readonly paced: (change: AnyChange) => Promise<void>;
  /** Ends this change's turn in its lane: what follows the read-back needs no turn. */
  readonly leaveLane: () => void;
}

export interface Applied {
  readonly outcome: ChangeOutcome;
  readonly detail?: string;
  readonly correlationId?: string;
  readonly problem?: Problem;
  readonly attempts: number;
}

/** One change, from reading it to reading it back. Every attempt begins by reading, so that nothing is written twice. */
export async function applyChange(
  environment: ApplyEnvironment,
  planned: PlannedChange,
  change: AnyChange,
  target: unknown,
  progress: Progress,
  writtenBefore: boolean,
): Promise<Applied> {
  const { ports, journal, design } = environment;
  const startedAt = ports.clock.now().getTime();
  let attempts = 0;
  let faults = 0;
  let correlationId: string | undefined;
  const context = (): ChangeContext => ({ ports, design, facts: environment.facts(), signal: environment.kill });

  for (;;) {
    const { observed, verdict } = await look(environment, change, target, progress);
    if (verdict.state === 'right') {
      const detail = writtenBefore || attempts > 0 ? await settle() : verdict.how;
      return done(writtenBefore || attempts > 0 ? 'done' : 'already', detail ?? verdict.how);
    }
    if (verdict.state === 'blocked') throw new ProblemError(verdict.problem);
    if (!change.volatile) refuseDrift(planned, verdict);
    environment.stop.throwIfAborted();
    await environment.paced(change);

    attempts++;
    const entry = await journal.begin(planned.id, `${verdict.state} ${change.id}`, change.key(target), {
      target,
      ...essence(verdict),
    });
    const createdByRun = verdict.state === 'create';
    try {
      const written = await change.apply(context(), target, observed, progress);
      correlationId = written.correlationId;
      const shown = await readBack(environment, change, target, progress);
      if (!shown) {
        await journal.complete(entry, 'failed', { correlationId });
        throw new ProblemError(
          makeProblem('setup/not-taken', { title: `${planned.title}: accepted, but it does not show` }),
        );
      }
      await journal.complete(entry, 'done', { correlationId, createdByRun });
      return done('done', (await settle()) ?? written.detail);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code !== 'setup/not-taken') {
        // Ends before the write (a proof that failed) or after it was journalled; `complete` refuses a second outcome.
        await journal.complete(entry, 'failed').catch(() => undefined);
        throw error;
      }
      if (!(error instanceof UpstreamError)) throw error;
      correlationId = error.correlationId;
      if (error.outcomeUnknown) {
        await resolveUnknown(entry, createdByRun);
        return done('done', (await settle()) ?? 'The answer was lost; reading back shows the change');
      }
      await journal.complete(entry, 'failed', { correlationId });
      await waitOrThrow(error);
    }
  }

  function done(outcome: ChangeOutcome, detail?: string): Applied {
    return { outcome, attempts, ...(detail ? { detail } : {}), ...(correlationId ? { correlationId } : {}) };
  }

  function settle(): Promise<string | undefined> {
    environment.leaveLane();
    return change.settle?.({ ...context(), signal: environment.stop }, target, progress) ?? Promise.resolve(undefined);
  }

  /** The request may have been carried out. It is looked for, and never sent again here. */
  async function resolveUnknown(entry: string, createdByRun: boolean): Promise<void> {
    progress.attempt('No answer came. Reading back instead of writing again', correlationId);
    const shown = await readBack(environment, change, target, progress, 15_000);
    if (shown) return journal.complete(entry, 'done', { correlationId, createdByRun });
    await journal.complete(entry, 'unknown', { correlationId });
    throw new ProblemError(
      makeProblem('setup/outcome-unknown', { title: `${planned.title}: it is not known whether it was made` }),
    );
  }

  async function waitOrThrow(error: UpstreamError): Promise<void> {
    const wait = change.waitFor?.(error);
    const problem = () => diagnose(error, diagnosisContext(design, environment.facts()));
    if (wait) {
      if (ports.clock.now().getTime() - startedAt + wait.pauseMs > wait.budgetMs)
        throw new ProblemError({ ...problem(), retryable: true });
      progress.attempt(`${error.code ?? error.kind}, not possible yet`, error.correlationId);
      return pause(environment, progress, Math.max(wait.pauseMs, error.retryAfterMs ?? 0), wait.reason, wait.usually);
    }
    if (!passesByItself(error) || ++faults >= attemptsMost) throw new ProblemError(problem());
    progress.attempt(problem().title, error.correlationId);
    await pause(
      environment,
      progress,
      error.retryAfterMs ?? 2_000 * 2 ** (faults - 1),
      problem().title,
      'less than a minute',
    );
  }
}

const passesByItself = ({ kind }: UpstreamError) =>
  kind === 'throttled' || kind === 'unavailable' || kind === 'unreachable';

/** Reads and judges. A service that is away for a moment is waited for: an API server restarts after its issuer was turned on. */
async function look(
  environment: ApplyEnvironment,
  change: AnyChange,
  target: unknown,
  progress: Progress,
): Promise<{ observed: unknown; verdict: Verdict }> {
  const { ports, design, kill } = environment;
  for (let attempt = 0; ; attempt++) {
    try {
      const observed = await change.observe({ ports, design, facts: environment.facts(), signal: kill }, target);
      environment.learn(change.learn?.(observed, target) ?? {});
      return { observed, verdict: change.diff(observed, target, design, environment.facts()) };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const problem = diagnose(error, diagnosisContext(design, environment.facts()));
      if (!passesByItself(error) || attempt >= 8) throw new ProblemError(problem);
      await pause(
        environment,
        progress,
        error.retryAfterMs ?? Math.min(2_000 * 2 ** attempt, 30_000),
        problem.title,
        'less than a minute',
      );
    }
  }
}

/** Stores are eventually consistent, so an accepted write may show late. */
async function readBack(
  environment: ApplyEnvironment,
  change: AnyChange,
  target: unknown,
  progress: Progress,
  budgetMs = change.readBack?.budgetMs ?? readBackMs,
): Promise<boolean> {
  const { ports } = environment;
  const deadline = ports.clock.now().getTime() + budgetMs;
  for (let round = 0; ; round++) {
    const { verdict } = await look(environment, change, target, progress);
    if (verdict.state === 'right') return true;
    const pauseMs = Math.min(1_000 * 2 ** round, 5_000);
    if (ports.clock.now().getTime() + pauseMs > deadline) return false;
    const { reason = 'Reading back', usually = 'a few seconds' } = change.readBack ?? {};
    // Not the stop signal: what was written must be certain before the run ends.
    await pause({ ...environment, stop: environment.kill }, progress, pauseMs, reason, usually);
  }
}

async function pause(
  { ports, stop }: Pick<ApplyEnvironment, 'ports' | 'stop'>,
  progress: Progress,
  ms: number,
  reason: string,
  usually: string,
): Promise<void> {
  const untilAt = new Date(ports.clock.now().getTime() + ms);
  if (ms > pauseMost)
    throw new ProblemError(
      makeProblem('setup/paused', { title: `The service asks for a pause until ${untilAt.toISOString()}` }),
    );
  progress.wait({ reason, usually, untilAt });
  await ports.clock.sleep(ms, stop);
}

function refuseDrift(planned: PlannedChange, verdict: Verdict): void {
  const drift = driftOf(planned.verdict, verdict);
  if (drift === undefined) return;
  throw new ProblemError(
    makeProblem('setup/plan-stale', {
      title: `${planned.title} moved since the plan was read`,
      evidence: [{ label: planned.title, expected: 'as approved', seen: drift, seenIn: 'in the world' }],
    }),
  );
}
