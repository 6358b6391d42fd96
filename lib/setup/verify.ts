import { runChecks } from '../checks/run-checks.ts';
import type { Chain, CheckEvent, CheckRun, PresentedToken } from '../model/chain.ts';
import type { Design, Person } from '../model/connection.ts';
import type { Ports, Store } from '../ports.ts';
import { chainsOf, statusOf } from './chains.ts';

/** Entra's servers learn of a credential one by one, so a credential this young is proved three times in a row. */
const youngMs = 600_000;
const passesForYoung = 3;
const pauseMs = 2_000;
/** What waits for Microsoft, or for a consumer to look again, is asked again for as long. */
const waitPauseMs = 5_000;
const waitBudgetMs = 120_000;

export interface VerificationOptions {
  readonly store: Pick<Store, 'checks' | 'runs'>;
  readonly ports: Ports;
  readonly design: Design;
  readonly startedBy: Person;
  readonly signal: AbortSignal;
  readonly emit: (event: CheckEvent & { readonly seq: number }) => void;
  /** Called once the check has its id, before the first link is asked. */
  readonly started?: (check: CheckRun) => void;
}

/** Proves a connection as the workload itself and keeps what was seen. Nothing is written anywhere but in the store. */
export async function runVerification(options: VerificationOptions): Promise<CheckRun> {
  const { store, ports, design, startedBy, signal, started } = options;
  const toCheck = chainsOf(design);
  const { connectionId, tenantId } = design;
  const untested = toCheck.map(({ chain }) => chain);
  const [check, needed, [before]] = await Promise.all([
    store.checks.create({ connectionId, tenantId, startedBy, chains: untested }),
    passesNeeded(store, ports, connectionId),
    store.checks.listOf(connectionId, 1),
  ]);
  started?.(check);
  const startedAt = ports.clock.now().getTime();
  const emit = eventWriter(options, check.id);
  const presented: Record<string, PresentedToken> = {};
  let chains: readonly Chain[] = untested;
  let row = 0;

  const wait = async (reason: string, usually: string, ms: number) => {
    emit({ type: 'check-wait', reason, usually, untilAt: new Date(ports.clock.now().getTime() + ms).toISOString() });
    await ports.clock.sleep(ms, signal);
  };
  emit({ type: 'check-start', at: ports.clock.now().toISOString(), chains: untested });
  for (;;) {
    const links = new Map(untested.map(({ id, links: all }) => [id, new Map(all.map((link) => [link.id, link]))]));
    for await (const event of runChecks(toCheck, { ports, design, signal })) {
      if (event.type === 'link-end') links.get(event.chainId)?.set(event.link.id, event.link);
      if (event.type === 'token-presented') presented[event.chainId] = event.token;
      emit(event);
    }
    chains = untested.map((chain) => ({ ...chain, links: [...(links.get(chain.id)?.values() ?? [])] }));
    const status = statusOf(chains);
    if (status === 'waiting' && ports.clock.now().getTime() - startedAt < waitBudgetMs) {
      const link = chains.flatMap(({ links }) => links).find(({ verified }) => verified.status === 'waiting');
      await wait(link?.problem?.title ?? 'Waiting for an answer', 'up to 3 minutes', waitPauseMs);
      continue;
    }
    if (status !== 'works') break;
    row++;
    if (row >= needed) break;
    await wait(`Pass ${row} of ${needed}: the credential is new`, 'up to 2 minutes', pauseMs);
  }

  const status = statusOf(chains);
  const passes = status === 'works' ? row + (before?.status === 'works' ? before.passes : 0) : 0;
  const tookMs = ports.clock.now().getTime() - startedAt;
  const result = { status, chains, passes, tookMs, presented };
  emit({ type: 'check-end', at: ports.clock.now().toISOString(), status, passes, tookMs });
  await emit.flushed();
  await store.checks.finish(check.id, result);
  return { ...check, ...result, endedAt: ports.clock.now().toISOString() };
}

async function passesNeeded(store: Pick<Store, 'runs'>, ports: Ports, connectionId: string): Promise<number> {
  const since = ports.clock.now().getTime() - youngMs;
  const [newest] = await store.runs.listOf(connectionId);
  if (!newest) return 1;
  const journal = await store.runs.journal(newest.id);
  const young = journal.some(
    ({ changeId, outcome, endedAt }) =>
      changeId.startsWith('federated-credential:') &&
      outcome === 'done' &&
      endedAt !== undefined &&
      Date.parse(endedAt) >= since,
  );
  return young ? passesForYoung : 1;
}

/** Events are stored in their order, then published; a reader that reconnects finds what it was told. */
function eventWriter({ store, emit }: VerificationOptions, checkId: string) {
  let queue: Promise<void> = Promise.resolve();
  const write = (event: CheckEvent) => {
    queue = queue.then(async () => {
      const seq = await store.checks.appendEvent(checkId, event);
      emit({ ...event, seq });
    });
    queue.catch(() => undefined);
  };
  return Object.assign(write, { flushed: () => queue });
}
