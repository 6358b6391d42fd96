import Link from 'next/link';
import { Fragment, type ReactNode } from 'react';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Status } from '../ui/status.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import type { CredentialView, TwoLines } from './props.ts';
import { Severity } from './severity.tsx';

export interface SortView {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
  /** By key of the column. */
  readonly hrefs: Readonly<Record<string, string>>;
}

const labels: readonly (readonly [string, string])[] = [
  ['severity', 'Severity'],
  ['credential', 'Credential'],
  ['identity', 'Identity'],
  ['issuer', 'Issuer, cluster'],
  ['subject', 'Subject'],
  ['opens', 'Opens in Azure DevOps'],
  ['findings', 'Findings'],
  ['read', 'Read'],
];

/** The opened row stands below its line. */
export function CredentialTable({
  rows,
  sort,
  opened,
}: {
  readonly rows: readonly CredentialView[];
  readonly sort: SortView;
  readonly opened?: ReactNode;
}) {
  const columns = labels.map(
    ([key, label]): Column => ({
      key,
      label,
      className: `at-${key}`,
      numeric: key === 'read',
      ...(sort.hrefs[key] ? { sortHref: sort.hrefs[key], sort: sort.key === key ? sort.direction : 'none' } : {}),
    }),
  );
  return (
    <Table label="Federated credentials" className="credentials" columns={columns}>
      <tbody>
        {rows.map((row) => (
          <Fragment key={row.key}>
            <Row row={row} />
            {row.opened && (
              <tr className="more">
                <td colSpan={labels.length}>{opened}</td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </Table>
  );
}

function Row({ row }: { readonly row: CredentialView }) {
  return (
    <tr className={row.opened ? 'entry selected' : 'entry'}>
      <td data-label="Severity">
        <Judgement row={row} />
      </td>
      <td data-label="Credential">
        <Link
          className="row-link"
          href={row.href}
          prefetch={false}
          scroll={false}
          data-row-link
          aria-expanded={row.opened}
          aria-label={`${row.name} of ${row.identity}`}
        >
          <bdi className="clip">{row.name}</bdi>
        </Link>
        {row.note && (
          <small>
            <Tag>{row.note}</Tag>
          </small>
        )}
      </td>
      <td data-label="Identity">
        <bdi className="clip">{row.identity}</bdi>
        <small className={row.full ? 'full' : undefined}>{row.fill}</small>
      </td>
      <td data-label="Issuer">
        <Lines lines={row.issuer} />
      </td>
      <td data-label="Subject" className="twice">
        <bdi className="subject clip">
          {row.subject.lead && (
            <>
              <span className="faint">{row.subject.lead}</span>
              <br />
            </>
          )}
          {row.subject.text}
        </bdi>
      </td>
      <td data-label="Opens">
        <Lines lines={row.opens} />
      </td>
      <td data-label="Findings">
        <Lines lines={row.findings} />
      </td>
      <td data-label="Read" className="number">
        <RelativeTime key={row.readAt} at={row.readAt} capital />
      </td>
    </tr>
  );
}

/** Green only where everything was read and nothing found. */
function Judgement({ row }: { readonly row: CredentialView }) {
  if (row.severity) return <Severity severity={row.severity} />;
  if (row.accepted > 0) return <Status status="not-tested" word="Accepted" />;
  return row.partly ? <Status status="unknown" word="Read in part" /> : <Status status="works" word="No finding" />;
}

function Lines({ lines: { first, second, state } }: { readonly lines: TwoLines }) {
  if (state === 'not-visible' || state === 'unknown')
    return (
      <>
        {first && <bdi className="clip">{first}</bdi>}
        <span title={second}>
          <Status status={state} />
        </span>
      </>
    );
  return (
    <>
      <bdi className="clip">{first}</bdi>
      {second && (
        <small>
          <bdi>{second}</bdi>
        </small>
      )}
    </>
  );
}
