import { Plus } from 'lucide-react';
import Link from 'next/link';
import { MiniChain } from '../chain/mini-chain.tsx';
import type { ConnectionListProps, ConnectionRow } from '../props.ts';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Status } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';

const columns = [
  { key: 'connection', label: 'Connection' },
  { key: 'cluster', label: 'Cluster and consumers' },
  { key: 'target', label: 'Reaches' },
  { key: 'configured', label: 'Configured' },
  { key: 'verified', label: 'Verified' },
  { key: 'chain', label: 'Chain' },
  { key: 'last', label: 'Last verified' },
  { key: 'next', label: 'Next to act' },
];

function LastVerified({ last }: { readonly last: ConnectionRow['lastVerified'] }) {
  if (!last) return <span className="faint">Never</span>;
  return (
    <>
      <span className={last.stale ? 'stale' : undefined}>
        {last.stale && 'Stale, '}
        <RelativeTime at={last.at} capital={!last.stale} />
      </span>{' '}
      <span className="faint">by {last.by}</span>
    </>
  );
}

function Row({ row }: { readonly row: ConnectionRow }) {
  return (
    <tr className="entry" data-connection={row.connection.id}>
      <th scope="row">
        <Link href={row.href} prefetch={false}>
          {row.connection.name}
        </Link>
      </th>
      <td data-label="Cluster and consumers">
        {row.cluster ? <span className="id">{row.cluster}</span> : <span className="faint">Not chosen</span>}
        {row.consumers.length > 0 && <small>{row.consumers.join(', ')}</small>}
      </td>
      <td data-label="Reaches">{row.target ?? <span className="faint">Not chosen</span>}</td>
      <td data-label="Configured">
        <Status {...row.configured} />
      </td>
      <td data-label="Verified">
        <Status {...row.verified} />
      </td>
      <td data-label="Chain">{row.links ? <MiniChain links={row.links} /> : <span className="faint">–</span>}</td>
      <td data-label="Last verified">
        <LastVerified last={row.lastVerified} />
      </td>
      <td data-label="Next to act">
        {row.next ? (
          <>
            {row.next.who}:{' '}
            <Link className="act" href={row.next.href} prefetch={false}>
              {row.next.label}
            </Link>
          </>
        ) : (
          <span className="faint">Nobody</span>
        )}
      </td>
    </tr>
  );
}

export function ConnectionList({ rows, newHref }: ConnectionListProps) {
  if (rows.length === 0)
    return (
      <EmptyState
        action={
          newHref && (
            <ButtonLink href={newHref} look="primary" size="large" icon={Plus}>
              New connection
            </ButtonLink>
          )
        }
      >
        Each connection of a cluster to Azure DevOps would be listed here, with what is configured and what was proved.
        There is none yet.
      </EmptyState>
    );
  return (
    <Table label="Connections" columns={columns} className="connections">
      <tbody>
        {rows.map((row) => (
          <Row key={row.connection.id} row={row} />
        ))}
      </tbody>
    </Table>
  );
}
