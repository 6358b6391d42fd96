import type { Status as StatusName } from '../../lib/model/chain.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import type { RunViewProps } from '../props.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ShortId } from '../ui/short-id.tsx';
import { Status } from '../ui/status.tsx';
import { clock, minutes } from '../ui/time-text.ts';
import type { Attempt, RunRow, Wait } from './run-state.ts';
import { TimeBar } from './time-bar.tsx';

const words: Readonly<Record<RunRow['state'], { readonly status: StatusName; readonly word: string }>> = {
  todo: { status: 'not-tested', word: 'Not started' },
  running: { status: 'waiting', word: 'Running' },
  waiting: { status: 'waiting', word: 'Waiting' },
  done: { status: 'works', word: 'Done' },
  already: { status: 'works', word: 'Already right' },
  skipped: { status: 'not-tested', word: 'Skipped' },
  failed: { status: 'broken', word: 'Failed' },
  unknown: { status: 'unknown', word: 'Unknown, is read back' },
};

/** Nobody holds the run: what was under way is read back when it is resumed. */
const unfinished = { status: 'unknown', word: 'Not finished' } as const;

function Waiting({ wait, now }: { readonly wait: Wait; readonly now: number }) {
  const rest = wait.untilAt ? Date.parse(wait.untilAt) - now : undefined;
  return (
    <p>
      <Status status="waiting" word={wait.usually ? `${wait.reason}, normally ${wait.usually}` : wait.reason} loud />{' '}
      <span className="soft">
        {wait.detail}
        {rest !== undefined && rest > 0 && <span className="tabular"> Asked again in {minutes(rest)}.</span>}
      </span>
    </p>
  );
}

function Attempts({ log }: { readonly log: readonly Attempt[] }) {
  if (log.length === 0) return null;
  return (
    <ol className="attempts" aria-label="Attempts">
      {log.map((one) => (
        <li key={`${one.at}:${one.attempt}:${one.text}`}>
          <span className="faint">{clock(one.at)}</span>
          <span>Attempt {one.attempt}</span>
          <span className="soft anywhere">{one.text}</span>
          <span>{one.correlationId && <ShortId value={one.correlationId} label="correlation id" />}</span>
        </li>
      ))}
    </ol>
  );
}

/** One change of a run. What is under way, failed or unknown is opened: its attempts and what it waits for. */
export function RunRowView({
  row,
  startedAt,
  tick,
  now,
  running,
  next,
  signInHrefs,
  fixHrefs,
  level = 3,
}: {
  readonly row: RunRow;
  readonly startedAt: number;
  readonly tick: number;
  readonly now: number;
  readonly running: boolean;
  readonly next: boolean;
  /** Of a problem's heading. */
  readonly level?: 2 | 3;
} & Pick<RunViewProps, 'signInHrefs' | 'fixHrefs'>) {
  const { change, state, wait, problem } = row;
  const live = running && (state === 'running' || state === 'waiting');
  const opened = live || state === 'failed' || state === 'unknown';
  const halted = !running && (state === 'running' || state === 'waiting');
  const said = halted ? unfinished : next && state === 'todo' ? { ...words.todo, word: 'Next' } : words[state];
  const elapsed = row.elapsedMs ?? (live && row.startedAt !== undefined ? now - row.startedAt : undefined);
  const log = opened && (wait !== undefined || row.log.length > 0 || problem !== undefined);
  const fixHref = problem && fixHrefs?.[problem.code];
  return (
    <>
      <tr
        className={['entry', state === 'todo' ? 'todo' : '', log ? 'live' : ''].filter(Boolean).join(' ')}
        data-change={change.id}
        data-state={state}
      >
        <td data-label="State">
          <Status {...said} />
        </td>
        <td data-label="Change" className="twice">
          <b>{change.title}</b>
          <small>{row.detail ?? (change.needs.length > 0 && state === 'todo' ? 'Waits for what it needs' : '')}</small>
        </td>
        <td data-label="Attempts" className="number">
          {row.attempts > 0 ? row.attempts : ''}
        </td>
        <td className="wide">
          <TimeBar row={row} startedAt={startedAt} tick={tick} now={now} running={running} next={next} />
        </td>
        <td data-label="Took" className="number">
          {elapsed === undefined ? '' : minutes(elapsed)}
        </td>
        <td data-label="Correlation">
          {row.correlationId && <ShortId value={row.correlationId} label="correlation id" />}
        </td>
      </tr>
      {log && (
        <tr className="log">
          <td colSpan={6}>
            {wait && <Waiting wait={wait} now={now} />}
            {problem && (
              <ProblemNotice
                problem={problem}
                level={level}
                signInHref={problem.signIn && signInHrefs?.[problem.signIn.audience]}
                fix={fixHref && problem.fix && <ButtonLink href={fixHref}>{problem.fix}</ButtonLink>}
              />
            )}
            <Attempts log={row.log} />
          </td>
        </tr>
      )}
    </>
  );
}
