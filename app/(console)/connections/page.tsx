import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { ConnectionList } from '../../../components/connection/connection-list.tsx';
import { Page } from '../../../components/shell/page.tsx';
import { PageHead } from '../../../components/shell/page-head.tsx';
import { ButtonLink } from '../../../components/ui/button.tsx';
import { Pages } from '../../../components/ui/pages.tsx';
import { routes } from '../../../lib/routes.ts';
import { accessOverview, pageOf } from '../../../lib/server/overview.ts';
import { hasRole, requireRole } from '../../../lib/server/session.ts';
import { Console } from '../console.tsx';

type Query = Readonly<Record<string, string | string[] | undefined>>;

export const metadata: Metadata = { title: 'Connections' };

export default async function ConnectionsPage({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const session = await requireRole('Viewer');
  const { rows, page, pages } = await accessOverview(session, pageOf((await searchParams).page));
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
        <Pages page={page} pages={pages} href={routes.connections()} label="Pages of connections" />
      </Page>
    </Console>
  );
}
