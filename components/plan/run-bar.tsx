'use client';

import { LogIn, Pause, Play } from 'lucide-react';
import { ActionButton } from '../action-button.tsx';
import type { RunViewProps } from '../props.ts';
import type { StreamState } from '../stream.ts';
import { useNow } from '../stream.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Status } from '../ui/status.tsx';
import { clock, minutes } from '../ui/time-text.ts';
import { changesText } from './plan-words.ts';
import { countRows, type RunPicture } from './run-state.ts';

type Props = RunViewProps & {
  readonly drawn: RunPicture;
  readonly stream: StreamState;
  readonly retryNow: () => void;
};

function Lost({ drawn, stream, retryNow }: Props) {
  const now = useNow(stream.phase === 'lost');
  const seconds =
    stream.phase === 'lost' && now !== null ? Math.max(0, Math.ceil((stream.retryAt - now) / 1_000)) : undefined;
  const { unknown, running, waiting } = countRows(drawn.rows);
  const open = unknown + running + waiting;
  if (stream.phase === 'refused')
    return (
      <div className="state-bar">
        <Status status="not-visible" word="No longer shown" loud />
        <span className="soft">
          {stream.status === 401
            ? 'Your session has ended. The run is safe; load the page again to sign in.'
            : `The server answered ${stream.status}. The run is safe; load the page again.`}
        </span>
      </div>
    );
  return (
    <div className="state-bar">
      <Status status="unknown" word="Connection lost" loud />
      <span className="soft">
        Your run is safe.{' '}
        {open > 0 && `${changesText(open)} under way ${open === 1 ? 'is' : 'are'} read back, not written again.`}
      </span>
      <span className="push" />
      {seconds !== undefined && <span className="soft tabular">Trying again in {seconds} s</span>}
      <Button look="quiet" onClick={retryNow}>
        Try now
      </Button>
    </div>
  );
}

function Running({ drawn, viewer, run, interrupt, takeOver }: Props) {
  const hidden = { runId: run.id };
  const since = drawn.heldSince ? ` since ${clock(drawn.heldSince)} UTC` : '';
  if (drawn.holder && drawn.holder.oid !== viewer.oid)
    return (
      <div className="state-bar">
        <Status status="waiting" word="Watching" loud />
        <span className="soft anywhere">
          {drawn.holder.name} holds this run{since}. You see it live.
        </span>
        <span className="push" />
        {takeOver && (
          <Dialog
            trigger="Take over…"
            title="Take over this run?"
            description={`${drawn.holder.name} loses it after the change that is under way. Nothing is written twice: their next write is refused.`}
          >
            <ActionButton action={takeOver} hidden={hidden} look="primary">
              Take over
            </ActionButton>
          </Dialog>
        )}
      </div>
    );
  return (
    <div className="state-bar">
      <div className="bar-true">
        <Status status="waiting" word="Running" loud /> <span className="soft">held by you{since}</span>
        <br />
        <span className="faint">You can close this page. The run goes on and this address brings you back.</span>
      </div>
      <span className="push" />
      {interrupt && (
        <ActionButton action={interrupt} hidden={hidden} size="large" icon={Pause} pendingLabel="Interrupting…">
          Interrupt after this change
        </ActionButton>
      )}
    </div>
  );
}

function Stopped({ drawn, run, resume, verifyHref, reviewHref, signInHrefs }: Props) {
  const { done, unknown, failed, todo } = countRows(drawn.rows);
  const certain = `${changesText(done)} ${done === 1 ? 'is' : 'are'} certain, ${unknown === 0 ? 'none is' : `${unknown} to be`} ${unknown === 0 ? 'unknown' : 'read back'}, ${todo} not started.`;
  const hidden = { runId: run.id };
  if (drawn.state === 'done')
    return (
      <div className="state-bar">
        <Status status="works" word="Done" loud />
        <span className="soft">
          {changesText(done)} in {minutes(drawn.lastAt - drawn.startedAt)}. Applying again would make 0 changes.
        </span>
        <span className="push" />
        {verifyHref && (
          <ButtonLink href={verifyHref} look="primary" size="large">
            Verify the chain
          </ButtonLink>
        )}
      </div>
    );
  if (drawn.state === 'failed')
    return (
      <div className="state-bar">
        <Status status="broken" word="Failed" loud />
        <span className="soft">
          {failed > 0 && `${changesText(failed)} failed. `}
          {certain} What was done stays done; a new plan starts from it.
        </span>
        <span className="push" />
        {reviewHref && (
          <ButtonLink href={reviewHref} look="primary" size="large">
            Plan what is left
          </ButtonLink>
        )}
      </div>
    );
  const signInHref = drawn.problem?.signIn && signInHrefs?.[drawn.problem.signIn.audience];
  const waiting = drawn.state === 'waiting';
  return (
    <div className="state-bar">
      <Status status="attention" word={waiting ? 'Needs you' : 'Interrupted'} loud />
      <span className="soft anywhere">
        {waiting && drawn.problem ? `${drawn.problem.title} ` : ''}
        {certain}
      </span>
      <span className="push" />
      {signInHref ? (
        <ButtonLink href={signInHref} plain look="primary" size="large" icon={LogIn}>
          Continue with Microsoft
        </ButtonLink>
      ) : (
        resume && (
          <ActionButton
            action={resume}
            hidden={hidden}
            look="primary"
            size="large"
            icon={Play}
            pendingLabel="Resuming…"
          >
            Resume
          </ActionButton>
        )
      )}
    </div>
  );
}

/** The same bar in all its states: left what is true, right what can be done. */
export function RunBar(props: Props) {
  const { drawn, stream } = props;
  const running = drawn.state === 'running';
  const cut = running && (stream.phase === 'lost' || stream.phase === 'given-up' || stream.phase === 'refused');
  return (
    <section className="bar" aria-label="Run control" data-run-state={drawn.state} data-stream={stream.phase}>
      <div className="bar-in">
        {cut ? <Lost {...props} /> : running ? <Running {...props} /> : <Stopped {...props} />}
      </div>
    </section>
  );
}
