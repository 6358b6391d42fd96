import 'server-only';
import type { ScanEvent } from '../model/audit.ts';
import type { CheckEvent } from '../model/chain.ts';
import type { Role } from '../model/connection.ts';
import type { Problem } from '../model/problem.ts';
import type { StoredRunEvent } from '../model/run.ts';
import type { ProblemCode } from '../problems/catalog.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { env } from './env.ts';
import { isOwnRead } from './request-origin.ts';
import { services } from './services.ts';
import { currentSession, hasRole, type Session } from './session.ts';
import { eventStream } from './stream.ts';

/** GET of a run's events: the body of `app/runs/[id]/events/route.ts`. */
export function runEvents(request: Request, runId: string): Promise<Response> {
  return guarded<StoredRunEvent>(request, async ({ store }) => {
    const run = await store.runs.get(runId);
    return (
      run && {
        tenantId: run.tenantId,
        read: (after) => store.runs.eventsAfter(runId, after),
        // An interrupted run may be taken up again, and whoever watches wants to see it.
        isLast: (event) => event.type === 'run-end' && (event.state === 'done' || event.state === 'failed'),
        isOver: run.state === 'done' || run.state === 'failed',
        id: runId,
      }
    );
  });
}

/** GET of a check's events: the body of `app/checks/[id]/events/route.ts`. */
export function checkEvents(request: Request, checkId: string): Promise<Response> {
  return guarded<CheckEvent & { readonly seq: number }>(request, async ({ store }) => {
    const check = await store.checks.get(checkId);
    return (
      check && {
        tenantId: check.tenantId,
        read: (after) => store.checks.eventsAfter(checkId, after),
        isLast: (event) => event.type === 'check-end',
        isOver: check.endedAt !== undefined,
        id: checkId,
      }
    );
  });
}

/** GET of a scan's events: the body of `app/credentials/scans/[id]/events/route.ts`. Of one's own scans only. */
export function scanEvents(request: Request, scanId: string): Promise<Response> {
  return guarded<ScanEvent & { readonly seq: number }>(
    request,
    async ({ store }, session) => {
      const scan = await store.scans.get(scanId);
      if (!scan || (scan.tenantId === session.person.tid && scan.startedBy.oid !== session.person.oid))
        return undefined;
      return {
        tenantId: scan.tenantId,
        read: (after) => store.scans.eventsAfter(scanId, after),
        isLast: (event) => event.type === 'scan-end',
        isOver: scan.state !== 'running',
        id: scanId,
      };
    },
    'Auditor',
  );
}

interface Source<Event extends { readonly seq: number }> {
  readonly id: string;
  readonly tenantId: string;
  readonly isOver: boolean;
  read(after: number): Promise<readonly Event[]>;
  isLast(event: Event): boolean;
}

/** The check of an action does not cover route handlers, so origin, session, role and owner are judged here. */
async function guarded<Event extends { readonly seq: number }>(
  request: Request,
  load: (composed: Awaited<ReturnType<typeof services>>, session: Session) => Promise<Source<Event> | undefined>,
  role: Role = 'Viewer',
): Promise<Response> {
  if (!isOwnRead(request.headers, env().appOrigin)) return refusal(403, 'app/origin-refused');
  const session = await currentSession();
  if (!session) return refusal(401, 'sign-in/required');
  if (!hasRole(session, role)) return refusal(403, 'app/role-missing');
  const composed = await services();
  const source = await load(composed, session);
  if (!source) return refusal(404, 'app/not-found');
  if (source.tenantId !== session.person.tid) return refusal(403, 'app/foreign');
  const after = Number(new URL(request.url).searchParams.get('after') ?? '0');
  if (!Number.isSafeInteger(after) || after < 0) return refusal(400, 'app/invalid-input');
  return eventStream({
    id: source.id,
    after,
    signal: request.signal,
    read: source.read,
    isLast: source.isLast,
    mayRead: () => composed.store.sessions.isLive(session.id, composed.env.sessionIdleMs),
    isOver: source.isOver,
  });
}

function refusal(status: number, code: ProblemCode): Response {
  const problem: Problem = makeProblem(code);
  return Response.json({ problem }, { status, headers: { 'cache-control': 'no-store' } });
}
