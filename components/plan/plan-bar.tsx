'use client';

import { CircleCheck } from 'lucide-react';
import { useActionState, useId, useState } from 'react';
import { pending } from '../../lib/model/plan.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import type { PlanBarProps } from '../props.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { CopyIcon } from '../ui/copy-button.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { changesText, isHandedOver, shortHash } from './plan-words.ts';

/** What is true on the left, what can be done on the right. Only what cannot be undone asks for typing. */
export function PlanBar({ plan, approve, backHref, disabledReason, verifyHref }: PlanBarProps) {
  const [state, submit, busy] = useActionState(approve, {});
  const [typed, setTyped] = useState('');
  const id = useId();
  const own = pending(plan).filter((change) => !isHandedOver(change)).length;
  const matches = plan.confirm === undefined || typed.trim() === plan.confirm;
  const confirmError = state.fieldErrors?.confirm?.join(' ');
  return (
    <section className="bar" aria-label="Approve the plan">
      <div className="bar-in">
        <div className="bar-true">
          <b>Plan</b> <span className="id">{shortHash(plan.hash)}</span>
          <CopyIcon text={plan.hash} label="Copy plan hash" />
          <br />
          <span className="faint">
            Read <RelativeTime at={plan.readAt} />. Nothing has been written yet.
          </span>
        </div>
        <form action={submit} className="bar-acts">
          <input type="hidden" name="connectionId" value={plan.connectionId} />
          <input type="hidden" name="planHash" value={plan.hash} />
          {plan.confirm !== undefined && own > 0 && (
            <div className="confirm">
              <label htmlFor={id}>
                Type <b className="mono">{plan.confirm}</b> to accept
                <br />
                what cannot be undone
              </label>
              <input
                id={id}
                className="input"
                name="confirm"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                autoComplete="off"
                spellCheck={false}
                aria-invalid={confirmError ? true : undefined}
                aria-describedby={`${id}-match`}
              />
              <span className="confirm-mark" id={`${id}-match`} role="status">
                {typed !== '' && matches ? (
                  <span className="status works">
                    <CircleCheck className="icon" aria-hidden />
                    <span className="unseen">Matches</span>
                  </span>
                ) : (
                  <span className="unseen">{confirmError ?? 'Does not match yet'}</span>
                )}
              </span>
            </div>
          )}
          <ButtonLink href={backHref} size="large">
            Back
          </ButtonLink>
          {own === 0 && verifyHref ? (
            <ButtonLink href={verifyHref} size="large" look="primary">
              Nothing to apply: verify the chain
            </ButtonLink>
          ) : (
            <Button
              type="submit"
              look="primary"
              size="large"
              reason={disabledReason}
              disabled={!matches || busy || own === 0}
            >
              {busy ? 'Starting…' : `Approve & apply ${changesText(own)}`}
            </Button>
          )}
        </form>
      </div>
      {state.problem && (
        <div className="bar-in">
          <ProblemNotice problem={state.problem} />
        </div>
      )}
    </section>
  );
}
