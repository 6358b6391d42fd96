import type { Status as StatusName } from '../../lib/model/chain.ts';
import { Status } from '../ui/status.tsx';

export interface SummaryProps {
  readonly items: readonly {
    readonly status: StatusName;
    readonly label: string;
    readonly count: number;
    readonly note?: string;
  }[];
}

/** A number for each status with one mark for each thing counted; zero keeps its column. */
export function Summary({ items }: SummaryProps) {
  return (
    <dl className="summary">
      {items.map(({ status, label, count, note }) => (
        <div key={label}>
          <dt>
            <Status status={status} word={label} loud />
          </dt>
          <dd className="count">
            {count}
            {note && <small>{note}</small>}
          </dd>
          <dd className={`units ${status}`} aria-hidden="true">
            {Array.from({ length: Math.min(count, 40) }, (_, unit) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: marks have no identity.
              <i key={unit} />
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
