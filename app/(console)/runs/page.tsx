import type { Metadata } from 'next';
import Link from 'next/link';
import { Page } from '../../../components/shell/page.tsx';
import { PageHead } from '../../../components/shell/page-head.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Status } from '../../../components/ui/status.tsx';
import { Table } from '../../../components/ui/table.tsx';
import type { Status as StatusName } from '../../../lib/model/chain.ts';
import type { RunState } from '../../../lib/model/run.ts';
import { routes } from '../../../lib/routes.ts';
import { listConnections, listRuns } from '../../../lib/server/queries.ts';
import { Console } from '../console.tsx';

export const metadata: Metadata = { title: 'Runs' };

const words: Readonly<Record<RunState, { status: StatusName; word: string }>> = {
  running: { status: 'waiting', word: 'Running' },
  interrupted: { status: 'attention', word: 'Interrupted' },
  waiting: { status: 'attention', word: 'Needs you' },
  done: { status: 'works', word: 'Done' },
  failed: { status: 'broken', word: 'Failed' },
};

export default async function RunsPage() {
  const [runs, connections] = await Promise.all([listRuns(), listConnections()]);
  const names = new Map(connections.map(({ id, name }) => [id, name]));
  return (
    <Console current="runs">
      <Page>
        <PageHead
          title="Runs"
          lede="Each run is one approved plan, journalled change by change. Its address stays valid."
        />
        {runs.length === 0 ? (
          <EmptyState>Runs appear here once a plan was approved.</EmptyState>
        ) : (
          <Table
            label="Runs, newest first"
            columns={[
              { key: 'state', label: 'State' },
              { key: 'connection', label: 'Connection' },
              { key: 'changes', label: 'Changes', numeric: true },
              { key: 'by', label: 'Started by' },
              { key: 'at', label: 'Started' },
            ]}
          >
            <tbody>
              {runs.map((run) => (
                <tr key={run.id} className="row">
                  <td data-label="State">
                    <Status {...words[run.state]} />
                  </td>
                  <td data-label="Connection">
                    <Link href={routes.run(run.id)} prefetch={false}>
                      {names.get(run.connectionId) ?? 'Removed connection'}, run {run.number}
                    </Link>
                  </td>
                  <td data-label="Changes" className="number">
                    {run.changes}
                  </td>
                  <td data-label="Started by">{run.startedBy.name}</td>
                  <td data-label="Started">
                    <RelativeTime at={run.startedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Page>
    </Console>
  );
}
