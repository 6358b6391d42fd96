import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { ConnectionList } from '../../../components/connection/connection-list.tsx';
import { Page } from '../../../components/shell/page.tsx';
import { PageHead } from '../../../components/shell/page-head.tsx';
import { ButtonLink } from '../../../components/ui/button.tsx';
import { routes } from '../../../lib/routes.ts';
import { accessOverview } from '../../../lib/server/overview.ts';
import { hasRole, requireRole } from '../../../lib/server/session.ts';
import { Console } from '../console.tsx';

export const metadata: Metadata = { title: 'Connections' };

export default async function ConnectionsPage() {
  const session = await requireRole('Viewer');
  const { rows } = await accessOverview(session);
  const newHref = hasRole(session, 'Operator') ? routes.newConnection() : undefined;
  return (
    <Console current="connections">
      <Page>
        <PageHead
          title="Connections"
          lede="Each joins a cluster’s consumers, one identity and Azure DevOps. Unfinished ones wait where you left them."
          acts={
            newHref && (
              <ButtonLink href={newHref} icon={Plus} look="primary">
                New connection
              </ButtonLink>
            )
          }
        />
        <ConnectionList rows={rows} newHref={newHref} />
      </Page>
    </Console>
  );
}
