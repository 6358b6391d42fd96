import 'server-only';
import { EventEmitter } from 'node:events';

// Module state would exist once for each bundle that Next makes of this file; the process has one event loop and needs one emitter.
const memo = globalThis as { __patlessNotifier?: EventEmitter };

function emitter(): EventEmitter {
  memo.__patlessNotifier ??= new EventEmitter().setMaxListeners(0);
  return memo.__patlessNotifier;
}

/** Says that the store holds something new of a run or check. A hint only: readers poll as well, since a writer may be another replica. */
export function notify(id: string): void {
  emitter().emit(id);
}

/** Resolves on the next hint about `id`, after `timeoutMs`, or on abort. */
export function nextNotice(id: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      emitter().off(id, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    emitter().once(id, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
