'use client';

import { useCallback, useEffect, useRef, useState } from 'react';

export type StreamState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'open' }
  /** Dropped; tried again at `retryAt` by the browser's clock. */
  | { readonly phase: 'lost'; readonly retryAt: number; readonly attempt: number }
  /** The session ended, or the address is gone: trying again would not help. */
  | { readonly phase: 'refused'; readonly status: number }
  | { readonly phase: 'given-up' };

const maxAttempts = 40;
const pauseMs = (attempt: number) => Math.min(15_000, 1_000 * 2 ** Math.min(attempt, 4));

/** Whole lines of a body; the rest of the last one is kept until it is complete. */
export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const parts = rest.split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.trim() !== '') yield part;
      if (done) break;
    }
    if (rest.trim() !== '') yield rest;
  } finally {
    // Leaving the loop early must close the connection, or the server writes on to nobody.
    await reader.cancel().catch(() => undefined);
  }
}

function withAfter(url: string, after: number): string {
  const target = new URL(url, location.origin);
  target.searchParams.set('after', String(after));
  return `${target.pathname}${target.search}`;
}

/**
 * Reads NDJSON events in order of `seq`, resumes after the last one when the connection drops, and stops at the last event.
 * An end of the body without that event is a drop: servers are restarted, proxies cut long answers.
 */
export function useEventStream<Event extends { readonly seq: number; readonly type: string }>(options: {
  readonly url: string;
  readonly after: number;
  readonly enabled: boolean;
  readonly isLast: (event: Event) => boolean;
  readonly onEvent: (event: Event) => void;
}): { readonly state: StreamState; readonly retryNow: () => void } {
  const { enabled } = options;
  // The page may be drawn anew with a later `after`; that is the same stream, which knows better how far it has read.
  const url = options.url.replace(/([?&])after=\d+(&|$)/, '$1').replace(/[?&]$/, '');
  const [state, setState] = useState<StreamState>({ phase: 'idle' });
  const [round, setRound] = useState(0);
  const latest = useRef(options);
  latest.current = options;
  const seq = useRef(options.after);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` starts the loop anew when a person asks for it.
  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (attempt: number): Promise<void> => {
      let progressed = false;
      try {
        const response = await fetch(withAfter(url, seq.current), {
          headers: { accept: 'application/x-ndjson' },
          cache: 'no-store',
          signal: abort.signal,
        });
        if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
          setState({ phase: 'refused', status: response.status });
          return;
        }
        if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`);
        setState({ phase: 'open' });
        for await (const line of lines(response.body)) {
          const event = JSON.parse(line) as Event;
          if (typeof event.seq !== 'number' || event.seq <= seq.current) continue;
          seq.current = event.seq;
          progressed = true;
          latest.current.onEvent(event);
          if (latest.current.isLast(event)) {
            setState({ phase: 'idle' });
            return;
          }
        }
      } catch {
        if (abort.signal.aborted) return;
      }
      if (abort.signal.aborted) return;
      const next = progressed ? 0 : attempt + 1;
      if (next >= maxAttempts) {
        setState({ phase: 'given-up' });
        return;
      }
      const pause = pauseMs(next);
      setState({ phase: 'lost', retryAt: Date.now() + pause, attempt: next });
      timer = setTimeout(() => void run(next), pause);
    };
    void run(0);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [url, enabled, round]);

  const retryNow = useCallback(() => setRound((value) => value + 1), []);
  return { state, retryNow };
}

/** Milliseconds since the epoch, every second while `running`; null until the browser has drawn once. */
export function useNow(running: boolean): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
