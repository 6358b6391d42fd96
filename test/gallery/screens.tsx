import type { ReactNode } from 'react';
import { Summary } from '../../components/access/summary.tsx';
import { LiveCheck } from '../../components/chain/live-check.tsx';
import { ClusterPicker } from '../../components/connection/cluster-picker.tsx';
import { ConnectionList } from '../../components/connection/connection-list.tsx';
import { ConsumerPicker } from '../../components/connection/consumer-picker.tsx';
import { DevopsForm } from '../../components/connection/devops-form.tsx';
import { FederationForm } from '../../components/connection/federation-form.tsx';
import { IdentityPicker } from '../../components/connection/identity-picker.tsx';
import { Rail } from '../../components/connection/rail.tsx';
import { StepForm } from '../../components/connection/step-form.tsx';
import { PlanBar } from '../../components/plan/plan-bar.tsx';
import { PlanView } from '../../components/plan/plan-view.tsx';
import { RunView } from '../../components/plan/run-view.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import type { FormState, RailStep } from '../../components/props.ts';
import { LonePage, Page } from '../../components/shell/page.tsx';
import { PageHead } from '../../components/shell/page-head.tsx';
import { TopBar } from '../../components/shell/top-bar.tsx';
import { NoRole } from '../../components/sign-in/no-role.tsx';
import { SignInCard } from '../../components/sign-in/sign-in-card.tsx';
import { Button, ButtonLink } from '../../components/ui/button.tsx';
import { FilteredToNone, ListError, ListNotPermitted, LoadingRows } from '../../components/ui/list-bodies.tsx';
import { Note } from '../../components/ui/note.tsx';
import { Status } from '../../components/ui/status.tsx';
import { statuses } from '../../lib/model/chain.ts';
import * as data from './data.ts';

const action = async (state: FormState) => state;
const user = { name: data.operator.name, roles: ['Operator' as const] };
const rail: readonly RailStep[] = [
  { step: 'cluster', label: 'Cluster', state: 'done', detail: 'aks-prod-weu, 1.34.2', href: '#' },
  { step: 'consumers', label: 'Consumers', state: 'done', detail: 'Argo CD 3.5.1, 2 subjects', href: '#' },
  { step: 'identity', label: 'Identity', state: 'done', detail: 'id-checkout-gitops, new', href: '#' },
  { step: 'federation', label: 'Federation', state: 'skipped', detail: '2 credentials, already right', href: '#' },
  {
    step: 'devops',
    label: 'Azure DevOps',
    state: 'needs-you',
    detail: 'Checkout, 1 repository. One right is missing',
    href: '#',
  },
  { step: 'review', label: 'Review', state: 'not-started', detail: '10 changes to read', href: '#' },
  { step: 'apply', label: 'Apply', state: 'not-started', detail: 'Not started' },
  { step: 'verify', label: 'Verify', state: 'not-started', detail: 'Not started' },
];

