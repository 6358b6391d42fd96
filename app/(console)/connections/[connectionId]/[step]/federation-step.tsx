import { FederationForm } from '../../../../../components/connection/federation-form.tsx';
import { StepForm } from '../../../../../components/connection/step-form.tsx';
import { ProblemNotice } from '../../../../../components/problem-notice.tsx';
import { routes } from '../../../../../lib/routes.ts';
import { readFederation } from '../../../../../lib/server/wizard/federation.ts';
import { signInHref, signInHrefs } from '../../../../../lib/server/wizard/sign-in.ts';
import { saveFederation } from '../actions.ts';
import type { StepProps } from './page.tsx';

export async function FederationStep({ wizard: { connection } }: StepProps) {
  const here = routes.step(connection.id, 'federation');
  const federation = await readFederation(connection);
  if (!federation.ok)
    return <ProblemNotice problem={federation.problem} signInHref={signInHref(federation.problem, here)} />;
  return (
    <StepForm
      action={saveFederation}
      backHref={routes.step(connection.id, 'identity')}
      hidden={{ connectionId: connection.id, revision: String(connection.revision) }}
      signInHrefs={signInHrefs(here)}
    >
      <FederationForm {...federation.value} />
    </StepForm>
  );
}
