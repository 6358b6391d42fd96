import type { Design } from '../model/connection.ts';
import type { Commands, Layer, RightNeeded, Verdict } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Ports } from '../ports.ts';
import type { UpstreamError } from '../problems/upstream-error.ts';

/** What changes learn from the world and later ones build on. Absent means: not known yet, or not there yet. */
export interface Facts {
  readonly issuer?: string;
  readonly identity?: {
    readonly id: string;
    readonly clientId: string;
    readonly principalId: string;
    readonly tenantId: string;
  };
  /** The identity as a member of the organisation. */
  readonly member?: { readonly id: string; readonly descriptor: string };
}

export interface ChangeContext {
  readonly ports: Ports;
  readonly design: Design;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** Reads shared by targets that are observed together. Absent while a change is applied: then every read must be fresh. */
  readonly once?: <Value>(key: string, read: () => Promise<Value>) => Promise<Value>;
}

/** Progress words while a change is applied; they become `change-attempt` and `change-wait` events. */
export interface Progress {
  attempt(text: string, correlationId?: string): void;
  wait(wait: { reason: string; detail?: string; usually?: string; untilAt?: Date }): void;
}

/**
 * One kind of thing that must become true somewhere. A change has one target for each such thing in a design; `observe` reads,
 * `diff` judges without I/O, `apply` writes once and is idempotent: it adopts what is already equal.
 *
 * The engine does the rest: read → compare → journal → write → read back → compare → journal. An `apply` that throws an
 * UpstreamError with `outcomeUnknown` is resolved by `observe`, never by a second `apply`.
 */
export interface Change<Target = unknown, Observed = unknown> {
  readonly id: string;
  readonly layer: Layer;
  /** Ids of changes whose targets must all be right before this one may be applied. */
  readonly needs: readonly string[];
  /** Its state moves by itself, while a person reads the plan: an approval is not bound to it, and its moving is no drift. */
  readonly volatile?: true;
  /** Ids of changes whose facts `observe` builds on; all others are read side by side. Default: none. */
  readonly observesAfter?: readonly string[];
  /** Serial with every other target that gives the same key, for example one identity; undefined runs as parallel as `needs` allow. */
  serialKey?(design: Design): string;
  /** Milliseconds between two writes under the same serial key. */
  readonly paceMs?: number;
  targets(design: Design): readonly Target[];
  key(target: Target): string;
  title(target: Target, design: Design): string;
  observe(context: ChangeContext, target: Target): Promise<Observed>;
  /** What this observation tells later changes. */
  learn?(observed: Observed, target: Target): Facts;
  diff(observed: Observed, target: Target, design: Design, facts: Facts): Verdict;
  apply(
    context: ChangeContext,
    target: Target,
    observed: Observed,
    progress: Progress,
  ): Promise<{ correlationId?: string; detail?: string }>;
  /** How long reading back may show the old value, and what the page says meanwhile. Default: a minute. */
  readonly readBack?: { readonly budgetMs: number; readonly reason: string; readonly usually: string };
  /** After the write was read back: wait until others see it too. Resolves with a line for the run page. */
  settle?(context: ChangeContext, target: Target, progress: Progress): Promise<string | undefined>;
  /** Errors of `apply` that are waits, not failures: reason in words, pause before the next attempt, and the whole budget. */
  waitFor?(error: UpstreamError): { reason: string; usually: string; pauseMs: number; budgetMs: number } | undefined;
  /** A word for what cannot be undone, or how it is. */
  readonly undo: 'irreversible' | Undo<Target>;
  rights(target: Target, design: Design): readonly RightNeeded[];
  /** The same change by hand. Every value quoted for the shell; never a secret. */
  render(target: Target, design: Design, facts: Facts, observed: Observed): Commands;
}

/** A method, not a function type, so that a change of any target can stand in one list. */
export interface Undo<Target> {
  run(context: ChangeContext, target: Target): Promise<void>;
}

export type AnyChange = Change;

/** Checks the shape and keeps the types of targets and observations inside the file. */
export function defineChange<Target, Observed>(change: Change<Target, Observed>): Change<Target, Observed> {
  return change;
}

/** A read that several targets need, for example the credentials of one identity, which Azure lets be listed once in four seconds. */
export function readOnce<Value>(context: ChangeContext, key: string, read: () => Promise<Value>): Promise<Value> {
  return context.once ? context.once(key, read) : read();
}

export function blocked(problem: Problem): Verdict {
  return { state: 'blocked', problem };
}
