import type { Metadata } from 'next';
import { Breadcrumbs } from '../../../../components/shell/breadcrumbs.tsx';
import { Page } from '../../../../components/shell/page.tsx';
import { routes } from '../../../../lib/routes.ts';
import { loadCheck, loadConnection } from '../../../../lib/server/queries.ts';
import { hasRole, requireRole } from '../../../../lib/server/session.ts';
import { Console } from '../../console.tsx';
import { CheckPanel } from './check-panel.tsx';

export const metadata: Metadata = { title: 'Check' };

export default async function CheckPage({ params }: { readonly params: Promise<{ checkId: string }> }) {
  const { checkId } = await params;
  const session = await requireRole('Viewer');
  const { check } = await loadCheck(checkId);
  const { name: connectionName } = await loadConnection(check.connectionId);
  const operator = hasRole(session, 'Operator');
  return (
    <Console current="connections">
      <Page>
        <Breadcrumbs
          crumbs={[
            { label: 'Connections', href: routes.connections() },
            { label: connectionName, href: operator ? routes.connection(check.connectionId) : routes.connections() },
            { label: 'Check' },
          ]}
        />
        <h1 className="unseen">Check of {connectionName}</h1>
        <CheckPanel checkId={checkId} here={routes.check(checkId)} />
      </Page>
    </Console>
  );
}
