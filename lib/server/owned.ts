import 'server-only';
import type { AcceptedRisk, Scan } from '../model/audit.ts';
import type { Connection } from '../model/connection.ts';
import type { Run } from '../model/run.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import type { Services } from './services.ts';
import type { Session } from './session.ts';

interface Call<Input> {
  readonly input: Input;
  readonly session: Session;
  readonly services: Services;
}

/** Unknown and foreign stay distinct, on pages and in actions alike. */
function owned<Owned extends { readonly tenantId: string }>(object: Owned | undefined, { person }: Session): Owned {
  if (!object) throw new ProblemError(makeProblem('app/not-found'));
  if (object.tenantId !== person.tid) throw new ProblemError(makeProblem('app/foreign'));
  return object;
}

export async function ownConnection({
  input,
  session,
  services,
}: Call<{ readonly connectionId: string }>): Promise<Connection> {
  return owned(await services.store.connections.get(input.connectionId), session);
}
export async function ownRun({ input, session, services }: Call<{ readonly runId: string }>): Promise<Run> {
  return owned(await services.store.runs.get(input.runId), session);
}

/** A scan shows what one person's rights show, so it is theirs alone. */
export async function ownScan({ input, session, services }: Call<{ readonly scanId: string }>): Promise<Scan> {
  const scan = owned(await services.store.scans.get(input.scanId), session);
  if (scan.startedBy.oid !== session.person.oid) throw new ProblemError(makeProblem('app/not-found'));
  return scan;
}
export async function ownRisk({ input, session, services }: Call<{ readonly riskId: string }>): Promise<AcceptedRisk> {
  return owned(await services.store.acceptedRisks.get(input.riskId), session);
}
