import type { AnyChange, Facts, Progress } from '../changes/change.ts';
import type { Design, Person } from '../model/connection.ts';
import { type PlannedChange, pending } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { JournalEntry, Run, RunState, StoredRunEvent } from '../model/run.ts';
import type { Lease, Ports, Store } from '../ports.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import { type ApplyEnvironment, applyChange } from './apply-change.ts';
import { Lanes } from './lanes.ts';
import { type Observations, observeDesign } from './observe.ts';
import { driftOf, planHash } from './plan.ts';
import { LeaseLostError, leaseTtlMs, RunJournal } from './run-journal.ts';
import { completeDesign } from './steps.ts';

export { leaseTtlMs } from './run-journal.ts';

export interface RunPlanOptions {
  readonly store: Pick<Store, 'runs' | 'connections'>;
  readonly ports: Ports;
  readonly run: Run;
  /** Whose tokens the ports carry. */
  readonly holder: Person;
  readonly lease: Lease;
  /** Interrupts after the current change: waits end, calls that were sent are finished and read back. */
  readonly signal: AbortSignal;
  readonly emit: (event: StoredRunEvent) => void;
}

/**
 * Applies an approved plan, or what is left of it. Changes run as parallel as their needs allow. Ends the run's state, releases the lease
 * and resolves with the state; rejects only on a bug or when the store is gone, and then the run stays resumable.
 */
export async function runPlan(options: RunPlanOptions): Promise<RunState> {
  const { store, ports, run, holder, lease, emit } = options;
  const journal = new RunJournal({ runs: store.runs, run, holder, lease, publish: emit });
  const lost = new AbortController();
  const renewal = setInterval(() => {
    journal.held().then(
      (held) => held || lost.abort(new LeaseLostError('The run was taken over')),
      () => undefined,
    );
  }, leaseTtlMs / 3);
  renewal.unref();
  try {
    const result = await applyPlan(options, journal, lost.signal);
    await journal.flushed();
    await store.runs.setState(run.id, lease.fence, result.state, result.problem);
    journal.emit({ type: 'run-end', at: ports.clock.now().toISOString(), ...result });
    await journal.flushed();
    return result.state;
  } catch (error) {
    // Whoever took over tells the rest; a second voice on the same page would contradict it.
    if (error instanceof LeaseLostError || lost.signal.aborted) return 'interrupted';
    throw error;
  } finally {
    clearInterval(renewal);
    await store.runs.releaseLease(run.id, lease.fence).catch(() => undefined);
  }
}

interface RunResult {
  readonly state: RunState;
  readonly problem?: Problem;
}

async function applyPlan(
  { store, ports, run, holder, lease, signal }: RunPlanOptions,
  journal: RunJournal,
  lost: AbortSignal,
): Promise<RunResult> {
  const entries = await store.runs.journal(run.id);
  journal.emit({ type: 'run-start', holder, at: ports.clock.now().toISOString(), resumed: entries.length > 0 });
  await store.runs.setState(run.id, lease.fence, 'running');

  const connection = await store.connections.get(run.connectionId);
  const complete = connection && completeDesign(connection, ports.cloud);
  if (!complete || !('design' in complete) || complete.design.revision !== run.plan.revision)
    return {
      state: 'failed',
      problem: makeProblem('setup/plan-stale', { title: 'The design changed since the plan was read' }),
    };
  const { design } = complete;

  const stop = AbortSignal.any([signal, lost]);
  let observations: Observations;
  try {
    observations = await observeDesign(ports, design, stop);
  } catch (error) {
    if (stop.aborted && !lost.aborted) return { state: 'interrupted' };
    throw error;
  }
  await resolveOpenEntries(journal, entries, observations);
  const stale = entries.length === 0 ? staleProblem(run, design, observations) : movedWhileAway(run, observations);
  if (stale) return { state: stale.retryable || stale.signIn ? 'waiting' : 'failed', problem: stale };

  const problems = await applyAll({ ports, design, run, journal, observations, entries, stop, lost });
  lost.throwIfAborted();
  if (problems.length === 0) return signal.aborted && problems.stopped ? { state: 'interrupted' } : { state: 'done' };
  const worst = problems.find(({ signIn }) => signIn) ?? problems[0];
  const final = problems.some((problem) => !problem.retryable && !problem.signIn);
  return { state: final ? 'failed' : 'waiting', ...(worst ? { problem: worst } : {}) };
}

/** A row without an outcome is a call whose answer was lost with the process. What is there now says how it went. */
async function resolveOpenEntries(
  journal: RunJournal,
  entries: readonly JournalEntry[],
  { seen }: Observations,
): Promise<void> {
  for (const entry of entries) {
    if (entry.outcome !== undefined && entry.outcome !== 'unknown') continue;
    const now = seen.find(({ id }) => id === entry.changeId);
    if (now?.problem) continue;
    const made = now?.verdict.state === 'right';
    await journal.complete(entry.id, made ? 'done' : 'failed', {
      createdByRun: made && entry.intent.operation.startsWith('create'),
    });
  }
}

function staleProblem(run: Run, design: Design, observations: Observations): Problem | undefined {
  if (planHash(design, observations) === run.plan.hash) return undefined;
  return drifted(run, observations) ?? makeProblem('setup/plan-stale');
}

