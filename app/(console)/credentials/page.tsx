import { RotateCw } from 'lucide-react';
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ActionButton } from '../../../components/action-button.tsx';
import { ExportMenu } from '../../../components/audit/export-menu.tsx';
import { ScanProgress } from '../../../components/audit/scan-progress.tsx';
import { ScopeNote } from '../../../components/audit/scope-note.tsx';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { Page } from '../../../components/shell/page.tsx';
import { PageHead } from '../../../components/shell/page-head.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { ListNotPermitted, LoadingRows } from '../../../components/ui/list-bodies.tsx';
import { routes } from '../../../lib/routes.ts';
import { loadAudit } from '../../../lib/server/audit/load.ts';
import { pageModel } from '../../../lib/server/audit/page-model.ts';
import { readQuery } from '../../../lib/server/audit/query.ts';
import { signInsFor } from '../../../lib/server/audit/sign-ins.ts';
import { hasRole, requireRole } from '../../../lib/server/session.ts';
import { signInHref } from '../../../lib/server/wizard/sign-in.ts';
import { Console } from '../console.tsx';
import { readCredentials, stopScan } from './actions.ts';
import { CredentialList } from './credential-list.tsx';

export const metadata: Metadata = { title: 'Credentials' };

const lede = 'Every credential of every subscription you can see, with what it opens in Azure DevOps.';

export default async function CredentialsPage({
  searchParams,
}: {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const session = await requireRole('Viewer');
  if (!hasRole(session, 'Auditor')) return <NotPermitted upn={session.person.upn} />;
  const parameters = await searchParams;
  const query = readQuery(parameters);
  // Without a script the form sends what was added beside what was there.
  if (parameters.add !== undefined) redirect(routes.credentials({ q: query.q }));
  const audit = await loadAudit();
  const { shown, newest } = audit;
  const current = newest ?? shown;
  const running = [newest, shown].find((scan) => scan?.state === 'running');
  const failed = current && (current.state === 'failed' || current.state === 'cancelled') ? current : undefined;
  const model = pageModel(audit, query);
  return (
    <Console current="credentials">
      <Page>
        <PageHead
          title="Federated credentials"
          lede={lede}
          acts={
            <>
              {!running && shown && (
                <ActionButton action={readCredentials} look="quiet" pendingLabel="Starting…">
                  <RotateCw className="icon small" aria-hidden />
                  Read again
                </ActionButton>
              )}
              {model.matching > 0 && (
                <ExportMenu rows={model.matching} csvHref={model.export.csv} jsonHref={model.export.json} />
              )}
            </>
          }
        />
        <div className="scope">
          {shown?.scope && (
            <ScopeNote
              subscriptions={shown.scope.subscriptions.length}
              clusters={shown.scope.clusters.length}
              organizations={shown.scope.organizations.length}
              at={shown.endedAt ?? shown.startedAt}
              notVisible={shown.scope.notVisible}
              signIns={signInsFor(shown.scope, routes.credentials())}
              compared={model.compared}
            />
          )}
          {running && (
            <ScanProgress
              key={running.id}
              scanId={running.id}
              streamUrl={routes.scanStream(running.id)}
              after={0}
              stop={stopScan}
              showsRows={running.id === shown?.id}
            />
          )}
          {failed?.problem && (
            <ProblemNotice
              problem={failed.problem}
              signInHref={signInHref(failed.problem, routes.credentials())}
              fix={
                <ActionButton action={readCredentials}>
                  <RotateCw className="icon small" aria-hidden />
                  Try again
                </ActionButton>
              }
            />
          )}
          {failed && !failed.problem && (
            <p className="soft">
              {failed.state === 'cancelled'
                ? 'The newest scan was stopped.'
                : 'The newest scan ended with the process that ran it.'}{' '}
              {model.total > 0 ? 'What is listed was read before.' : 'Read again to see the credentials.'}
            </p>
          )}
        </div>
        {!shown && (
          <EmptyState
            action={
              <ActionButton action={readCredentials} look="primary" pendingLabel="Starting…">
                <RotateCw className="icon small" aria-hidden />
                Read the credentials
              </ActionButton>
            }
          >
            All federated credentials of the identities you can see will be here, joined to their clusters, service
            accounts and Azure DevOps rights. Reading writes nothing anywhere and uses your own rights.
          </EmptyState>
        )}
        {shown && model.total === 0 && running && <LoadingRows rows={8} reading="Waiting for the first credentials." />}
        {shown && model.total === 0 && shown.state === 'done' && (
          <EmptyState>No identity that you can see has a federated credential.</EmptyState>
        )}
        {shown && model.total > 0 && <CredentialList model={model} q={query.q} scanId={shown.id} />}
      </Page>
    </Console>
  );
}

function NotPermitted({ upn }: { readonly upn: string }) {
  return (
    <Console current="credentials">
      <Page>
        <PageHead title="Federated credentials" lede={lede} />
        <div className="mt-6">
          <ListNotPermitted
            what="Credentials are"
            right="Auditor"
            scope="Patless"
            grantedBy="An administrator of the app’s registration in Entra ID"
            request={`Please give ${upn} the app role Auditor of Patless, to read which workloads may become which identities.`}
          />
        </div>
      </Page>
    </Console>
  );
}
