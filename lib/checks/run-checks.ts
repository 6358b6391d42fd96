import type { Chain, CheckEvent, PresentedToken } from '../model/chain.ts';
import type { Consumer, Design, Workload } from '../model/connection.ts';
import type { Problem } from '../model/problem.ts';
import type { Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import type { AnyCheck, CheckContext, Outcome } from './check.ts';
import { linkAfter, type Settled } from './link.ts';
import { whereVisible } from './reads.ts';

export interface ChainToCheck {
  readonly chain: Chain;
  /** The links, in causal order; the same order as `chain.links`. */
  readonly checks: readonly AnyCheck[];
  readonly consumer: Consumer;
  readonly workload: Workload;
}

export type LinkEvent = Extract<CheckEvent, { type: 'link-start' | 'link-end' | 'token-presented' }>;

/**
 * Runs each check as soon as its needs are met, all chains side by side. A link that is refused is told only when every link before it has
 * ended: the first broken one in causal order is the cause, and what is refused behind it is not tested, never broken.
 */
export async function* runChecks(
  chains: readonly ChainToCheck[],
  base: { readonly ports: Ports; readonly design: Design; readonly signal: AbortSignal },
): AsyncGenerator<LinkEvent> {
  const events: LinkEvent[] = [];
  let wake = Promise.withResolvers<void>();
  let open = true;
  const emit = (event: LinkEvent) => {
    events.push(event);
    wake.resolve();
  };
  const shared = new Map<string, Promise<unknown>>();
  const once: CheckContext['once'] = <Value>(key: string, read: () => Promise<Value>) => {
    const known = shared.get(key) as Promise<Value> | undefined;
    if (known) return known;
    const started = read();
    shared.set(key, started);
    return started;
  };
  const finished = Promise.all(chains.map((each) => runChain(each, { ...base, once }, emit))).finally(() => {
    open = false;
    wake.resolve();
  });
  finished.catch(() => undefined);
  for (;;) {
    const next = events.shift();
    if (next) yield next;
    else if (!open) break;
    else {
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  }
  await finished;
}

type Base = Pick<CheckContext, 'ports' | 'design' | 'signal' | 'once'>;

async function runChain(each: ChainToCheck, base: Base, emit: (event: LinkEvent) => void): Promise<void> {
  const { chain, checks } = each;
  const runs = new Map<AnyCheck, Promise<Settled>>();
  let broken = Promise.resolve(false);
  const told = checks.map((check, index) => {
    const link = chain.links[index];
    if (!link) throw new Error(`Chain ${chain.id} has no link for ${check.id}`);
    const run = settle(check);
    const brokenBefore = broken;
    broken = Promise.all([brokenBefore, run]).then(([before, { outcome }]) => before || outcome?.status === 'fail');
    return run.then(async (settled) => {
      const passed = settled.outcome?.status === 'pass' || settled.outcome?.status === 'warn';
      // A pass is told at once. Anything else may be the consequence of a link that is still being asked; and a consumer's own word is
      // its memory of the last fetch, which proves nothing behind a broken link.
      const behind = passed && link.realm !== 'consumer' ? false : await brokenBefore;
      emit({ type: 'link-end', chainId: chain.id, link: linkAfter(link, settled, behind) });
    });
  });
  await Promise.all(told);

  function settle(check: AnyCheck): Promise<Settled> {
    const known = runs.get(check);
    if (known) return known;
    const run = runOne(check);
    runs.set(check, run);
    return run;
  }

  async function runOne(check: AnyCheck): Promise<Settled> {
    const timeout = AbortSignal.timeout(check.timeoutMs);
    const signal = AbortSignal.any([base.signal, timeout]);
    const context: CheckContext = {
      ...base,
      signal,
      consumer: each.consumer,
      workload: each.workload,
      present: (token: PresentedToken) =>
        emit({ type: 'token-presented', chainId: chain.id, token: claimsOnly(token) }),
    };
    const needs: Record<string, AnyCheck> = check.needs;
    const values: Record<string, unknown> = {};
    let met = true;
    for (const [name, need] of Object.entries(needs)) {
      const { outcome } = await settle(need);
      if (outcome?.status === 'pass' || outcome?.status === 'warn') values[name] = outcome.value;
      else met = false;
    }
    if (!met) return { configured: await whereVisible(check.configured?.(context) ?? Promise.resolve(undefined)) };
    emit({ type: 'link-start', chainId: chain.id, linkId: check.id });
    const startedAt = base.ports.clock.now().getTime();
    const outcome = await attempt(check, context, values, timeout, base.signal);
    return { outcome, tookMs: base.ports.clock.now().getTime() - startedAt };
  }
}

async function attempt(
  check: AnyCheck,
  context: CheckContext,
  values: Record<string, unknown>,
  timeout: AbortSignal,
  stopped: AbortSignal,
): Promise<Outcome<unknown>> {
  try {
    return await check.run(context, values);
  } catch (error) {
    stopped.throwIfAborted();
    if (timeout.aborted)
      return {
        status: 'unclear',
        as: 'unknown',
        problem: makeProblem('upstream/timeout', { title: `No answer within ${check.timeoutMs / 1_000} seconds` }),
      };
    if (!(error instanceof UpstreamError)) throw error;
    const { design } = context;
    return outcomeOf(
      error,
      diagnose(error, {
        cluster: design.cluster.name,
        organization: design.devops.organization,
        project: design.devops.project.name,
      }),
    );
  }
}

/** Refused where the caller's own rights end is not broken, and silence is neither. */
function outcomeOf(error: UpstreamError, problem: Problem): Outcome<never> {
  if (error.kind === 'refused' && (error.service === 'arm' || error.service === 'kubernetes'))
    return { status: 'unclear', as: 'not-visible', problem };
  if (['unreachable', 'unavailable', 'throttled', 'sign-in'].includes(error.kind))
    return { status: 'unclear', as: 'unknown', problem };
  return { status: 'fail', problem };
}

/** Field by field: whatever else the object carries must not reach an event. */
function claimsOnly({ issuer, subject, audience, expiresAt }: PresentedToken): PresentedToken {
  return { issuer, subject, audience, expiresAt };
}
