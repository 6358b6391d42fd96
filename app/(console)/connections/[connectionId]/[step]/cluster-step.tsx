import { ClusterPicker } from '../../../../../components/connection/cluster-picker.tsx';
import { StepForm } from '../../../../../components/connection/step-form.tsx';
import { ProblemNotice } from '../../../../../components/problem-notice.tsx';
import { routes } from '../../../../../lib/routes.ts';
import { listClusters } from '../../../../../lib/server/wizard/cluster.ts';
import { signInHref, signInHrefs } from '../../../../../lib/server/wizard/sign-in.ts';
import { saveCluster } from '../actions.ts';
import type { StepProps } from './page.tsx';

export async function ClusterStep({ wizard: { connection } }: StepProps) {
  const here = routes.step(connection.id, 'cluster');
  const clusters = await listClusters();
  if (!clusters.ok) return <ProblemNotice problem={clusters.problem} signInHref={signInHref(clusters.problem, here)} />;
  return (
    <StepForm
      action={saveCluster}
      hidden={{ connectionId: connection.id, revision: String(connection.revision) }}
      signInHrefs={signInHrefs(here)}
    >
      <ClusterPicker
        clusters={clusters.value.items}
        notVisible={clusters.value.notVisible}
        selectedId={connection.answers.cluster?.value.id}
      />
    </StepForm>
  );
}
