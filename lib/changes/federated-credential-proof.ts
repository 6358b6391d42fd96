import { serviceAccountSubject } from '../model/kubernetes.ts';
import { codesOf, diagnose } from '../problems/diagnose.ts';
import { propagationCodes } from '../problems/diagnosis/entra.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import type { ChangeContext, Progress } from './change.ts';
import type { CredentialTarget } from './federated-credential-judgement.ts';
import { tokenAsWorkload } from './workload-token.ts';

const passesNeeded = 3;
/** Between two passes, and before the first new attempt after a refusal; doubled up to the longest one. */
const passPauseMs = 3_000;
const retryPauseMs = 5_000;
const longestPauseMs = 20_000;
const budgetMs = 300_000;

/**
 * A credential that was accepted once is not known everywhere: Entra's servers may still answer from a cached miss, even after a success.
 * Hence three passes in a row. Source: Entra "workload identity federation considerations".
 */
export async function proveExchange(
  context: ChangeContext,
  target: CredentialTarget,
  progress: Progress,
): Promise<string | undefined> {
  const { ports, design, facts, signal } = context;
  if (!facts.identity) return undefined;
  const startedAt = ports.clock.now().getTime();
  let passes = 0;
  let refusals = 0;
  for (;;) {
    try {
      await tokenAsWorkload(
        ports,
        {
          cluster: design.cluster,
          namespace: target.namespace,
          serviceAccount: target.serviceAccount,
          clientId: facts.identity.clientId,
          tenantId: facts.identity.tenantId,
        },
        signal,
      );
      passes++;
      refusals = 0;
      progress.attempt(`Exchange accepted, pass ${passes} of ${passesNeeded}`);
      if (passes === passesNeeded) return `Exchange accepted ${passesNeeded} times in a row`;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (error.service === 'kubernetes' && error.kind === 'refused')
        return 'Not proved here: you may not create tokens for this service account.';
      if (!mayPass(error))
        throw new ProblemError(diagnose(error, { issuer: facts.issuer, audience: design.federationAudience }));
      passes = 0;
      refusals++;
      progress.attempt(`${codesOf(error)[0] ?? error.kind}, not accepted yet`, error.correlationId);
    }
    const left = startedAt + budgetMs - ports.clock.now().getTime();
    if (left <= 0)
      throw new ProblemError(
        makeProblem('federation/propagating', {
          title: `Entra ID still refuses the exchange after ${Math.round(budgetMs / 60_000)} minutes`,
          evidence: [{ label: 'Subject', expected: serviceAccountSubject(target.namespace, target.serviceAccount) }],
        }),
      );
    const pause = passes > 0 ? passPauseMs : Math.min(retryPauseMs * 2 ** (refusals - 1), longestPauseMs);
    progress.wait({
      reason: passes > 0 ? `Pass ${passes} of ${passesNeeded}` : 'Waiting for Microsoft replication',
      detail: 'The credential is written and read back. Turns green after three passes in a row.',
      usually: 'up to 2 minutes',
      untilAt: new Date(ports.clock.now().getTime() + pause),
    });
    await ports.clock.sleep(pause, signal);
  }
}

/** Waits, not failures: replication at Entra, an API server that restarts after the issuer was turned on, a throttle. */
function mayPass(error: UpstreamError): boolean {
  if (error.kind === 'throttled' || error.kind === 'unavailable' || error.kind === 'unreachable') return true;
  return error.service === 'entra' && codesOf(error).some((code) => propagationCodes.has(code));
}
