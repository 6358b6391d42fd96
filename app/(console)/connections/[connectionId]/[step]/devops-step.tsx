import { DevopsForm } from '../../../../../components/connection/devops-form.tsx';
import { StepForm } from '../../../../../components/connection/step-form.tsx';
import { ProblemNotice } from '../../../../../components/problem-notice.tsx';
import { routes } from '../../../../../lib/routes.ts';
import { signInHref, signInHrefs } from '../../../../../lib/server/wizard/sign-in.ts';
import { readTargets } from '../../../../../lib/server/wizard/targets.ts';
import { saveDevops } from '../actions.ts';
import type { StepProps } from './page.tsx';

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

export async function DevopsStep({ wizard: { connection }, query }: StepProps) {
  const here = routes.step(connection.id, 'devops');
  const targets = await readTargets(connection, {
    organization: one(query.organization),
    projectId: one(query.project),
  });
  if (!targets.ok) return <ProblemNotice problem={targets.problem} signInHref={signInHref(targets.problem, here)} />;
  return (
    <StepForm
      action={saveDevops}
      backHref={routes.step(connection.id, 'federation')}
      hidden={{ connectionId: connection.id, revision: String(connection.revision) }}
      signInHrefs={signInHrefs(here)}
      disabledReason={targets.value.repositories ? undefined : 'Choose an organisation and a project first.'}
    >
      <DevopsForm {...targets.value} baseHref={here} signInHrefs={signInHrefs(here)} />
    </StepForm>
  );
}
