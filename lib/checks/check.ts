import type { Link, PresentedToken, Realm, Status } from '../model/chain.ts';
import type { Consumer, Design, Workload } from '../model/connection.ts';
import type { Problem } from '../model/problem.ts';
import type { Ports } from '../ports.ts';

export type Outcome<Value> =
  | {
      readonly status: 'pass';
      readonly value: Value;
      readonly detail?: string;
      readonly configured?: Link['configured'];
    }
  | {
      readonly status: 'warn';
      readonly value: Value;
      readonly problem: Problem;
      readonly detail?: string;
      readonly configured?: Link['configured'];
    }
  | { readonly status: 'fail'; readonly problem: Problem; readonly configured?: Link['configured'] }
  /** Asked, but the answer is unclear or not ours to see. */
  | {
      readonly status: 'unclear';
      readonly as: Extract<Status, 'unknown' | 'not-visible' | 'waiting'>;
      readonly problem: Problem;
      readonly configured?: Link['configured'];
    };

export interface CheckContext {
  readonly ports: Ports;
  readonly design: Design;
  readonly consumer: Consumer;
  readonly workload: Workload;
  readonly signal: AbortSignal;
  /** A read that several checks of one run need; made once. */
  once<Value>(key: string, read: () => Promise<Value>): Promise<Value>;
  /** Claims of the token that was presented, for the page; called at most once. */
  present(token: PresentedToken): void;
}

/** Names of a link before its check ran: derived from the design alone. */
export interface LinkLabel {
  readonly realm: Realm;
  readonly place: string;
  readonly kind: string;
  readonly name: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a check is used by reference with its own value type; `unknown` would break inference of `needs`.
export type AnyCheck = Check<any, any>;
export type Values<Needs> = {
  readonly [K in keyof Needs]: Needs[K] extends Check<infer Value, infer _> ? Value : never;
};

/**
 * One provable fact about one workload of a connection. `needs` names other checks by reference: their values arrive typed, and a
 * need that did not pass leaves this one untested. Values may be bearer tokens, so events have no field for them.
 */
export interface Check<Value, Needs extends Record<string, AnyCheck> = Record<never, AnyCheck>> {
  readonly id: string;
  readonly needs: Needs;
  /** Whole time of the check, its own retries included. */
  readonly timeoutMs: number;
  label(design: Design, consumer: Consumer, workload: Workload): LinkLabel;
  run(context: CheckContext, values: Values<Needs>): Promise<Outcome<Value>>;
  /** How it is set up, asked with the operator's own rights when a need is not met and `run` never comes. */
  configured?(context: CheckContext): Promise<Link['configured']>;
}

export function defineCheck<Value, const Needs extends Record<string, AnyCheck> = Record<never, AnyCheck>>(
  check: Check<Value, Needs>,
): Check<Value, Needs> {
  return check;
}
