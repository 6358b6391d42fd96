'use client';

import { RotateCw } from 'lucide-react';
import { useReducer } from 'react';
import type { Chain as ChainModel, CheckEvent } from '../../lib/model/chain.ts';
import { ActionButton } from '../action-button.tsx';
import type { LiveCheckProps } from '../props.ts';
import { useEventStream, useNow } from '../stream.ts';
import { StreamNotice } from '../stream-notice.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { LiveRegion } from '../ui/live-region.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Status } from '../ui/status.tsx';
import { minutes } from '../ui/time-text.ts';
import { Chain } from './chain.tsx';
import { type CheckState, reduceCheck, replay, shown } from './check-state.ts';
import { Diagnosis } from './diagnosis.tsx';
import { diagnosisText, linkToExplain, verdict } from './link-state.ts';

function OneChain({
  chain,
  state,
  props,
  first,
}: {
  readonly chain: ChainModel;
  readonly state: CheckState;
  readonly props: LiveCheckProps;
  /** Carries what concerns the whole check. */
  readonly first: boolean;
}) {
  const { links, runningId } = shown(state, chain);
  const hit = runningId && !state.end ? undefined : linkToExplain(links);
  const problem = hit?.problem;
  const fixHref = problem && props.fixHrefs?.[problem.code];
  const said = verdict(links, {
    running: !state.end,
    passes: state.end?.passes,
    waiting: state.wait ? state.wait.reason : undefined,
  });
  return (
    <section aria-labelledby={`chain-${chain.id}`} data-chain={chain.id} data-status={said.status}>
      <div className="head chain-head">
        <div>
          <h2 className="section" id={`chain-${chain.id}`}>
            {chain.title}
          </h2>
          <p className="verdict">
            <Status status={said.status} word={said.word} loud />
            <span className="soft">
              {said.detail}
              {state.end && (
                <>
                  , <RelativeTime at={state.end.at} />
                </>
              )}
            </span>
          </p>
        </div>
        <div className="head-acts">
          {problem && (
            <CopyButton look="quiet" text={diagnosisText({ ...chain, links })}>
              Copy diagnosis
            </CopyButton>
          )}
          {first && props.again && state.end && (
            <ActionButton
              action={props.again}
              hidden={{ connectionId: props.check.connectionId }}
              icon={RotateCw}
              pendingLabel="Starting…"
            >
              Check again
            </ActionButton>
          )}
        </div>
      </div>
      <div className={problem ? undefined : 'chain-panel'}>
        <Chain
          links={links}
          consumerTitle={chain.consumerTitle}
          runningId={runningId}
          opened={problem !== undefined}
          small={!problem}
        />
        {hit && problem && (
          <Diagnosis
            link={hit}
            presented={state.presented[chain.id]}
            check={props.check}
            signInHref={problem.signIn && props.signInHrefs?.[problem.signIn.audience]}
            fix={
              fixHref &&
              problem.fix && (
                <ButtonLink href={fixHref} look="primary" size="large">
                  {problem.fix}
                </ButtonLink>
              )
            }
          />
        )}
      </div>
    </section>
  );
}

function announcement(state: CheckState): string {
  return state.chains
    .map((chain) => {
      const { links } = shown(state, chain);
      const said = verdict(links, { running: !state.end, waiting: state.wait?.reason });
      return `${chain.title}: ${said.word}. ${said.detail}`;
    })
    .join(' ');
}

/** A check while it runs and after it: the stream is read once, resumed where it broke, and drawn in causal order. */
export function LiveCheck(props: LiveCheckProps) {
  // Another check is another stream: nothing of the last one may stay.
  return <OneCheck key={props.check.id} {...props} />;
}

function OneCheck(props: LiveCheckProps) {
  const { check, streamUrl, events = [], href } = props;
  const [state, dispatch] = useReducer(reduceCheck, check, (stored) => replay(stored, events));
  const running = state.end === undefined;
  const { state: stream, retryNow } = useEventStream<CheckEvent & { readonly seq: number }>({
    url: streamUrl,
    after: events.at(-1)?.seq ?? 0,
    enabled: running,
    isLast: (event) => event.type === 'check-end',
    onEvent: dispatch,
  });
  const now = useNow(running && state.wait !== undefined);
  return (
    <div className="grid min-w-0 gap-14" data-check={check.id} data-running={running}>
      {(state.wait || stream.phase === 'lost' || stream.phase === 'refused' || stream.phase === 'given-up') && (
        <div className="line">
          {state.wait && (
            <p>
              <Status
                status="waiting"
                loud
                word={`${state.wait.reason}, normally ${state.wait.usually}${now === null ? '' : `; asked again in ${minutes(Date.parse(state.wait.untilAt) - now)}`}`}
              />
            </p>
          )}
          <StreamNotice state={stream} retryNow={retryNow} what="The check goes on without this page." />
        </div>
      )}
      {state.chains.map((chain, index) => (
        <OneChain key={chain.id} chain={chain} state={state} props={props} first={index === 0} />
      ))}
      <p className="foot">
        {href && (
          <span>
            Permanent link <span className="id">{href}</span>
          </span>
        )}
        <span>A viewer sees what their own rights allow</span>
        <span>Older than 7 days is shown as stale</span>
      </p>
      <LiveRegion text={announcement(state)} />
    </div>
  );
}
