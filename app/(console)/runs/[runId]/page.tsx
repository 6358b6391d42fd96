import type { Metadata } from 'next';
import { Breadcrumbs } from '../../../../components/shell/breadcrumbs.tsx';
import { Page } from '../../../../components/shell/page.tsx';
import { routes } from '../../../../lib/routes.ts';
import { loadConnection, loadRun } from '../../../../lib/server/queries.ts';
import { Console } from '../../console.tsx';
import { RunPanel } from './run-panel.tsx';

export const metadata: Metadata = { title: 'Run' };

export default async function RunPage({ params }: { readonly params: Promise<{ runId: string }> }) {
  const { runId } = await params;
  const { run } = await loadRun(runId);
  const { name: connectionName } = await loadConnection(run.connectionId);
  return (
    <Console current="runs">
      <Page>
        <Breadcrumbs
          crumbs={[
            { label: 'Connections', href: routes.connections() },
            { label: connectionName, href: routes.connection(run.connectionId) },
            { label: `Run ${run.number}` },
          ]}
        />
        <h1 className="unseen">
          {connectionName}, run {run.number}
        </h1>
        <RunPanel runId={runId} here={routes.run(runId)} />
      </Page>
    </Console>
  );
}
