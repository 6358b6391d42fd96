import type { AnyChange, ChangeContext, Facts } from '../changes/change.ts';
import { changes } from '../changes/index.ts';
import type { Design } from '../model/connection.ts';
import type { Verdict } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';

/** One target of one change, as it is in the world now. */
export interface Seen {
  readonly id: string;
  readonly change: AnyChange;
  readonly target: unknown;
  readonly observed: unknown;
  /** Set when it could not be read. */
  readonly problem?: Problem;
  readonly verdict: Verdict;
}
export interface Observations {
  readonly seen: readonly Seen[];
  readonly facts: Facts;
}

interface Read {
  readonly change: AnyChange;
  readonly target: unknown;
  readonly observed?: unknown;
  readonly problem?: Problem;
}

export function targetId(change: AnyChange, target: unknown): string {
  return `${change.id}:${change.key(target)}`;
}

/** Reads every target of the design, side by side but where one builds on the facts of another, and judges each. Writes nothing. */
export async function observeDesign(
  ports: Ports,
  design: Design,
  signal: AbortSignal,
  onProgress: (text: string) => void = () => undefined,
): Promise<Observations> {
  let facts: Facts = {};
  const shared = new Map<string, Promise<unknown>>();
  const once: ChangeContext['once'] = <Value>(key: string, read: () => Promise<Value>) => {
    const known = shared.get(key) as Promise<Value> | undefined;
    if (known) return known;
    const started = read();
    shared.set(key, started);
    return started;
  };

  const reads = new Map<string, Promise<readonly Read[]>>();
  for (const change of changes) reads.set(change.id, readChange(change));
  const all = (await Promise.all(reads.values())).flat();
  const unread = new Set(all.filter(({ problem }) => problem).map(({ change }) => change.id));
  return { facts, seen: all.map((read) => judge(read, design, facts, unread)) };

  async function readChange(change: AnyChange): Promise<readonly Read[]> {
    const before = await Promise.all((change.observesAfter ?? []).map((id) => reads.get(id) ?? []));
    if (before.flat().some(({ problem }) => problem))
      return change.targets(design).map((target) => ({ change, target, problem: makeProblem('setup/not-read') }));
    const found = await Promise.all(change.targets(design).map((target) => readTarget(change, target)));
    onProgress(change.id);
    return found;
  }

  async function readTarget(change: AnyChange, target: unknown): Promise<Read> {
    try {
      const observed = await change.observe({ ports, design, facts, signal, once }, target);
      facts = { ...facts, ...change.learn?.(observed, target) };
      return { change, target, observed };
    } catch (error) {
      signal.throwIfAborted();
      return { change, target, problem: diagnose(error, diagnosisContext(design)) };
    }
  }
}

function judge(
  { change, target, observed, problem }: Read,
  design: Design,
  facts: Facts,
  unread: ReadonlySet<string>,
): Seen {
  const id = targetId(change, target);
  if (problem) return { id, change, target, observed, problem, verdict: { state: 'blocked', problem } };
  const verdict = change.diff(observed, target, design, facts);
  const blind = change.needs.some((need) => unread.has(need));
  if (blind && verdict.state !== 'right') {
    const notRead = makeProblem('setup/not-read');
    return { id, change, target, observed, problem: notRead, verdict: { state: 'blocked', problem: notRead } };
  }
  return { id, change, target, observed, verdict };
}

export function diagnosisContext(design: Design, facts: Facts = {}) {
  return {
    cluster: design.cluster.name,
    organization: design.devops.organization,
    project: design.devops.project.name,
    audience: design.federationAudience,
    ...(facts.issuer ? { issuer: facts.issuer } : {}),
    ...(facts.identity ? { principalId: facts.identity.principalId, clientId: facts.identity.clientId } : {}),
  };
}
