import type { AnyChange } from '../changes/change.ts';
import type { Design } from '../model/connection.ts';
import type { Ports } from '../ports.ts';

/** Changes of one serial key go one after the other, and their writes keep the pace that the service allows. */
export class Lanes {
  readonly #ports: Ports;
  readonly #stop: AbortSignal;
  readonly #last = new Map<string, Promise<void>>();
  readonly #nextWrite = new Map<string, number>();

  constructor(ports: Ports, stop: AbortSignal) {
    this.#ports = ports;
    this.#stop = stop;
  }

  /** Resolves when it is this change's turn, with what ends the turn. Ending it twice does no harm. */
  async enter(change: AnyChange, design: Design): Promise<() => void> {
    const key = laneOf(change, design);
    if (key === undefined) return () => undefined;
    const before = this.#last.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(key, promise);
    await before;
    return resolve;
  }

  /** Resolves when the next write of this lane is due. */
  async due(change: AnyChange, design: Design): Promise<void> {
    const key = laneOf(change, design);
    const { paceMs } = change;
    if (key === undefined || paceMs === undefined) return;
    const now = this.#ports.clock.now().getTime();
    const due = this.#nextWrite.get(key) ?? now;
    this.#nextWrite.set(key, Math.max(due, now) + paceMs);
    if (due > now) await this.#ports.clock.sleep(due - now, this.#stop);
  }
}

function laneOf(change: AnyChange, design: Design): string | undefined {
  return change.serialKey ? change.serialKey(design) : undefined;
}
