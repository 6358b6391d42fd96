import type { ReactNode } from 'react';
import type { TopBarProps } from '../../components/props.ts';
import { TopBar } from '../../components/shell/top-bar.tsx';
import { requireRole } from '../../lib/server/session.ts';

/** The frame of every page behind the sign-in. Navigation only: each page and action judges rights for itself. */
export async function Console({
  current,
  children,
}: {
  readonly current?: TopBarProps['current'];
  readonly children: ReactNode;
}) {
  const { person } = await requireRole('Viewer');
  return (
    <>
      <TopBar current={current} user={{ name: person.upn, roles: person.roles }} />
      {children}
    </>
  );
}
