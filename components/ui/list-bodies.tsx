import { RotateCw } from 'lucide-react';
import Link from 'next/link';
import { ButtonLink } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { RelativeTime } from './relative-time.tsx';
import { Status } from './status.tsx';

/** Header and real row heights at once, hairlines only. What is being read is said after two seconds. */
export function LoadingRows({ rows, reading }: { readonly rows: number; readonly reading: string }) {
  return (
    <div aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: empty rows have no identity.
        <div key={row} className="loading-row" />
      ))}
      <p className="loading-word" role="status">
        {reading}
      </p>
    </div>
  );
}

export function FilteredToNone({
  filter,
  dropHref,
  onDrop,
}: {
  /** The filter that removes most, in words. */
  readonly filter: string;
  readonly dropHref?: string;
  readonly onDrop?: () => void;
}) {
  return (
    <div className="list-body">
      <p className="soft">Nothing matches {filter}.</p>
      <div className="acts">
        {dropHref && (
          <Link className="act" href={dropHref}>
            Drop this filter
          </Link>
        )}
        {onDrop && (
          <button type="button" className="act" onClick={onDrop}>
            Drop this filter
          </button>
        )}
      </div>
    </div>
  );
}

/** Rows that were read before stay; this stands above them and dates them. */
export function ListError({
  what,
  since,
  retryHref,
}: {
  readonly what: string;
  readonly since: string;
  readonly retryHref: string;
}) {
  return (
    <div className="list-body">
      <Status status="broken" word={what} />
      <p className="soft">
        Since <RelativeTime at={since} />.
      </p>
      <div className="acts">
        <ButtonLink href={retryHref} icon={RotateCw}>
          Try again
        </ButtonLink>
      </div>
    </div>
  );
}

/** Ink, never red, and never an empty table. */
export function ListNotPermitted({
  what,
  right,
  scope,
  grantedBy,
  request,
}: {
  readonly what: string;
  readonly right: string;
  readonly scope: string;
  readonly grantedBy?: string;
  readonly request: string;
}) {
  return (
    <div className="list-body">
      <Status status="not-visible" word={`${what} not visible to you`} />
      <p className="soft anywhere">
        It needs <code>{right}</code> on <code>{scope}</code>.{grantedBy ? ` ${grantedBy} can grant it.` : ''}
      </p>
      <div className="acts">
        <CopyButton text={request}>Copy request</CopyButton>
      </div>
    </div>
  );
}
