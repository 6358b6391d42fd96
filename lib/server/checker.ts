import 'server-only';

import type { Connection } from '../model/connection.ts';
import type { Result } from '../model/problem.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { completeDesign } from '../setup/steps.ts';
import { runVerification } from '../setup/verify.ts';
import { logger } from './logger.ts';
import { notify } from './notify.ts';
import type { Services } from './services.ts';
import { actorOf, type Session } from './session.ts';
import { shutdownSignal } from './shutdown.ts';

/** A whole check, its three passes included. Each link has its own, shorter limit. */
const checkBudgetMs = 300_000;

/** Starts a check in the background and answers with its id as soon as it has one. */
export function verify(
  connection: Connection,
  { session, services }: { readonly session: Session; readonly services: Services },
): Promise<Result<string>> {
  const { store, env, portsFor } = services;
  const complete = completeDesign(connection, env.cloud);
  if (!('design' in complete)) return Promise.resolve({ ok: false, problem: makeProblem('setup/incomplete') });
  return new Promise((resolve, reject) => {
    let checkId: string | undefined;
    runVerification({
      store,
      ports: portsFor(session),
      design: complete.design,
      startedBy: actorOf(session),
      signal: AbortSignal.any([AbortSignal.timeout(checkBudgetMs), shutdownSignal()]),
      emit: () => checkId && notify(checkId),
      started: (check) => {
        checkId = check.id;
        resolve({ ok: true, value: check.id });
      },
    })
      .catch(async (error: unknown) => {
        if (!checkId) return reject(error);
        logger().error({ check: checkId, error }, 'check stopped');
        await end(store, checkId);
      })
      .finally(() => checkId && notify(checkId));
  });
}

/** A check that stopped in the middle proved nothing; without an end its page would wait for ever. */
async function end(store: Services['store'], checkId: string): Promise<void> {
  const check = await store.checks.get(checkId);
  if (!check || check.endedAt) return;
  const result = { status: 'unknown', passes: 0, tookMs: Date.now() - Date.parse(check.startedAt) } as const;
  await store.checks.appendEvent(checkId, { type: 'check-end', at: new Date().toISOString(), ...result });
  await store.checks.finish(checkId, { ...result, chains: check.chains });
}
