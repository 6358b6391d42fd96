import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { type ReactNode, Suspense } from 'react';
import { Rail } from '../../../../../components/connection/rail.tsx';
import { Page } from '../../../../../components/shell/page.tsx';
import { LoadingRows } from '../../../../../components/ui/list-bodies.tsx';
import { routes, type WizardStep, wizardSteps } from '../../../../../lib/routes.ts';
import { loadWizard, type Wizard } from '../../../../../lib/server/wizard/load.ts';
import { Console } from '../../../console.tsx';
import { ApplyStep } from './apply-step.tsx';
import { ClusterStep } from './cluster-step.tsx';
import { ConsumersStep } from './consumers-step.tsx';
import { DevopsStep } from './devops-step.tsx';
import { FederationStep } from './federation-step.tsx';
import { IdentityStep } from './identity-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { VerifyStep } from './verify-step.tsx';

export type Query = Readonly<Record<string, string | string[] | undefined>>;
export interface StepProps {
  readonly wizard: Wizard;
  readonly query: Query;
}

/** Each step: its heading, what is read while one waits, and its body. */
const steps: Readonly<
  Record<WizardStep, { title: string; lede: string; reading: string; Body: (props: StepProps) => Promise<ReactNode> }>
> = {
  cluster: {
    title: 'Choose the cluster',
    lede: 'Every AKS cluster of every subscription that you can see. One with a switch off can be chosen: the plan then turns it on.',
    reading: 'Reading clusters of all your subscriptions…',
    Body: ClusterStep,
  },
  consumers: {
    title: 'Choose what needs Azure DevOps',
    lede: 'Found in the cluster by what runs there, with the repositories it reads and how each signs in today.',
    reading: 'Reading deployments and repositories in the cluster…',
    Body: ConsumersStep,
  },
  identity: {
    title: 'Choose the managed identity',
    lede: 'The consumer signs in to Azure DevOps as this identity. It needs no secret, so none can leak or expire.',
    reading: 'Reading managed identities of all your subscriptions…',
    Body: IdentityStep,
  },
  federation: {
    title: 'Federate the service accounts',
    lede: 'One credential for each service account, as it will be written. Entra ID compares issuer, subject and audience character by character.',
    reading: 'Reading the cluster’s issuer and what the identity trusts…',
    Body: FederationStep,
  },
  devops: {
    title: 'Choose what it may reach',
    lede: 'The identity becomes a member of the organisation and of one project group. It sees the repositories that this group sees.',
    reading: 'Reading organisations, projects and repositories…',
    Body: DevopsStep,
  },
  review: {
    title: 'Review the plan',
    lede: 'What is there now, what will be there, and the right that each change needs. Nothing has been written yet.',
    reading: 'Reading all five layers and your rights…',
    Body: ReviewStep,
  },
  apply: {
    title: 'Apply',
    lede: '',
    reading: 'Reading the run…',
    Body: ApplyStep,
  },
  verify: {
    title: 'Verify',
    lede: '',
    reading: 'Reading the last check…',
    Body: VerifyStep,
  },
};

interface PageProps {
  readonly params: Promise<{ connectionId: string; step: string }>;
  readonly searchParams: Promise<Query>;
}
function stepOf(text: string): WizardStep {
  const step = wizardSteps.find((candidate) => candidate === text);
  return step ?? notFound();
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const step = stepOf((await params).step);
  return { title: steps[step].title };
}

export default async function StepPage({ params, searchParams }: PageProps) {
  const { connectionId, step: text } = await params;
  const step = stepOf(text);
  const wizard = await loadWizard(connectionId);
  if (!wizard.open.includes(step)) redirect(routes.step(connectionId, wizard.first));
  const { title, lede, reading, Body } = steps[step];
  return (
    <Console current="connections">
      <Page>
        <div className="wizard">
          <Rail name={wizard.connection.name} steps={wizard.rail} current={step} />
          <div>
            {/* Runs and checks bring their own head: what they are about, and how far they are. */}
            <h1 className={lede ? 'title' : 'unseen'}>{title}</h1>
            {lede && <p className="lede mb-5">{lede}</p>}
            <Suspense key={step} fallback={<LoadingRows rows={6} reading={reading} />}>
              <Body wizard={wizard} query={await searchParams} />
            </Suspense>
          </div>
        </div>
      </Page>
    </Console>
  );
}