function Wizard({
  step,
  title,
  children,
}: {
  readonly step: RailStep['step'];
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <>
      <TopBar current="connections" user={user} />
      <Page>
        <div className="wizard">
          <Rail name="checkout-gitops" steps={rail} current={step} />
          <div>
            <h1 className="title">{title}</h1>
            <p className="lede">What this step is about, in one sentence that fits.</p>
            {children}
          </div>
        </div>
      </Page>
    </>
  );
}
const consumer = {
  kind: 'argocd',
  namespace: 'argocd',
  version: '3.5.1',
  installedBy: 'manifest',
  workloads: [
    {
      role: 'repo-server',
      deployment: 'argocd-repo-server',
      serviceAccount: 'argocd-repo-server',
      access: 'read' as const,
    },
    {
      role: 'commit-server',
      deployment: 'argocd-commit-server',
      serviceAccount: 'argocd-commit-server',
      access: 'contribute' as const,
    },
  ],
  sources: [
    {
      type: 'repository',
      name: 'repo-checkout-deploy',
      url: 'https://dev.azure.com/contoso-eng/Checkout/_git/checkout-deploy',
      signIn: 'pat' as const,
    },
    {
      type: 'repo-creds',
      name: 'creds-contoso-eng',
      url: 'https://dev.azure.com/contoso-eng',
      signIn: 'workload-identity' as const,
    },
  ],
};
const tenant = '8f2c0b1e-5d7a-4c0e-9a58-2f4d2c5b1d40';
const org = (name: string, more: object = {}) => ({ name, tenantId: tenant, ...more });
const runOf = (key: string) => (
  <>
    <TopBar current="runs" user={user} />
    <Page>
      <RunView
        level={1}
        run={{ ...data.run, endedAt: '2026-11-20T09:50:06.000Z' }}
        events={data.endings[key] ?? data.events}
        streamUrl="/runs/r1/events"
        viewer={key === 'watching' ? { oid: 'x', name: 'lead' } : data.operator}
        interrupt={action}
        resume={action}
        takeOver={action}
        verifyHref="#"
        reviewHref="#"
        signInHrefs={{ arm: '#' }}
      />
    </Page>
  </>
);

