'use client';

import { useMemo, useReducer } from 'react';
import type { StoredRunEvent } from '../../lib/model/run.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import type { RunViewProps } from '../props.ts';
import { useEventStream, useNow } from '../stream.ts';
import { LiveRegion } from '../ui/live-region.tsx';
import { ProgressBar, type Segment } from '../ui/progress-bar.tsx';
import { Table } from '../ui/table.tsx';
import { clock, minutes } from '../ui/time-text.ts';
import { changesText, shortHash } from './plan-words.ts';
import { RunBar } from './run-bar.tsx';
import { RunRowView } from './run-row.tsx';
import { picture, progressText, type RunPicture, type RunRow, tickMs } from './run-state.ts';
import { Legend, WaitHatch } from './time-bar.tsx';

function merge(events: readonly StoredRunEvent[], more: readonly StoredRunEvent[]): readonly StoredRunEvent[] {
  const last = events.at(-1)?.seq ?? 0;
  const fresh = more.filter(({ seq }) => seq > last);
  return fresh.length === 0 ? events : [...events, ...fresh];
}

const titles: Readonly<Record<RunPicture['state'], string>> = {
  running: 'Applying',
  interrupted: 'Interrupted while applying',
  waiting: 'Waiting for you while applying',
  done: 'Applied',
  failed: 'Failed while applying',
};
function segment(state: RunRow['state'], running: boolean): Segment {
  if (state === 'done' || state === 'already' || state === 'skipped') return 'done';
  if (state === 'failed') return 'failed';
  if (state === 'running' || state === 'waiting') return running ? state : 'paused';
  return 'todo';
}

function columns(tick: number) {
  return [
    { key: 'state', label: 'State', className: 'col-state' },
    { key: 'change', label: 'Change' },
    { key: 'attempts', label: 'Attempts', numeric: true, className: 'col-attempts' },
    {
      key: 'time',
      className: 'col-time',
      label: (
        <span className="ticks">
          {[0, 1, 2, 3].map((index) => (
            <span key={index}>{minutes(tick * index)}</span>
          ))}
        </span>
      ),
    },
    { key: 'took', label: 'Took', numeric: true, className: 'col-took' },
    { key: 'id', label: 'Correlation', className: 'col-id' },
  ];
}

/** A run while it is applied and ever after: one row a change on one time axis, resumed by event number after a drop. */
export function RunView(props: RunViewProps) {
  // Another run is another stream: nothing of the last one may stay.
  return <OneRun key={props.run.id} {...props} />;
}

function OneRun(props: RunViewProps) {
  const { run, level = 2, streamUrl, signInHrefs } = props;
  const [live, add] = useReducer(merge, props.events);
  // A server action that answered brings newer events with the page; both sources agree, because events never change.
  const events = useMemo(() => merge(live, props.events), [live, props.events]);
  const drawn = useMemo(() => picture(run, events, props.events.at(-1)?.seq ?? 0), [run, events, props.events]);
  const running = drawn.state === 'running';
  const { state: stream, retryNow } = useEventStream<StoredRunEvent>({
    url: streamUrl,
    after: events.at(-1)?.seq ?? 0,
    enabled: running,
    isLast: (event) => event.type === 'run-end',
    onEvent: (event) => add([event]),
  });
  const tickingNow = useNow(running);
  const now = running && tickingNow !== null ? Math.max(tickingNow, drawn.lastAt) : drawn.lastAt;
  const elapsed = now - drawn.startedAt;
  const tick = tickMs(elapsed);
  const next = drawn.rows.find(({ state }) => state === 'todo');
  const words = progressText(drawn.rows);
  const Heading = level === 1 ? 'h1' : 'h2';
  const skipped = run.plan.changes.filter(({ verdict }) => verdict.state === 'right').length;
  return (
    <>
      <div className="before-bar" data-run={run.id} data-run-state={drawn.state}>
        <div className="head">
          <div>
            <Heading className={level === 1 ? 'title' : 'section'}>
              {titles[drawn.state]} {changesText(drawn.rows.length)}
            </Heading>
            <p className="lede">
              {words} Plan{' '}
              <span className="id" title={run.plan.hash}>
                {shortHash(run.plan.hash)}
              </span>
              , approved {clock(run.startedAt)} UTC by {run.startedBy.name}
            </p>
          </div>
          <div className="head-acts">
            <div className="elapsed">
              <b>{minutes(elapsed)}</b>
              {running ? 'elapsed' : 'from start to end'}
            </div>
          </div>
        </div>
        <ProgressBar segments={drawn.rows.map(({ state }) => segment(state, running))} label={words} />
        {drawn.problem && (
          <div className="mt-4">
            <ProblemNotice problem={drawn.problem} level={level === 1 ? 2 : 3} />
          </div>
        )}
        <WaitHatch />
        <Table label="Changes of this run" columns={columns(tick)} className="run-table">
          <tbody>
            {drawn.rows.map((row) => (
              <RunRowView
                key={row.change.id}
                row={row}
                startedAt={drawn.startedAt}
                tick={tick}
                now={now}
                running={running}
                next={running && row === next}
                signInHrefs={signInHrefs}
                fixHrefs={props.fixHrefs}
                level={level === 1 ? 2 : 3}
              />
            ))}
          </tbody>
        </Table>
        <Legend skipped={skipped} />
        <LiveRegion text={`${titles[drawn.state]}. ${words}`} />
      </div>
      <RunBar {...props} drawn={drawn} stream={stream} retryNow={retryNow} />
    </>
  );
}
