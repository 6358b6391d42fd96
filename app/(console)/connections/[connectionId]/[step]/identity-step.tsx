import { IdentityPicker } from '../../../../../components/connection/identity-picker.tsx';
import { StepForm } from '../../../../../components/connection/step-form.tsx';
import { ProblemNotice } from '../../../../../components/problem-notice.tsx';
import { routes } from '../../../../../lib/routes.ts';
import { listIdentityChoices, suggestIdentity } from '../../../../../lib/server/wizard/identity.ts';
import { signInHref, signInHrefs } from '../../../../../lib/server/wizard/sign-in.ts';
import { saveIdentity } from '../actions.ts';
import type { StepProps } from './page.tsx';

export async function IdentityStep({ wizard: { connection } }: StepProps) {
  const here = routes.step(connection.id, 'identity');
  const cluster = connection.answers.cluster?.value;
  if (!cluster) return null;
  const choices = await listIdentityChoices();
  if (!choices.ok) return <ProblemNotice problem={choices.problem} signInHref={signInHref(choices.problem, here)} />;
  const saved = connection.answers.identity?.value;
  const suggestion = suggestIdentity(connection.name, cluster, choices.value);
  const value = saved?.mode === 'existing' ? { ...suggestion, ...saved, name: suggestion.name } : (saved ?? suggestion);
  return (
    <StepForm
      action={saveIdentity}
      backHref={routes.step(connection.id, 'consumers')}
      hidden={{ connectionId: connection.id, revision: String(connection.revision) }}
      signInHrefs={signInHrefs(here)}
    >
      <IdentityPicker {...choices.value} value={value} />
    </StepForm>
  );
}