export const screens: Readonly<Record<string, () => ReactNode>> = {
  verify: () => (
    <>
      <TopBar current="connections" user={user} />
      <Page>
        <PageHead
          title="Verify checkout-gitops"
          crumbs={[{ label: 'Connections', href: '#' }, { label: 'checkout-gitops', href: '#' }, { label: 'Verify' }]}
        />
        <div className="mt-6">
          <LiveCheck
            check={data.check}
            streamUrl="/x"
            viewer={data.operator}
            fixHrefs={{ 'federation/subject-mismatch': '#' }}
            again={action}
            href="/checks/01JD4K7Q2N8V2"
          />
        </div>
        <div className="mt-6">
          <LiveCheck check={data.runningCheck} streamUrl="/x" viewer={data.operator} />
        </div>
      </Page>
    </>
  ),
  'verify-long': () => (
    <>
      <TopBar current="connections" user={user} />
      <Page>
        <LiveCheck
          check={{ ...data.check, chains: [{ ...data.check.chains[0]!, links: data.longLinks }] }}
          streamUrl="/x"
          viewer={data.operator}
        />
      </Page>
    </>
  ),
  review: () => (
    <Wizard step="review" title="Review the plan">
      <>
        <PlanView
          plan={data.plan}
          places={{
            cluster: 'aks-prod-weu · rg-aks-prod',
            identity: 'rg-identity-prod',
            federation: 'id-checkout-gitops · 0 of 20 credentials used',
            devops: 'contoso-eng · Checkout',
            kubernetes: 'aks-prod-weu · namespace argocd',
          }}
          pageUrl="https://patless.contoso.example/x"
          cost="Adds 1 Basic licence, $6.00 a month"
          recheckHref="#"
        />
      </>
      <PlanBar plan={data.plan} approve={action} backHref="#" />
    </Wizard>
  ),
  run: () => runOf('running'),
  'run-interrupted': () => runOf('interrupted'),
  'run-failed': () => runOf('failed'),
  'run-waiting': () => runOf('waiting'),
  'run-done': () => runOf('done'),
  'run-watching': () => runOf('watching'),
  cluster: () => (
    <Wizard step="cluster" title="Choose the cluster">
      <StepForm action={action} backHref="#">
        <ClusterPicker
          clusters={data.clusters}
          selectedId={data.clusters[0]?.id}
          notVisible={[{ name: 'Contoso Legacy', problem: data.forbiddenProblem }]}
        />
      </StepForm>
    </Wizard>
  ),
  consumers: () => (
    <Wizard step="consumers" title="Choose what needs Azure DevOps">
      <StepForm action={action} backHref="#">
        <ConsumerPicker
          titles={{ argocd: 'Argo CD' }}
          selectedKeys={['argocd/argocd']}
          found={[
            { consumer, notices: [], notVisible: [] },
            {
              consumer: { ...consumer, namespace: 'argocd-old', version: '3.0.5' },
              notices: [{ problem: data.forbiddenProblem, blocks: true }],
              notVisible: [],
            },
          ]}
        />
      </StepForm>
    </Wizard>
  ),
  identity: () => (
    <Wizard step="identity" title="Choose the managed identity">
      <StepForm action={action} backHref="#">
        <IdentityPicker
          identities={data.identities.map((identity, index) => ({ identity, credentials: index * 20 }))}
          subscriptions={[{ id: 's1', name: 'Contoso Production' }]}
          resourceGroups={{ s1: ['rg-identity-prod'] }}
          locations={{ s1: ['westeurope'] }}
          value={{
            mode: 'new',
            name: 'id',
            subscriptionId: 's1',
            resourceGroup: 'rg-identity-prod',
            location: 'westeurope',
            tags: { 'managed-by': 'patless' },
          }}
        />
        <IdentityPicker
          identities={data.identities.map((identity, index) => ({ identity, credentials: index * 20 }))}
          subscriptions={[]}
          resourceGroups={{}}
          locations={{}}
          value={{
            mode: 'existing',
            id: data.identities[0]?.id,
            name: '',
            subscriptionId: '',
            resourceGroup: '',
            location: '',
            tags: {},
          }}
        />
      </StepForm>
    </Wizard>
  ),
  federation: () => (
    <Wizard step="federation" title="Federate the service accounts">
      <StepForm action={action} backHref="#">
        <FederationForm
          audience="api://AzureADTokenExchange"
          identity={{ name: 'id-checkout-gitops', isNew: false }}
          existing={[
            {
              name: 'old-one',
              issuer: 'https://westeurope.oic.prod-aks.azure.com/x/y/',
              subject: 'system:serviceaccount:flux-system:source-controller',
            },
          ]}
          rows={[
            {
              namespace: 'argocd',
              serviceAccount: 'argocd-repo-server',
              name: 'aks-prod-weu-argocd-repo-server',
              subject: 'system:serviceaccount:argocd:argocd-repo-server',
            },
            {
              namespace: 'argocd',
              serviceAccount: 'argocd-commit-server',
              name: 'x',
              adopts: 'already-there',
              subject: 'system:serviceaccount:argocd:argocd-commit-server',
            },
            {
              namespace: 'argocd',
              serviceAccount: 'argocd-server',
              name: 'a!',
              clash: data.slashProblem,
              subject: 'system:serviceaccount:argocd:argocd-server',
            },
          ]}
        />
      </StepForm>
    </Wizard>
  ),
  devops: () => (
    <Wizard step="devops" title="Choose what it may reach">
      <StepForm action={action} backHref="#">
        <DevopsForm
          baseHref="/x"
          identityTenant={tenant}
          licence="Basic, $6.00 a month"
          organization="contoso-eng"
          projectId="p1"
          organizations={[
            org('contoso-eng'),
            org('contoso-platform'),
            org('fabrikam-partner', { tenantId: '0000', refused: data.forbiddenProblem }),
          ]}
          projects={[
            { id: 'p1', name: 'Checkout' },
            { id: 'p2', name: 'Catalog' },
          ]}
          repositories={[
            {
              id: 'r1',
              name: 'checkout-deploy',
              projectId: 'p1',
              url: 'https://dev.azure.com/contoso-eng/Checkout/_git/checkout-deploy',
              disabled: false,
              selected: 'contribute',
              usedBy: ['repo-checkout-deploy'],
            },
            {
              id: 'r2',
              name: 'checkout-env',
              projectId: 'p1',
              url: 'https://dev.azure.com/contoso-eng/Checkout/_git/checkout-env',
              disabled: true,
            },
          ]}
        />
      </StepForm>
    </Wizard>
  ),
  access: () => (
    <>
      <TopBar current="access" user={user} />
      <Page>
        <PageHead
          say
          title="10 of 16 consumers reach Azure DevOps without a PAT."
          lede="Two need somebody to act, one has not been verified for 12 days."
          acts={
            <ButtonLink href="#" look="primary">
              New connection
            </ButtonLink>
          }
        />
        <Summary
          items={[
            { status: 'works', label: 'Working', count: 10 },
            { status: 'attention', label: 'Need attention', count: 2 },
            { status: 'unknown', label: 'Unverified', count: 1 },
            { status: 'broken', label: 'PATs left', count: 4, note: '11 days to 1 December 2026' },
          ]}
        />
        <ConnectionList
          newHref="#"
          rows={[
            {
              connection: { id: '1', name: 'checkout-gitops', updatedAt: '' },
              href: '#',
              cluster: 'aks-prod-weu',
              consumers: ['Argo CD argocd'],
              target: 'contoso-eng / Checkout',
              configured: { status: 'works', word: 'Complete' },
              verified: { status: 'works', word: 'Works' },
              links: data.goodLinks,
              lastVerified: { at: '2026-11-20T07:52:00.000Z', by: 'operator', stale: false },
            },
            {
              connection: { id: '2', name: 'catalog-gitops', updatedAt: '' },
              href: '#',
              cluster: 'aks-prod-neu',
              consumers: ['Argo CD argocd'],
              target: 'contoso-eng / Catalog',
              configured: { status: 'attention', word: 'Drifted' },
              verified: { status: 'broken', word: 'Broken' },
              links: data.brokenLinks,
              lastVerified: { at: '2026-11-01T07:52:00.000Z', by: 'operator', stale: true },
              next: { who: 'Operator', label: 'correct the subject', href: '#' },
            },
            {
              connection: { id: '3', name: 'draft', updatedAt: '' },
              href: '#',
              consumers: [],
              configured: { status: 'not-tested', word: 'Not applied' },
              verified: { status: 'not-tested', word: 'Not tested' },
              next: { who: 'Operator', label: 'choose a cluster', href: '#' },
            },
          ]}
        />
        <ConnectionList rows={[]} newHref="#" />
      </Page>
    </>
  ),
  parts: () => (
    <>
      <TopBar current="access" user={user} />
      <Page>
        <PageHead title="Parts" />
        <div className="grid gap-4 mt-6">
          <div className="line">
            {statuses.map((status) => (
              <Status key={status} status={status} />
            ))}
          </div>
          <div className="line">
            <Button>Plain</Button>
            <Button look="primary">Primary</Button>
            <Button look="quiet">Quiet</Button>
            <Button reason="Choose a cluster first.">Disabled</Button>
          </div>
          <Note>Read just now. One subscription was not visible to you.</Note>
          <Note warn>This restarts the API server.</Note>
          <ProblemNotice problem={data.subjectProblem} fix={<Button look="primary">Correct the subject</Button>} />
          <ProblemNotice problem={data.slashProblem} />
          <ProblemNotice problem={data.signInProblem} signInHref="#" />
          <ProblemNotice problem={data.forbiddenProblem} request={'Please grant me Reader\non rg-identity-prod'} />
          <LoadingRows rows={3} reading="Reading clusters…" />
          <FilteredToNone filter="“weu”" dropHref="#" />
          <ListError what="The list could not be read" since="2026-11-20T09:41:06.000Z" retryHref="#" />
          <ListNotPermitted
            what="Identities are"
            right="Microsoft.ManagedIdentity/userAssignedIdentities/read"
            scope="rg-identity-prod"
            grantedBy="An owner of the resource group"
            request="x"
          />
        </div>
      </Page>
    </>
  ),
  'sign-in': () => (
    <>
      <TopBar />
      <LonePage>
        <SignInCard href="#" problem={data.signInProblem} />
      </LonePage>
    </>
  ),
  'no-role': () => (
    <>
      <TopBar user={{ name: 'newcomer@contoso.example', roles: [] }} />
      <LonePage>
        <NoRole
          userName="newcomer@contoso.example"
          application="Patless"
          clientId="5f0c…"
          request={'Please assign me a role'}
        />
      </LonePage>
    </>
  ),
};
