import type { RunRow } from './run-state.ts';

const width = 240;

/** When a change was worked on and when it waited, on the axis that all rows share. Lengths are attributes: no inline style. */
export function TimeBar({
  row,
  startedAt,
  tick,
  now,
  running,
  next,
}: {
  readonly row: RunRow;
  readonly startedAt: number;
  /** Milliseconds between two of the four grid lines. */
  readonly tick: number;
  readonly now: number;
  readonly running: boolean;
  /** Expected to start now. */
  readonly next: boolean;
}) {
  const scale = (at: number) => Math.max(0, Math.min(width, ((at - startedAt) / (tick * 4)) * width));
  const nowX = scale(now);
  return (
    <svg className="time-bar" viewBox={`0 0 ${width} 18`} preserveAspectRatio="none" aria-hidden="true">
      <path className="grid-line" d="M0 0V18M60 0V18M120 0V18M180 0V18" />
      {row.spans.map((span) => {
        const from = scale(span.from);
        const length = Math.max(2, scale(span.to ?? now) - from);
        return (
          <rect
            key={`${span.kind}:${span.from}`}
            className={span.kind}
            x={from}
            y="5"
            width={length}
            height="8"
            rx="2"
          />
        );
      })}
      {next && <rect className="expected" x={Math.min(nowX + 3, width - 14)} y="5" width="14" height="8" rx="2" />}
      {running && <path className="now-line" d={`M${nowX} 0V18`} />}
    </svg>
  );
}

/** The hatch of waiting, once a page: bars refer to it. */
export function WaitHatch() {
  return (
    <svg className="absolute" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="wait-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="hatch-fill" width="2" height="5" />
        </pattern>
      </defs>
    </svg>
  );
}

export function Legend({ skipped }: { readonly skipped: number }) {
  return (
    <p className="foot">
      <span>
        <svg className="time-bar legend-bar" viewBox="0 0 22 8" aria-hidden="true">
          <rect className="work" width="22" height="8" rx="2" />
        </svg>
        working
      </span>
      <span>
        <svg className="time-bar legend-bar" viewBox="0 0 22 8" aria-hidden="true">
          <rect className="wait" x=".5" y=".5" width="21" height="7" rx="2" />
        </svg>
        waiting for somebody else
      </span>
      <span>
        <svg className="time-bar legend-bar" viewBox="0 0 22 8" aria-hidden="true">
          <rect className="expected" x=".5" y=".5" width="21" height="7" rx="2" />
        </svg>
        expected
      </span>
      {skipped > 0 && <span>{skipped} already right, skipped</span>}
    </p>
  );
}
