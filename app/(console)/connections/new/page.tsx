import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ClusterPicker } from '../../../../components/connection/cluster-picker.tsx';
import { Rail } from '../../../../components/connection/rail.tsx';
import { StepForm } from '../../../../components/connection/step-form.tsx';
import { ProblemNotice } from '../../../../components/problem-notice.tsx';
import { Page } from '../../../../components/shell/page.tsx';
import { Input } from '../../../../components/ui/field.tsx';
import { LoadingRows } from '../../../../components/ui/list-bodies.tsx';
import { routes } from '../../../../lib/routes.ts';
import { requireRole } from '../../../../lib/server/session.ts';
import { listClusters } from '../../../../lib/server/wizard/cluster.ts';
import { emptyRail } from '../../../../lib/server/wizard/load.ts';
import { signInHref, signInHrefs } from '../../../../lib/server/wizard/sign-in.ts';
import { Console } from '../../console.tsx';
import { createConnection } from '../[connectionId]/actions.ts';

export const metadata: Metadata = { title: 'New connection' };

export default async function NewConnectionPage() {
  await requireRole('Operator');
  return (
    <Console current="connections">
      <Page>
        <div className="wizard">
          <Rail name="New connection" steps={emptyRail()} current="cluster" />
          <div>
            <h1 className="title">Choose the cluster</h1>
            <p className="lede mb-5">
              Every AKS cluster of every subscription that you can see. One with a switch off can be chosen: the plan
              then turns it on.
            </p>
            <Suspense fallback={<LoadingRows rows={6} reading="Reading clusters of all your subscriptions…" />}>
              <NewConnectionForm />
            </Suspense>
          </div>
        </div>
      </Page>
    </Console>
  );
}

async function NewConnectionForm() {
  const here = routes.newConnection();
  const clusters = await listClusters();
  if (!clusters.ok) return <ProblemNotice problem={clusters.problem} signInHref={signInHref(clusters.problem, here)} />;
  return (
    <StepForm action={createConnection} signInHrefs={signInHrefs(here)}>
      <ClusterPicker clusters={clusters.value.items} notVisible={clusters.value.notVisible} />
      <Input
        name="name"
        label="Name of the connection (optional)"
        hint="Left empty, it is named after the cluster. 3 to 63 lower-case letters, digits or hyphens."
        maxLength={63}
        autoComplete="off"
      />
    </StepForm>
  );
}
