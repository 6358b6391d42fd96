import { ConsumerPicker } from '../../../../../components/connection/consumer-picker.tsx';
import { StepForm } from '../../../../../components/connection/step-form.tsx';
import { ProblemNotice } from '../../../../../components/problem-notice.tsx';
import { consumerKey } from '../../../../../components/props.ts';
import { routes } from '../../../../../lib/routes.ts';
import { consumerSearches, consumerTitles, discoverConsumers } from '../../../../../lib/server/wizard/consumers.ts';
import { signInHref, signInHrefs } from '../../../../../lib/server/wizard/sign-in.ts';
import { saveConsumers } from '../actions.ts';
import type { StepProps } from './page.tsx';

export async function ConsumersStep({ wizard: { connection } }: StepProps) {
  const here = routes.step(connection.id, 'consumers');
  const cluster = connection.answers.cluster?.value;
  if (!cluster) return null;
  const found = await discoverConsumers(cluster.id);
  if (!found.ok) return <ProblemNotice problem={found.problem} signInHref={signInHref(found.problem, here)} />;
  const chosen = connection.answers.consumers?.value.consumers;
  const only = found.value.filter(({ notices }) => !notices.some(({ blocks }) => blocks));
  return (
    <StepForm
      action={saveConsumers}
      backHref={routes.step(connection.id, 'cluster')}
      hidden={{ connectionId: connection.id, revision: String(connection.revision) }}
      signInHrefs={signInHrefs(here)}
      disabledReason={found.value.length === 0 ? 'Nothing was found that could be connected.' : undefined}
    >
      <ConsumerPicker
        found={found.value}
        titles={consumerTitles()}
        looksFor={consumerSearches()}
        // The only candidate is chosen already: one click less, and still visible.
        selectedKeys={(chosen ?? (only.length === 1 ? only.map(({ consumer }) => consumer) : [])).map(consumerKey)}
        signInHrefs={signInHrefs(here)}
      />
    </StepForm>
  );
}
