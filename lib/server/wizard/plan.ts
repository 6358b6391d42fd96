import 'server-only';
import { cache } from 'react';
import type { Design } from '../../model/connection.ts';
import { type Layer, type Plan, pending } from '../../model/plan.ts';
import type { Result } from '../../model/problem.ts';
import { makePlan } from '../../setup/plan.ts';
import { attempt } from '../attempt.ts';
import { portsOfCaller } from '../services.ts';

/** Reading five layers and the operator's rights on each. */
const planBudgetMs = 60_000;

export interface ReadPlan {
  readonly plan: Plan;
  readonly places: Readonly<Partial<Record<Layer, string>>>;
  readonly cost?: string;
  readonly disabledReason?: string;
}

export const readPlan = cache(async (design: Design): Promise<Result<ReadPlan>> => {
  const ports = await portsOfCaller();
  const plan = await attempt(() => makePlan(ports, design, AbortSignal.timeout(planBudgetMs)));
  if (!plan.ok) return plan;
  const blocked = plan.value.changes.filter(({ verdict }) => verdict.state === 'blocked').length;
  const addsMember = pending(plan.value).some(
    ({ change, verdict }) => change === 'devops-membership' && verdict.state === 'create',
  );
  return {
    ok: true,
    value: {
      plan: plan.value,
      places: placesOf(design),
      cost: addsMember ? 'Adds 1 Basic licence, $6.00 a month' : undefined,
      disabledReason:
        blocked > 0
          ? `${blocked === 1 ? 'One change is' : `${blocked} changes are`} blocked. The reason stands beside it.`
          : undefined,
    },
  };
});

function placesOf({ cluster, identity, consumers, devops }: Design): ReadPlan['places'] {
  const namespaces = [...new Set(consumers.map(({ namespace }) => namespace))].join(', ');
  return {
    cluster: `${cluster.name} · ${cluster.resourceGroup}`,
    identity: identity.mode === 'new' ? identity.resourceGroup : identity.name,
    federation: identity.name,
    devops: `${devops.organization} · ${devops.project.name}`,
    kubernetes: `${cluster.name} · namespace ${namespaces}`,
  };
}
