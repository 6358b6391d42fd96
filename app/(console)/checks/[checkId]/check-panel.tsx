import { LiveCheck } from '../../../../components/chain/live-check.tsx';
import { routes } from '../../../../lib/routes.ts';
import { loadCheck } from '../../../../lib/server/queries.ts';
import { hasRole, requireRole } from '../../../../lib/server/session.ts';
import { fixHrefs } from '../../../../lib/server/wizard/fixes.ts';
import { signInHrefs } from '../../../../lib/server/wizard/sign-in.ts';
import { startCheck } from '../actions.ts';

/** A check as it stands, and live from there. Used by the wizard's step and by the check's own address. */
export async function CheckPanel({ checkId, here }: { readonly checkId: string; readonly here: string }) {
  const session = await requireRole('Viewer');
  const { check, events } = await loadCheck(checkId);
  const operator = hasRole(session, 'Operator');
  return (
    <LiveCheck
      check={check}
      events={events}
      streamUrl={routes.checkStream(check.id)}
      viewer={{ oid: session.person.oid, name: session.person.name }}
      href={routes.check(check.id)}
      {...(operator
        ? {
            again: startCheck,
            fixHrefs: fixHrefs(check.connectionId),
            signInHrefs: signInHrefs(here),
          }
        : {})}
    />
  );
}
