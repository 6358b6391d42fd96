'use client';

import { RotateCw } from 'lucide-react';
import { type StreamState, useNow } from './stream.ts';
import { Button } from './ui/button.tsx';
import { Status } from './ui/status.tsx';

/** What a dropped stream means and when it is tried again. Silent while all is well. */
export function StreamNotice({
  state,
  retryNow,
  what,
}: {
  readonly state: StreamState;
  readonly retryNow: () => void;
  /** Why nothing is lost. */
  readonly what: string;
}) {
  const now = useNow(state.phase === 'lost');
  if (state.phase === 'idle' || state.phase === 'open') return null;
  if (state.phase === 'refused')
    return (
      <p className="line">
        <Status status="not-visible" loud word="No longer shown" />
        <span className="soft">
          The server answered {state.status}
          {state.status === 401
            ? ': your session has ended. Load the page again to sign in.'
            : '. Load the page again.'}
        </span>
      </p>
    );
  const seconds =
    state.phase === 'lost' && now !== null ? Math.max(0, Math.ceil((state.retryAt - now) / 1_000)) : undefined;
  return (
    <div className="line">
      <Status status="unknown" loud word="Connection lost" />
      <span className="soft">{what}</span>
      {seconds !== undefined && <span className="soft tabular">Trying again in {seconds} s</span>}
      <Button icon={RotateCw} look="quiet" onClick={retryNow}>
        Try now
      </Button>
    </div>
  );
}
