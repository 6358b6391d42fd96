import type { Person } from './connection.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';

/**
 * `running`: somebody holds the lease. `interrupted`: nobody does, and changes are left. `waiting`: needs the operator
 * (sign-in, right, confirmation). `done` and `failed` are final; a failed run is followed by a new plan, never replayed.
 */
export const runStates = ['running', 'interrupted', 'waiting', 'done', 'failed'] as const;
export type RunState = (typeof runStates)[number];

/** `unknown`: the request may have been carried out; resolved by reading back. */
export const changeOutcomes = ['done', 'already', 'skipped', 'failed', 'unknown'] as const;
export type ChangeOutcome = (typeof changeOutcomes)[number];

export interface Run {
  readonly id: string;
  readonly connectionId: string;
  readonly tenantId: string;
  readonly number: number;
  readonly plan: Plan;
  readonly state: RunState;
  readonly startedBy: Person;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly problem?: Problem;
}

/** A run in a list: without its plan, which is what makes it heavy. */
export interface RunSummary extends Omit<Run, 'plan' | 'problem'> {
  /** How many changes its plan would write. */
  readonly changes: number;
}

/** Written before a call and completed after it. No row, no call. */
export interface JournalEntry {
  readonly id: string;
  readonly runId: string;
  readonly changeId: string;
  readonly seq: number;
  readonly planHash: string;
  readonly actor: { readonly oid: string; readonly tid: string };
  readonly intent: { readonly operation: string; readonly target: string; readonly bodyHash: string };
  readonly outcome?: ChangeOutcome;
  readonly correlationId?: string;
  readonly createdByRun: boolean;
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** What the stream carries, in order of `seq`; a reader that reconnects names the last one it saw. */
export type RunEvent =
  | { readonly type: 'run-start'; readonly holder: Person; readonly at: string; readonly resumed: boolean }
  | { readonly type: 'change-start'; readonly changeId: string; readonly at: string }
  | {
      readonly type: 'change-attempt';
      readonly changeId: string;
      readonly at: string;
      readonly attempt: number;
      readonly text: string;
      readonly correlationId?: string;
    }
  | {
      readonly type: 'change-wait';
      readonly changeId: string;
      readonly at: string;
      readonly reason: string;
      readonly detail?: string;
      readonly usually?: string;
      readonly untilAt?: string;
    }
  | {
      readonly type: 'change-end';
      readonly changeId: string;
      readonly at: string;
      readonly outcome: ChangeOutcome;
      readonly attempts: number;
      readonly elapsedMs: number;
      readonly detail?: string;
      readonly correlationId?: string;
      readonly problem?: Problem;
    }
  | { readonly type: 'run-end'; readonly at: string; readonly state: RunState; readonly problem?: Problem };
export type StoredRunEvent = RunEvent & { readonly seq: number };
