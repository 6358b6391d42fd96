import 'server-only';
import { revalidatePath } from 'next/cache';
import { headers } from 'next/headers';
import { redirect, unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import type { Role } from '../model/connection.ts';
import type { Problem, Result } from '../model/problem.ts';
import type { Ports } from '../ports.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { routes } from '../routes.ts';
import type { ActionState } from './action-state.ts';
import { env } from './env.ts';
import { problemOf } from './failure.ts';
import { echoForm, parseForm } from './form.ts';
import { logger } from './logger.ts';
import { isOwnOrigin } from './request-origin.ts';
import { type Services, services } from './services.ts';
import { actorOf, currentPath, currentSession, hasRole, roleMissing, type Session } from './session.ts';

export type { ActionState } from './action-state.ts';

interface Call<Input> {
  readonly input: Input;
  readonly session: Session;
  readonly services: Services;
}

export interface ActionDefinition<Schema extends z.ZodType, Target, Value> {
  /** Parses strings: a form has nothing else. Nested names (`repositories.0.id`) arrive as objects and lists. */
  readonly input: Schema;
  readonly role: Role;
  /** What the audit calls it, for example `connection.create`. */
  readonly audit: string;
  /** The object that it is done to, for the audit. */
  target?(input: z.output<Schema>): string | undefined;
  /** Loads what the ids name and throws a ProblemError unless this person may; what it returns arrives in `run`. */
  authorise?(call: Call<z.output<Schema>>): Promise<Target>;
  run(call: Call<z.output<Schema>> & { readonly target: Target; ports(): Ports }): Promise<Result<Value>>;
  /** Paths whose pages show what changed. */
  revalidate?(value: Value, input: z.output<Schema>): readonly string[];
  /** Where it leads; without it the value is answered. */
  next?(value: Value, input: z.output<Schema>): string;
}

/**
 * Every mutation goes through here: session → origin → parse → authorise on the loaded object → journal the intent → run → journal
 * the outcome → redirect. A problem comes back as a state with what was typed; a bug is logged and reaches the error page.
 */
export function defineAction<Schema extends z.ZodType, Target = undefined, Value = undefined>(
  definition: ActionDefinition<Schema, Target, Value>,
): (previous: unknown, form: FormData) => Promise<ActionState<Value>> {
  return async (_previous, form) => {
    const session = await currentSession();
    if (!session) redirect(routes.signIn(await currentPath()));
    if (session.person.roles.length === 0) redirect('/no-role');
    const values = echoForm(form);
    const failed = (problem: Problem): ActionState<Value> => ({ status: 'problem', problem, values });
    if (!isOwnOrigin(await headers(), env().appOrigin)) return failed(makeProblem('app/origin-refused'));

    const parsed = definition.input.safeParse(parseForm(form));
    if (!parsed.success) return { status: 'invalid', fieldErrors: fieldErrors(parsed.error), values };
    const input = parsed.data;

    const done = await carryOut(definition, input, session);
    if (!done.ok) return failed(done.problem);
    for (const path of definition.revalidate?.(done.value, input) ?? []) revalidatePath(path);
    // Last and outside any try: Next signals a redirect by throwing.
    if (definition.next) redirect(definition.next(done.value, input));
    return { status: 'ok', value: done.value };
  };
}

async function carryOut<Schema extends z.ZodType, Target, Value>(
  definition: ActionDefinition<Schema, Target, Value>,
  input: z.output<Schema>,
  session: Session,
): Promise<Result<Value>> {
  let record: ((outcome: string) => Promise<void>) | undefined;
  try {
    const composed = await services();
    const target = definition.target?.(input);
    record = (outcome) =>
      composed.store.audit.append({
        tenantId: session.person.tid,
        actor: actorOf(session),
        action: definition.audit,
        ...(target ? { target } : {}),
        outcome,
      });
    if (!hasRole(session, definition.role)) throw roleMissing(definition.role);
    const call = { input, session, services: composed };
    const loaded = definition.authorise ? await definition.authorise(call) : (undefined as Target);
    // No row, no action: if the intent cannot be kept, nothing is done.
    await record('started');
    const result = await definition.run({ ...call, target: loaded, ports: () => composed.portsFor(session) });
    await record(result.ok ? 'ok' : result.problem.code);
    return result;
  } catch (error) {
    unstable_rethrow(error);
    return { ok: false, problem: await settle(error, definition.audit, record) };
  }
}

async function settle(error: unknown, action: string, record?: (outcome: string) => Promise<void>): Promise<Problem> {
  const note = async (outcome: string) => {
    try {
      await record?.(outcome);
    } catch (auditError) {
      logger().error({ action, outcome, error: auditError }, 'the outcome could not be journalled');
    }
  };
  let problem: Problem;
  try {
    problem = problemOf(error);
  } catch (bug) {
    logger().error({ action, error: bug }, 'action failed');
    await note('error');
    throw bug;
  }
  await note(problem.code);
  return problem;
}

/** By the name of the form's field: `credentials.0.name`. */
function fieldErrors(error: z.ZodError): Record<string, readonly string[]> {
  const fields: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const name = issue.path.map(String).join('.');
    fields[name] = [...(fields[name] ?? []), issue.message];
  }
  return fields;
}