/** After an interruption the world differs by what this run did; only what it did not do must still be as approved. */
function movedWhileAway(run: Run, observations: Observations): Problem | undefined {
  const right = run.plan.changes.filter(({ verdict }) => verdict.state === 'right');
  return drifted({ ...run, plan: { ...run.plan, changes: right } }, observations);
}

function drifted(run: Run, { seen }: Observations): Problem | undefined {
  const evidence = [];
  for (const planned of run.plan.changes) {
    const now = seen.find(({ id }) => id === planned.id);
    if (now?.problem && planned.verdict.state !== 'blocked') return now.problem;
    if (now?.change.volatile) continue;
    const drift = now
      ? now.verdict.state === 'right' && planned.verdict.state !== 'right'
        ? 'already right now'
        : driftOf(planned.verdict, now.verdict)
      : 'no longer part of the design';
    if (drift !== undefined)
      evidence.push({ label: planned.title, expected: 'as approved', seen: drift, seenIn: 'in the world' });
  }
  return evidence.length > 0 ? makeProblem('setup/plan-stale', { evidence }) : undefined;
}

interface Scope {
  readonly ports: Ports;
  readonly design: Design;
  readonly run: Run;
  readonly journal: RunJournal;
  readonly observations: Observations;
  readonly entries: readonly JournalEntry[];
  readonly stop: AbortSignal;
  readonly lost: AbortSignal;
}

async function applyAll(scope: Scope): Promise<readonly Problem[] & { readonly stopped: boolean }> {
  const { ports, design, run, journal, observations, entries, stop, lost } = scope;
  let facts: Facts = observations.facts;
  let stopped = false;
  const problems: Problem[] = [];
  const lanes = new Lanes(ports, stop);
  const targets = new Map(observations.seen.map((seen) => [seen.id, seen]));
  const tasks = new Map<string, Promise<boolean>>();
  const ownWrites = new Set(entries.filter(({ outcome }) => outcome !== 'failed').map(({ changeId }) => changeId));
  const environment: Omit<ApplyEnvironment, 'leaveLane'> = {
    ports,
    design,
    journal,
    facts: () => facts,
    learn: (more) => {
      facts = { ...facts, ...more };
    },
    stop,
    kill: lost,
    paced: (change) => lanes.due(change, design),
  };

  for (const planned of run.plan.changes) {
    if (planned.verdict.state === 'blocked') {
      problems.push(planned.verdict.problem);
      tasks.set(planned.id, Promise.resolve(false));
    } else if (planned.verdict.state === 'right') tasks.set(planned.id, Promise.resolve(true));
  }
  for (const planned of pending(run.plan)) tasks.set(planned.id, take(planned));
  await Promise.all(tasks.values());
  return Object.assign(problems, { stopped });

  async function take(planned: PlannedChange): Promise<boolean> {
    // One turn later every task is in the map, whatever their order in the plan.
    await Promise.resolve();
    const needs = await Promise.all(planned.needs.map((id) => tasks.get(id) ?? true));
    const seen = targets.get(planned.id);
    if (!needs.every(Boolean) || !seen) return false;
    const release = await lanes.enter(seen.change, design);
    try {
      if (!stop.aborted) return await perform(planned, seen.change, seen.target, release);
      stopped = true;
      return false;
    } finally {
      release();
    }
  }

  async function perform(
    planned: PlannedChange,
    change: AnyChange,
    target: unknown,
    leaveLane: () => void,
  ): Promise<boolean> {
    const startedAt = ports.clock.now().getTime();
    const at = () => ports.clock.now().toISOString();
    const elapsedMs = () => ports.clock.now().getTime() - startedAt;
    const counted = { attempts: 0 };
    journal.emit({ type: 'change-start', changeId: planned.id, at: at() });
    try {
      const applied = await applyChange(
        { ...environment, leaveLane },
        planned,
        change,
        target,
        progressOf(planned, counted),
        ownWrites.has(planned.id),
      );
      journal.emit({ type: 'change-end', changeId: planned.id, at: at(), elapsedMs: elapsedMs(), ...applied });
      return true;
    } catch (error) {
      lost.throwIfAborted();
      const ended = {
        type: 'change-end',
        changeId: planned.id,
        at: at(),
        elapsedMs: elapsedMs(),
        attempts: counted.attempts,
      } as const;
      if (error instanceof ProblemError) {
        const outcome = error.problem.code === 'setup/outcome-unknown' ? 'unknown' : 'failed';
        journal.emit({ ...ended, outcome, problem: error.problem });
        problems.push(error.problem);
        return false;
      }
      if (!stop.aborted) throw error;
      stopped = true;
      journal.emit({ ...ended, outcome: 'skipped', detail: 'Interrupted while waiting' });
      return false;
    }
  }

  function progressOf({ id }: PlannedChange, counted: { attempts: number }): Progress {
    const at = () => ports.clock.now().toISOString();
    return {
      attempt(text, correlationId) {
        counted.attempts++;
        const event = { type: 'change-attempt', changeId: id, at: at(), attempt: counted.attempts, text } as const;
        journal.emit(correlationId ? { ...event, correlationId } : event);
      },
      wait({ untilAt, ...wait }) {
        const event = { type: 'change-wait', changeId: id, at: at(), ...wait } as const;
        journal.emit(untilAt ? { ...event, untilAt: untilAt.toISOString() } : event);
      },
    };
  }
}
