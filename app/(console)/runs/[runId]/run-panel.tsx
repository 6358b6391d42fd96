import { RunView } from '../../../../components/plan/run-view.tsx';
import { routes } from '../../../../lib/routes.ts';
import { loadRun } from '../../../../lib/server/queries.ts';
import { hasRole, requireRole } from '../../../../lib/server/session.ts';
import { signInHrefs } from '../../../../lib/server/wizard/sign-in.ts';
import { interruptRun, resumeRun, takeOverRun } from '../actions.ts';

/** A run as it stands, and live from there. Used by the wizard's step and by the run's own address. */
export async function RunPanel({ runId, here }: { readonly runId: string; readonly here: string }) {
  const session = await requireRole('Viewer');
  const { run, events } = await loadRun(runId);
  const operator = hasRole(session, 'Operator');
  return (
    <RunView
      run={run}
      events={events}
      streamUrl={routes.runStream(run.id, events.at(-1)?.seq ?? 0)}
      viewer={{ oid: session.person.oid, name: session.person.name }}
      {...(operator ? { interrupt: interruptRun, resume: resumeRun, takeOver: takeOverRun } : {})}
      verifyHref={routes.step(run.connectionId, 'verify')}
      reviewHref={operator ? routes.step(run.connectionId, 'review') : undefined}
      signInHrefs={signInHrefs(here)}
    />
  );
}
