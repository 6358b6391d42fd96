import { LonePage } from '../components/shell/page.tsx';
import { TopBar } from '../components/shell/top-bar.tsx';
import { ButtonLink } from '../components/ui/button.tsx';
import { routes } from '../lib/routes.ts';
import { currentSession } from '../lib/server/session.ts';

export const metadata = { title: 'Not permitted' };

/** It exists, and is not this person's: another tenant's, or for another role. */
export default async function Forbidden() {
  const session = await currentSession();
  const roles = session?.person.roles ?? [];
  return (
    <>
      <TopBar user={session && { name: session.person.upn, roles }} />
      <LonePage>
        <h1 className="title">This page is not for you.</h1>
        <p className="lede">
          It needs another role, or it belongs to another tenant. You are signed in as {roles.join(' and ') || 'nobody'}
          . Whoever manages the enterprise application Patless in Entra ID can assign you the role Operator.
        </p>
        <div className="acts">
          <ButtonLink href={routes.access()} look="primary">
            Go to Access
          </ButtonLink>
        </div>
      </LonePage>
    </>
  );
}
