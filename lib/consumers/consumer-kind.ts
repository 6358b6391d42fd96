import type { AnyChange } from '../changes/change.ts';
import type { AnyCheck } from '../checks/check.ts';
import type { Consumer } from '../model/connection.ts';
import type { Problem } from '../model/problem.ts';
import type { Kubernetes } from '../ports.ts';

/** A consumer as it was found: what the wizard offers. */
export interface FoundConsumer {
  readonly consumer: Consumer;
  /** Version gates and other facts that the operator should know now, worst first. `blocks` forbids choosing it. */
  readonly notices: readonly { readonly problem: Problem; readonly blocks: boolean }[];
  /** Parts that were looked for and may not be read. */
  readonly notVisible: readonly Problem[];
}

/** One file a kind: how it is discovered and what it adds to plan and chain. No JSX, no routes. */
export interface ConsumerKind {
  readonly id: string;
  readonly title: string;
  /** What one looks like in a sentence, for the empty state. */
  readonly looksFor: string;
  /** Every namespace that the operator may list; degrades to what is visible. */
  discover(kubernetes: Kubernetes, signal: AbortSignal): Promise<readonly FoundConsumer[]>;
  /** Its own changes, beside those that every cluster consumer needs. */
  readonly changes: readonly AnyChange[];
  /** The links of its chain, in causal order; the last one is the consumer's own word. */
  readonly checks: readonly AnyCheck[];
  /** One line for the rail, for example `Argo CD 3.5.1, 2 service accounts`. */
  summary(consumer: Consumer): string;
}

export function defineConsumerKind(kind: ConsumerKind): ConsumerKind {
  return kind;
}
