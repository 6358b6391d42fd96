import { PlanBar } from '../../../../../components/plan/plan-bar.tsx';
import { PlanView } from '../../../../../components/plan/plan-view.tsx';
import { ProblemNotice } from '../../../../../components/problem-notice.tsx';
import { routes } from '../../../../../lib/routes.ts';
import { env } from '../../../../../lib/server/env.ts';
import { readPlan } from '../../../../../lib/server/wizard/plan.ts';
import { signInHref, signInHrefs } from '../../../../../lib/server/wizard/sign-in.ts';
import { approvePlan } from '../actions.ts';
import type { StepProps } from './page.tsx';

export async function ReviewStep({ wizard: { connection, design, activeRun } }: StepProps) {
  const here = routes.step(connection.id, 'review');
  if (!design) return null;
  const plan = await readPlan(design);
  if (!plan.ok) return <ProblemNotice problem={plan.problem} signInHref={signInHref(plan.problem, here)} />;
  return (
    <>
      <PlanView
        plan={plan.value.plan}
        places={plan.value.places}
        cost={plan.value.cost}
        pageUrl={`${env().appOrigin}${here}`}
        recheckHref={here}
        signInHrefs={signInHrefs(here)}
      />
      <PlanBar
        plan={plan.value.plan}
        approve={approvePlan}
        backHref={routes.step(connection.id, 'devops')}
        verifyHref={routes.step(connection.id, 'verify')}
        disabledReason={
          activeRun ? `Run ${activeRun.number} is not finished. Resume or end it first.` : plan.value.disabledReason
        }
      />
    </>
  );
}
