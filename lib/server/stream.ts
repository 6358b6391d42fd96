import 'server-only';
import { nextNotice } from './notify.ts';
import { shutdownSignal } from './shutdown.ts';

export interface StreamOptions<Event extends { readonly seq: number }> {
  /** Key of `notify`. */
  readonly id: string;
  /** The last event that the reader has seen. */
  readonly after: number;
  /** The request's own signal. */
  readonly signal: AbortSignal;
  read(after: number): Promise<readonly Event[]>;
  /** Nothing comes after this one. */
  isLast(event: Event): boolean;
  /** It was over before the stream opened: what is left is read, and nothing waited for. */
  readonly isOver?: boolean;
  /** Asked at each heartbeat: may this reader still see it? */
  mayRead(): Promise<boolean>;
  readonly pollMs?: number;
  readonly heartbeatMs?: number;
  /** A reader reconnects after this; proxies cut long answers anyway. */
  readonly maxMs?: number;
}

/**
 * Events of the store as NDJSON, from after a sequence number on, until the last one. Blank lines are heartbeats: readers skip them.
 * The store is the truth and the notifier only shortens the wait, so that another replica's writes arrive as well.
 */
export function eventStream<Event extends { readonly seq: number }>(options: StreamOptions<Event>): Response {
  const { id, read, isLast, mayRead, pollMs = 1_000, heartbeatMs = 15_000, maxMs = 600_000 } = options;
  const cancelled = new AbortController();
  const signal = AbortSignal.any([options.signal, cancelled.signal, shutdownSignal()]);
  const encoder = new TextEncoder();
  const endsAt = Date.now() + maxMs;
  let after = options.after;
  let beatAt = Date.now() + heartbeatMs;

  /** Undefined ends the stream; an empty text is never returned. */
  const next = async (): Promise<{ text: string; last: boolean } | undefined> => {
    while (!signal.aborted && Date.now() < endsAt) {
      const waiting = new AbortController();
      // Listening starts before reading: what is written in between wakes this up instead of waiting for the next poll.
      const notice = nextNotice(id, pollMs, AbortSignal.any([signal, waiting.signal]));
      try {
        const events = await read(after);
        if (events.length > 0) {
          after = events.at(-1)?.seq ?? after;
          return { text: events.map((event) => `${JSON.stringify(event)}\n`).join(''), last: events.some(isLast) };
        }
        if (options.isOver) return undefined;
        if (Date.now() >= beatAt) {
          beatAt = Date.now() + heartbeatMs;
          return (await mayRead()) ? { text: '\n', last: false } : undefined;
        }
        await notice;
      } finally {
        waiting.abort();
      }
    }
    return undefined;
  };

  const body = new ReadableStream<Uint8Array>({
    // The first bytes carry the headers: without them a reader could not tell an open stream from a slow server.
    start: (controller) => controller.enqueue(encoder.encode('\n')),
    async pull(controller) {
      const chunk = await next();
      if (chunk) controller.enqueue(encoder.encode(chunk.text));
      if (!chunk || chunk.last) controller.close();
    },
    cancel: () => cancelled.abort(),
  });
  return new Response(body, {
    headers: {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  });
}
