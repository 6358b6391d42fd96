import type { Person } from '../../lib/model/connection.ts';
import { type PlannedChange, pending } from '../../lib/model/plan.ts';
import type { Problem } from '../../lib/model/problem.ts';
import type { ChangeOutcome, Run, RunState, StoredRunEvent } from '../../lib/model/run.ts';

export interface Attempt {
  readonly at: string;
  readonly attempt: number;
  readonly text: string;
  readonly correlationId?: string;
}
export interface Span {
  readonly kind: 'work' | 'wait' | 'other' | 'bad';
  readonly from: number;
  /** Absent while it goes on. */
  readonly to?: number;
}
export interface Wait {
  readonly reason: string;
  readonly detail?: string;
  readonly usually?: string;
  readonly untilAt?: string;
}
export interface RunRow {
  readonly change: PlannedChange;
  readonly state: 'todo' | 'running' | 'waiting' | ChangeOutcome;
  readonly attempts: number;
  readonly log: readonly Attempt[];
  readonly spans: readonly Span[];
  readonly wait?: Wait;
  readonly detail?: string;
  readonly correlationId?: string;
  readonly elapsedMs?: number;
  readonly startedAt?: number;
  readonly problem?: Problem;
}
export interface RunPicture {
  readonly rows: readonly RunRow[];
  readonly state: RunState;
  readonly holder?: Person;
  readonly heldSince?: string;
  readonly resumed: boolean;
  readonly startedAt: number;
  /** When the newest thing happened. */
  readonly lastAt: number;
  readonly problem?: Problem;
}

function closed(spans: readonly Span[], at: number): Span[] {
  return spans.map((span) => (span.to === undefined ? { ...span, to: at } : span));
}

function step(row: RunRow, event: StoredRunEvent): RunRow {
  const at = Date.parse(event.at);
  switch (event.type) {
    case 'change-start':
      return {
        ...row,
        state: 'running',
        wait: undefined,
        startedAt: row.startedAt ?? at,
        spans: [...closed(row.spans, at), { kind: 'work', from: at }],
      };
    case 'change-attempt':
      return {
        ...row,
        state: 'running',
        wait: undefined,
        attempts: Math.max(row.attempts, event.attempt),
        correlationId: event.correlationId ?? row.correlationId,
        startedAt: row.startedAt ?? at,
        log: [
          ...row.log,
          { at: event.at, attempt: event.attempt, text: event.text, correlationId: event.correlationId },
        ],
        spans:
          row.spans.at(-1)?.kind === 'work' && row.spans.at(-1)?.to === undefined
            ? row.spans
            : [...closed(row.spans, at), { kind: 'work', from: at }],
      };
    case 'change-wait':
      return {
        ...row,
        state: 'waiting',
        wait: { reason: event.reason, detail: event.detail, usually: event.usually, untilAt: event.untilAt },
        spans:
          row.spans.at(-1)?.kind === 'wait' && row.spans.at(-1)?.to === undefined
            ? row.spans
            : [...closed(row.spans, at), { kind: 'wait', from: at }],
      };
    case 'change-end': {
      const spans = closed(row.spans, at);
      return {
        ...row,
        state: event.outcome,
        wait: undefined,
        attempts: Math.max(row.attempts, event.attempts),
        elapsedMs: event.elapsedMs,
        detail: event.detail ?? row.detail,
        correlationId: event.correlationId ?? row.correlationId,
        problem: event.problem,
        spans: event.outcome === 'failed' ? [...spans, { kind: 'bad', from: at, to: at + 1_000 }] : spans,
      };
    }
    default:
      return row;
  }
}

/**
 * The run as its events tell it. Events are facts in order of `seq`; drawing them again gives the same picture. A server that dies says
 * nothing more: what was told up to `knownSeq`, when `run` was read, is as over as `run` says it is.
 */
export function picture(run: Run, events: readonly StoredRunEvent[], knownSeq = 0): RunPicture {
  const rows = new Map<string, RunRow>(
    pending(run.plan).map((change) => [change.id, { change, state: 'todo', attempts: 0, log: [], spans: [] }]),
  );
  const startedAt = Date.parse(run.startedAt);
  let result: Omit<RunPicture, 'rows'> = {
    state: run.state,
    problem: run.problem,
    resumed: false,
    startedAt,
    lastAt: run.endedAt ? Date.parse(run.endedAt) : startedAt,
  };
  let startedSeq: number | undefined;
  let endedSeq: number | undefined;
  const end = (at: number) => {
    startedSeq = undefined;
    // Nobody holds the run any more: nothing can still be going on.
    for (const [id, row] of rows) rows.set(id, { ...row, spans: closed(row.spans, at) });
  };
  for (const event of events) {
    const at = Date.parse(event.at);
    result = { ...result, lastAt: Math.max(result.lastAt, at) };
    if (event.type === 'run-start') {
      startedSeq = event.seq;
      endedSeq = undefined;
      result = {
        ...result,
        state: 'running',
        holder: event.holder,
        heldSince: event.at,
        resumed: event.resumed,
        problem: undefined,
      };
    } else if (event.type === 'run-end') {
      result = { ...result, state: event.state, problem: event.problem };
      endedSeq = event.seq;
      end(at);
    } else {
      const row = rows.get(event.changeId);
      if (row) rows.set(event.changeId, step(row, event));
    }
  }
  if (startedSeq !== undefined && startedSeq <= knownSeq && run.state !== 'running') {
    result = { ...result, state: run.state, problem: run.problem };
    end(result.lastAt);
  }
  // Somebody resumed it just now, and the event that says so is still on its way.
  if (endedSeq !== undefined && endedSeq <= knownSeq && run.state === 'running')
    result = { ...result, state: 'running', problem: undefined };
  return { ...result, rows: [...rows.values()] };
}

/** Seconds between two ticks, so that four of them hold the whole run. */
export function tickMs(elapsedMs: number): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200].map((seconds) => seconds * 1_000);
  return steps.find((one) => one * 4 >= elapsedMs * 1.08) ?? 14_400_000;
}

export interface Counts {
  readonly done: number;
  readonly waiting: number;
  readonly failed: number;
  readonly unknown: number;
  readonly todo: number;
  readonly running: number;
}
export function countRows(rows: readonly RunRow[]): Counts {
  const count = (...states: RunRow['state'][]) => rows.filter(({ state }) => states.includes(state)).length;
  return {
    done: count('done', 'already', 'skipped'),
    waiting: count('waiting'),
    running: count('running'),
    failed: count('failed'),
    unknown: count('unknown'),
    todo: count('todo'),
  };
}

/** `6 done, 1 waiting, 3 to go.` */
export function progressText(rows: readonly RunRow[]): string {
  const { done, waiting, running, failed, unknown, todo } = countRows(rows);
  const parts = [`${done} done`];
  if (waiting > 0) parts.push(`${waiting} waiting`);
  if (running > 0) parts.push(`${running} under way`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (unknown > 0) parts.push(`${unknown} unknown`);
  if (todo > 0) parts.push(`${todo} to go`);
  return `${parts.join(', ')}.`;
}
