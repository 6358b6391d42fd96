import { CopyIcon } from './copy-button.tsx';

export function shorten(value: string, ends = 4): string {
  const end = Math.min(ends, 8);
  return value.length <= ends + end + 2 ? value : `${value.slice(0, ends)}…${value.slice(-end)}`;
}

/** Shortened in the middle; the whole is read by screen readers, shown on hover, and copied. */
export function ShortId({
  value,
  label,
  ends = 4,
}: {
  readonly value: string;
  /** What it is, for example `correlation id`. */
  readonly label: string;
  readonly ends?: number;
}) {
  return (
    <span className="short-id">
      <span className="id" title={value}>
        <span aria-hidden>{shorten(value, ends)}</span>
        <span className="unseen">{value}</span>
      </span>
      <CopyIcon text={value} label={`Copy ${label}`} />
    </span>
  );
}
