import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { Summary } from '../../components/access/summary.tsx';
import { ConnectionList } from '../../components/connection/connection-list.tsx';
import { Page } from '../../components/shell/page.tsx';
import { PageHead } from '../../components/shell/page-head.tsx';
import { ButtonLink } from '../../components/ui/button.tsx';
import { Pages } from '../../components/ui/pages.tsx';
import { routes } from '../../lib/routes.ts';
import { accessOverview, pageOf } from '../../lib/server/overview.ts';
import { hasRole, requireRole } from '../../lib/server/session.ts';
import { Console } from './console.tsx';

type Query = Readonly<Record<string, string | string[] | undefined>>;

export const metadata: Metadata = { title: 'Access' };

export default async function AccessPage({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const session = await requireRole('Viewer');
  const { rows, page, pages, summary, sentence } = await accessOverview(session, pageOf((await searchParams).page));
  const newHref = hasRole(session, 'Operator') ? routes.newConnection() : undefined;
  return (
    <Console current="access">
      <Page>
        <PageHead
          say
          title={sentence}
          lede="What was set up here, whether it is proved as the workload itself, and who acts next."
          acts={
            newHref && (
              <ButtonLink href={newHref} icon={Plus} look={rows.length > 0 ? undefined : 'primary'}>
                New connection
              </ButtonLink>
            )
          }
        />
        {rows.length > 0 && <Summary items={summary} />}
        <ConnectionList rows={rows} newHref={newHref} />
        <Pages page={page} pages={pages} href={routes.access()} label="Pages of connections" />
      </Page>
    </Console>
  );
}
