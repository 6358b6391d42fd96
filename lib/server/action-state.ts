import type { Problem } from '../model/problem.ts';

/** What a server action answers to `useActionState`. A success that leads elsewhere redirects and answers nothing. */
export interface ActionState<Value = unknown> {
  readonly status: 'idle' | 'ok' | 'invalid' | 'problem';
  readonly value?: Value;
  /** By name of the form field; the key `` (empty) holds what concerns the whole form. */
  readonly fieldErrors?: Readonly<Record<string, readonly string[]>>;
  /** What was sent, without fields that may be secret, so that nothing has to be typed twice. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  readonly problem?: Problem;
}
