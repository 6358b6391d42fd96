import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    signal.throwIfAborted();
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      // timers/promises rejects with its own AbortError; callers are promised the signal's reason.
      signal.throwIfAborted();
      throw error;
    }
  },
};
