import { inspect } from 'node:util';
import type { AccessToken } from '../ports.ts';

const shown = '[token]';

class HiddenToken implements AccessToken {
  readonly expiresAt: Date;
  // A private name is invisible to inspection, serialisation and structured clone; a `private` member would not be.
  readonly #value: string;

  constructor(value: string, expiresAt: Date) {
    this.#value = value;
    this.expiresAt = expiresAt;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return shown;
  }
  toJSON(): string {
    return shown;
  }
  [inspect.custom](): string {
    return shown;
  }
}

export function createAccessToken(value: string, expiresAt: Date): AccessToken {
  return new HiddenToken(value, expiresAt);
}
