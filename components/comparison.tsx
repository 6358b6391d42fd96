import { Fragment } from 'react';
import type { Evidence } from '../lib/model/problem.ts';
import { difference, type Piece } from './difference.ts';
import { Status } from './ui/status.tsx';

const nothing = <span className="unset">nothing</span>;

function Marked({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <code>
      {pieces.map((piece, index) => {
        const key = `${index}`;
        if (piece.kind === 'same') return <Fragment key={key}>{piece.text}</Fragment>;
        if (piece.kind === 'surplus')
          return (
            <mark key={key} className="surplus">
              {piece.text}
            </mark>
          );
        const count = piece.text.length;
        return (
          <span
            key={key}
            className="absent"
            role="img"
            aria-label={count === 1 ? '1 character absent' : `${count} characters absent`}
          >
            {'\u00a0'.repeat(Math.min(count, 40))}
          </span>
        );
      })}
    </code>
  );
}

function Row({ evidence }: { readonly evidence: Evidence }) {
  const { label, expected, seen, expectedFrom, seenIn } = evidence;
  if (expected === undefined || seen === undefined || expected === seen) {
    const same = expected !== undefined && expected === seen;
    const value = seen ?? expected;
    const from = same ? 'Same' : seen !== undefined ? (seenIn ?? 'Seen') : (expectedFrom ?? 'Expected');
    return (
      <div>
        <span className="compare-field">{label}</span>
        <span className="compare-from">{from}</span>
        <code>{value ?? nothing}</code>
        {same ? <Status status="works" word="Equal" /> : <span />}
      </div>
    );
  }
  const compared = difference(expected, seen);
  return (
    <>
      <div className="differs">
        <span className="compare-field">{label}</span>
        <span className="compare-from">{expectedFrom ? `Expected, ${expectedFrom}` : 'Expected'}</span>
        {expected === '' ? nothing : <Marked pieces={compared.expected} />}
        <span />
      </div>
      <div className="differs second">
        <span className="compare-field" />
        <span className="compare-from">{seenIn ? `Seen, ${seenIn}` : 'Seen'}</span>
        {seen === '' ? nothing : <Marked pieces={compared.seen} />}
        <Status status="broken" word={compared.words} />
      </div>
    </>
  );
}

/** Equal values once; differing ones expected over seen, with the differing characters marked and missing ones hatched. */
export function Comparison({ evidence }: { readonly evidence: readonly Evidence[] }) {
  if (evidence.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls; this is a group of values.
    <div className="compare" role="group" aria-label="Expected and seen">
      {evidence.map((row) => (
        <Row key={`${row.label}:${row.expected}:${row.seen}`} evidence={row} />
      ))}
    </div>
  );
}
