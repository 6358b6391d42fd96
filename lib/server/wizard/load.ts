import 'server-only';
import { cache } from 'react';
import type { CheckRun } from '../../model/chain.ts';
import type { AnswerStep, Connection, Design } from '../../model/connection.ts';
import type { Run } from '../../model/run.ts';
import { routes, type WizardStep, wizardSteps } from '../../routes.ts';
import { completeDesign, nextStep, type StepStatus, stepStatuses } from '../../setup/steps.ts';
import { env } from '../env.ts';
import { listChecksOf, listRunsOf, loadConnection } from '../queries.ts';
import { requireRole } from '../session.ts';
import { stepDetail } from './step-detail.ts';

export interface RailStep {
  readonly step: WizardStep;
  readonly label: string;
  readonly state: 'not-started' | 'needs-you' | 'waiting' | 'running' | 'done' | 'skipped' | 'failed';
  readonly detail: string;
  readonly href?: string;
}
export interface Wizard {
  readonly connection: Connection;
  readonly design?: Design;
  readonly rail: readonly RailStep[];
  /** Steps that may be entered. */
  readonly open: readonly WizardStep[];
  /** Where to send somebody who asks for a step that is not open yet. */
  readonly first: WizardStep;
  /** Where the connection opens. */
  readonly current: WizardStep;
  readonly newestRun?: Run;
  /** A run that is not finished. */
  readonly activeRun?: Run;
  readonly newestCheck?: CheckRun;
}

const labels: Readonly<Record<WizardStep, string>> = {
  cluster: 'Cluster',
  consumers: 'Consumers',
  identity: 'Identity',
  federation: 'Federation',
  devops: 'Azure DevOps',
  review: 'Review',
  apply: 'Apply',
  verify: 'Verify',
};

/** A connection as its wizard shows it: every status is derived, so that reload, Back and a second tab agree. */
export const loadWizard = cache(async (connectionId: string): Promise<Wizard> => {
  await requireRole('Operator');
  const connection = await loadConnection(connectionId);
  const [runs, checks] = await Promise.all([listRunsOf(connectionId), listChecksOf(connectionId, 1)]);
  const statuses = stepStatuses(connection);
  const complete = completeDesign(connection, env().cloud);
  const design = 'design' in complete ? complete.design : undefined;
  const newestRun = runs[0];
  const activeRun =
    newestRun && ['running', 'waiting', 'interrupted'].includes(newestRun.state) ? newestRun : undefined;
  const newestCheck = checks[0];
  const open = wizardSteps.filter((step) => {
    if (step === 'apply') return newestRun !== undefined;
    if (step === 'verify') return design !== undefined;
    return statuses[step] !== 'locked';
  });
  const first = nextStep(connection);
  return {
    connection,
    design,
    rail: railOf(connection, statuses, open, first, newestRun, newestCheck),
    open,
    first,
    current: !design ? first : activeRun ? 'apply' : newestRun?.state === 'done' ? 'verify' : 'review',
    newestRun,
    activeRun,
    newestCheck,
  };
});

function railOf(
  connection: Connection,
  statuses: Readonly<Record<WizardStep, StepStatus>>,
  open: readonly WizardStep[],
  first: WizardStep,
  run: Run | undefined,
  check: CheckRun | undefined,
): RailStep[] {
  return wizardSteps.map((step) => {
    const href = open.includes(step) ? routes.step(connection.id, step) : undefined;
    const base = { step, label: labels[step], href };
    if (step === 'review') return { ...base, ...reviewState(statuses.review, run) };
    if (step === 'apply') return { ...base, ...applyState(run) };
    if (step === 'verify') return { ...base, ...verifyState(check) };
    const status = statuses[step];
    const detail = stepDetail(connection, step as AnswerStep);
    if (status === 'done') return { ...base, state: 'done', detail };
    if (status === 'stale') return { ...base, state: 'needs-you', detail: `Confirm again: ${detail}` };
    return {
      ...base,
      state: step === first ? 'needs-you' : 'not-started',
      detail: step === first ? 'Your answer is next' : 'Not started',
    };
  });
}

type Derived = Pick<RailStep, 'state' | 'detail'>;
function reviewState(status: StepStatus, run: Run | undefined): Derived {
  if (status === 'locked') return { state: 'not-started', detail: 'Not started' };
  if (run?.state === 'done') return { state: 'done', detail: 'Approved and applied' };
  return run && run.state !== 'failed'
    ? { state: 'done', detail: `Approved by ${run.startedBy.name}` }
    : { state: 'needs-you', detail: 'A plan to read' };
}
function applyState(run: Run | undefined): Derived {
  const states: Record<Run['state'], Derived> = {
    running: { state: 'running', detail: 'Running' },
    interrupted: { state: 'needs-you', detail: 'Interrupted, can be resumed' },
    waiting: { state: 'needs-you', detail: 'Waits for you' },
    done: { state: 'done', detail: 'Done' },
    failed: { state: 'failed', detail: 'Stopped at a failed change' },
  };
  return run ? states[run.state] : { state: 'not-started', detail: 'Not started' };
}
function verifyState(check: CheckRun | undefined): Derived {
  if (!check) return { state: 'not-started', detail: 'Never verified' };
  if (!check.endedAt) return { state: 'running', detail: 'Checking' };
  if (check.status === 'works') return { state: 'done', detail: 'Works' };
  if (check.status === 'broken') return { state: 'failed', detail: 'A link is broken' };
  return {
    state: check.status === 'waiting' ? 'waiting' : 'needs-you',
    detail: check.status === 'waiting' ? 'Propagating' : 'No clear answer',
  };
}

/** The rail of a connection that does not exist yet. */
export function emptyRail(): RailStep[] {
  return wizardSteps.map((step) => ({
    step,
    label: labels[step],
    state: step === 'cluster' ? 'needs-you' : 'not-started',
    detail: step === 'cluster' ? 'Your answer is next' : 'Not started',
  }));
}
