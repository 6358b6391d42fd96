export type Segment = 'done' | 'waiting' | 'running' | 'paused' | 'failed' | 'todo';

/** One segment for each thing to do; hatched is waiting. */
export function ProgressBar({ segments, label }: { readonly segments: readonly Segment[]; readonly label: string }) {
  const classes: Readonly<Record<Segment, string | undefined>> = {
    done: 'done',
    waiting: 'waiting pulse',
    running: 'waiting pulse',
    paused: 'waiting',
    failed: 'failed',
    todo: undefined,
  };
  return (
    <div className="progress" role="img" aria-label={label}>
      {segments.map((segment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity of a segment.
        <i key={index} className={classes[segment]} />
      ))}
    </div>
  );
}
