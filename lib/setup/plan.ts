import { createHash } from 'node:crypto';
import type { Design } from '../model/connection.ts';
import type { Plan, PlannedChange, RightHeld, RightNeeded, Verdict } from '../model/plan.ts';
import type { Ports } from '../ports.ts';
import { type Observations, observeDesign, type Seen } from './observe.ts';
import { preflight } from './preflight.ts';
import { canonicalJson } from './steps.ts';

/** Reads the world and says what apply would do. Nothing is written. The hash binds an approval to exactly this. */
export async function makePlan(
  ports: Ports,
  design: Design,
  signal: AbortSignal,
  onProgress?: (text: string) => void,
): Promise<Plan> {
  const observations = await observeDesign(ports, design, signal, onProgress);
  const needed = observations.seen.flatMap((seen) => rightsOf(seen, design));
  const held = await preflight(ports, design, needed, signal);
  const changes = observations.seen.map((seen) => planned(seen, observations, design, held));
  const irreversible = changes.some(({ verdict }) => verdict.state === 'update' && verdict.irreversible !== undefined);
  return {
    connectionId: design.connectionId,
    revision: design.revision,
    hash: planHash(design, observations),
    readAt: ports.clock.now().toISOString(),
    changes,
    ...(irreversible ? { confirm: design.cluster.name } : {}),
  };
}

/** What is already right needs no right. */
function rightsOf({ change, target, verdict }: Seen, design: Design): readonly RightNeeded[] {
  return verdict.state === 'right' ? [] : change.rights(target, design);
}

function planned(
  seen: Seen,
  { seen: all, facts }: Observations,
  design: Design,
  held: (right: RightNeeded) => RightHeld,
): PlannedChange {
  const { id, change, target, observed, verdict, problem } = seen;
  return {
    id,
    change: change.id,
    layer: change.layer,
    title: change.title(target, design),
    verdict,
    rights: rightsOf(seen, design).map(held),
    commands: problem ? {} : change.render(target, design, facts, observed),
    needs: all.filter(({ change: other }) => change.needs.includes(other.id)).map((other) => other.id),
  };
}

/** Equal worlds give equal hashes: times, ids of requests and the wording of notes are left out, what would be written is not. */
export function planHash(design: Design, { seen, facts }: Observations): string {
  const content = {
    design,
    facts,
    changes: seen.filter(({ change }) => !change.volatile).map(({ id, verdict }) => ({ id, ...essence(verdict) })),
  };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

export function essence(verdict: Verdict): Readonly<Record<string, unknown>> {
  if (verdict.state === 'right') return { state: 'right' };
  if (verdict.state === 'blocked') return { state: 'blocked', code: verdict.problem.code };
  return { state: verdict.state, fields: verdict.fields };
}

/** In words, how a target moved since the plan; undefined when what would be written is still what was approved. */
export function driftOf(approved: Verdict, now: Verdict): string | undefined {
  if (now.state === 'right') return undefined;
  if (approved.state !== now.state) return `planned as ${approved.state}, now ${now.state}`;
  if (now.state === 'blocked' || !('fields' in approved)) return undefined;
  for (const field of now.fields) {
    const before = approved.fields.find((candidate) => candidate.field === field.field);
    if (!before) return `${field.field} was not part of the plan`;
    if (before.old !== field.old) return `${field.field} was ${before.old ?? 'absent'}, now ${field.old ?? 'absent'}`;
    if (before.new !== undefined && before.new !== field.new) return `${field.field} would become another value`;
  }
  return undefined;
}
