import type { Clock } from '../ports.ts';

/** Requests per second that a service allows in one place, and how many it lets through at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A token bucket on the port's clock. Callers are let through in their order; each waits until its turn comes, so that a service
 * never has to refuse.
 */
export class Bucket {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #slackMs: number;
  /** When the next call would be due if nobody had ever paused. */
  #due = 0;

  constructor(clock: Clock, { perSecond, burst }: Rate) {
    this.#clock = clock;
    this.#intervalMs = 1_000 / perSecond;
    this.#slackMs = (burst - 1) * this.#intervalMs;
  }

  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#clock.now().getTime();
    const at = Math.max(now, this.#due - this.#slackMs);
    this.#due = Math.max(this.#due, at) + this.#intervalMs;
    if (at > now) await this.#clock.sleep(at - now, signal);
  }

  /** The service asked for a pause: nobody passes before it ends. */
  pause(ms: number): void {
    this.#due = Math.max(this.#due, this.#clock.now().getTime() + ms + this.#slackMs);
  }

  /** How long `count` more calls take at least. */
  leftMs(count: number): number {
    const now = this.#clock.now().getTime();
    return Math.max(0, Math.max(this.#due, now) - this.#slackMs - now + count * this.#intervalMs);
  }
}

/**
 * Lists of the managed identity service. Source: learn.microsoft.com, workload identity federation considerations
 * (15 a second for a tenant, 5 for a subscription). How much it lets through at once is not documented: one second of it.
 */
export const credentialListRates = {
  tenant: { perSecond: 15, burst: 15 },
  subscription: { perSecond: 5, burst: 5 },
} as const satisfies Record<string, Rate>;
