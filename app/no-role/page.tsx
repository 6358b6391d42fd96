import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { LonePage } from '../../components/shell/page.tsx';
import { TopBar } from '../../components/shell/top-bar.tsx';
import { NoRole } from '../../components/sign-in/no-role.tsx';
import { routes } from '../../lib/routes.ts';
import { env } from '../../lib/server/env.ts';
import { currentSession } from '../../lib/server/session.ts';

export const metadata: Metadata = { title: 'No role yet' };

export default async function NoRolePage() {
  const session = await currentSession();
  if (!session) redirect(routes.signIn());
  if (session.person.roles.length > 0) redirect(routes.access());
  const { clientId, tenantId, appOrigin } = env();
  const { upn } = session.person;
  return (
    <>
      <TopBar user={{ name: upn, roles: [] }} />
      <LonePage>
        <NoRole
          userName={upn}
          application="Patless"
          clientId={clientId}
          request={[
            `Please assign ${upn} a role in the enterprise application Patless.`,
            `Application (client) id: ${clientId}, tenant ${tenantId}.`,
            'Roles: Operator sets up and verifies connections, Auditor reads everything, Viewer sees the access status.',
            'Where: Entra admin center, Enterprise applications, Patless, Users and groups, Add assignment.',
            `Then sign in again at ${appOrigin}.`,
          ].join('\n')}
        />
      </LonePage>
    </>
  );
}
