import 'server-only';
import { z } from 'zod';
import { type AnswerStep, type Answers, type Connection, connectionNameSchema } from '../../model/connection.ts';
import type { Result } from '../../model/problem.ts';
import type { Ports } from '../../ports.ts';
import { makeProblem } from '../../problems/make-problem.ts';
import { routes } from '../../routes.ts';
import { nextStep, withAnswer } from '../../setup/steps.ts';
import { validateAnswer } from '../../setup/validate.ts';
import { pageSignal } from '../attempt.ts';
import type { Services } from '../services.ts';

/** What every step's form carries: which connection, and which revision of it the person was looking at. */
export const stepInput = z.object({ connectionId: z.guid(), revision: z.coerce.number().int().min(0) });

interface Save {
  readonly services: Services;
  readonly ports: Ports;
  readonly connection: Connection;
  /** The revision that the person was looking at. */
  readonly revision: number;
}

/** Saves one answer as the services have it now; somebody else's save in between is said, never overwritten. */
export async function saveAnswer<Step extends AnswerStep>(
  { services, ports, connection, revision }: Save,
  step: Step,
  value: NonNullable<Answers[Step]>['value'],
): Promise<Result<Connection>> {
  const valid = await validateAnswer(ports, step, value, connection.answers, pageSignal());
  if (!valid.ok) return valid;
  const answers = withAnswer(connection.answers, step, valid.value);
  const saved = await services.store.connections.save(connection.id, revision, { answers });
  return saved ? { ok: true, value: saved } : { ok: false, problem: makeProblem('app/changed-meanwhile') };
}

/** The next step that needs an answer. */
export function nextAddress(connection: Connection): string {
  return routes.step(connection.id, nextStep(connection));
}

/** `aks-prod-weu-gitops`, with a number where the name is taken. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const base = wanted
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 58);
  for (let number = 1; number < 1_000; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(name) && connectionNameSchema.safeParse(name).success) return name;
  }
  return `connection-${Date.now()}`;
}
