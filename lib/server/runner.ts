import 'server-only';
import type { Connection } from '../model/connection.ts';
import type { Result } from '../model/problem.ts';
import type { Run } from '../model/run.ts';
import type { Lease } from '../ports.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { leaseTtlMs, runPlan } from '../setup/apply.ts';
import { makePlan } from '../setup/plan.ts';
import { completeDesign } from '../setup/steps.ts';
import { problemOf } from './failure.ts';
import { logger } from './logger.ts';
import { notify } from './notify.ts';
import type { Services } from './services.ts';
import { actorOf, type Session } from './session.ts';
import { shutdownSignal } from './shutdown.ts';

interface Caller {
  readonly session: Session;
  readonly services: Services;
}
const planBudgetMs = 60_000;

// Next loads this module once for actions and once for route handlers; whoever interrupts must find whoever runs.
const memo = globalThis as { __patlessRunning?: Map<string, AbortController> };
function running(): Map<string, AbortController> {
  memo.__patlessRunning ??= new Map();
  return memo.__patlessRunning;
}

/** Makes the plan once more and, if it is still the one that was read, keeps it as a run and starts it. */
export async function approve({
  connection,
  planHash,
  confirm,
  session,
  services,
}: Caller & { connection: Connection; planHash: string; confirm: string }): Promise<Result<Run>> {
  const { store, env, portsFor } = services;
  const complete = completeDesign(connection, env.cloud);
  if (!('design' in complete)) return { ok: false, problem: makeProblem('setup/incomplete') };
  const unfinished = (await store.runs.listOf(connection.id)).find(
    ({ state }) => state !== 'done' && state !== 'failed',
  );
  if (unfinished)
    return {
      ok: false,
      problem: makeProblem('setup/not-taken', { title: `Run ${unfinished.number} is not finished` }),
    };
  const plan = await makePlan(portsFor(session), complete.design, AbortSignal.timeout(planBudgetMs));
  if (plan.hash !== planHash) return { ok: false, problem: makeProblem('setup/plan-stale') };
  if (plan.confirm !== undefined && confirm.trim() !== plan.confirm)
    return {
      ok: false,
      problem: makeProblem('app/invalid-input', {
        title: `Type ${plan.confirm} to accept what cannot be undone`,
        remedy: 'Type the name of the cluster in the field beside the button, then approve again.',
        evidence: [
          { label: 'Name', expected: plan.confirm, expectedFrom: 'the cluster', seen: confirm, seenIn: 'the field' },
        ],
      }),
    };
  const run = await store.runs.create({
    connectionId: connection.id,
    tenantId: connection.tenantId,
    plan,
    startedBy: actorOf(session),
  });
  return launch(run, { session, services });
}

/** Takes the run up where it stands. What was begun without an answer is read back first. */
export async function resume(run: Run, caller: Caller, takeOver = false): Promise<Result<Run>> {
  if (run.state === 'done' || run.state === 'failed') return { ok: true, value: run };
  return launch(run, caller, takeOver);
}

/** Ends the run after the change under way; false when this process does not hold it. */
export function interrupt(runId: string): boolean {
  const controller = running().get(runId);
  controller?.abort(new Error('Interrupted by the operator'));
  return controller !== undefined;
}

async function launch(run: Run, { session, services }: Caller, takeOver = false): Promise<Result<Run>> {
  const { store } = services;
  if (running().has(run.id)) return { ok: true, value: run };
  const holder = actorOf(session);
  const lease = await store.runs.acquireLease(run.id, holder, leaseTtlMs, takeOver);
  if (!lease) {
    const held = await store.runs.currentLease(run.id);
    return {
      ok: false,
      problem: makeProblem('setup/not-taken', held ? { title: `${held.holder.name} holds this run` } : {}),
    };
  }
  carryOut(run, lease, { session, services });
  return { ok: true, value: run };
}

/** In the background: closing the page ends nothing. */
function carryOut(run: Run, lease: Lease, { session, services }: Caller): void {
  const { store, portsFor } = services;
  const controller = new AbortController();
  running().set(run.id, controller);
  const log = logger().child({ run: run.id, connection: run.connectionId });
  log.info({ number: run.number, fence: lease.fence }, 'run started');
  const end = async () => {
    try {
      const state = await runPlan({
        store,
        ports: portsFor(session),
        run,
        holder: actorOf(session),
        lease,
        signal: AbortSignal.any([controller.signal, shutdownSignal()]),
        emit: () => notify(run.id),
      });
      log.info({ state }, 'run ended');
    } catch (error) {
      log.error({ error }, 'run stopped');
      await tellFailure(run, lease, error, services).catch(() => undefined);
    } finally {
      running().delete(run.id);
      notify(run.id);
    }
  };
  void end();
}

/** Whatever stopped it, the page must not wait for ever. The run stays resumable. */
async function tellFailure(run: Run, lease: Lease, error: unknown, { store }: Services): Promise<void> {
  let problem = makeProblem('upstream/unexpected');
  try {
    problem = problemOf(error);
  } catch {
    // A bug: its text belongs into the log, which has it already.
  }
  await store.runs.setState(run.id, lease.fence, 'interrupted', problem).catch(() => undefined);
  await store.runs.appendEvent(run.id, {
    type: 'run-end',
    at: new Date().toISOString(),
    state: 'interrupted',
    problem,
  });
}
