/** Time of the simulated world: real time plus an offset that tests move. */
export interface Clock {
  now(): number;
  advance(ms: number): void;
  /** How far the world's time is ahead of real time. */
  offsetMs(): number;
  sleep(ms: number): Promise<void>;
}

export function createClock(): Clock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance: (ms) => {
      offset += ms;
    },
    offsetMs: () => offset,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
