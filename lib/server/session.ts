import 'server-only';
import { cookies, headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { cache } from 'react';
import type { Person, Role } from '../model/connection.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import { routes } from '../routes.ts';
import type { StoredSession } from '../store/sessions.ts';
import { env } from './env.ts';
import { returnPath } from './return-path.ts';
import { services } from './services.ts';
import { cookieAttributes, cookieNames, hashCookie } from './session-cookie.ts';

/** Who is signed in, in which role, until when. */
export type Session = StoredSession;

/** What records of an action say of the person, and no more. */
export function actorOf(session: Session): Person {
  return { oid: session.person.oid, name: session.person.name };
}

/** Set by the proxy on every request, whatever the browser sent: where a page asks to be returned to. */
export const pathHeader = 'x-patless-path';

/** The session of this request, read once; undefined when there is none, or it is over. */
export const currentSession = cache(async (): Promise<Session | undefined> => {
  const { secureCookies, sessionIdleMs } = env();
  const value = (await cookies()).get(cookieNames(secureCookies).session)?.value;
  if (!value) return undefined;
  const { store } = await services();
  return store.sessions.find(hashCookie(value), sessionIdleMs);
});

/** An operator sees what an auditor sees, and everybody with a role what a viewer sees. */
const includes: Readonly<Record<Role, readonly Role[]>> = {
  Operator: ['Operator'],
  Auditor: ['Auditor', 'Operator'],
  Viewer: ['Viewer', 'Auditor', 'Operator'],
};

export function hasRole(session: Session, role: Role): boolean {
  return includes[role].some((sufficient) => session.person.roles.includes(sufficient));
}

export function roleMissing(role: Role): ProblemError {
  return new ProblemError(
    makeProblem('app/role-missing', {
      title: `This needs the role ${role}`,
      evidence: [{ label: 'Role', expected: role, expectedFrom: 'this page' }],
    }),
  );
}

/**
 * The session of somebody who may do this. Without one it leads to the sign-in and back; without any role to the page that says how
 * to get one; with another role it ends in the page for 403.
 */
export async function requireRole(role: Role): Promise<Session> {
  const session = await currentSession();
  if (!session) redirect(routes.signIn(await currentPath()));
  if (session.person.roles.length === 0) redirect('/no-role');
  if (!hasRole(session, role)) forbidden();
  return session;
}

export async function currentPath(): Promise<string> {
  return returnPath((await headers()).get(pathHeader));
}

/** For route handlers and actions; a page cannot set cookies. */
export async function setSessionCookie(value: string): Promise<void> {
  const { secureCookies, sessionMs } = env();
  (await cookies()).set(cookieNames(secureCookies).session, value, cookieAttributes(secureCookies, sessionMs));
}

/** Ends the session here: cookie, row and token cache. */
export async function signOut(): Promise<void> {
  const { secureCookies, sessionMs } = env();
  const { session: name } = cookieNames(secureCookies);
  const jar = await cookies();
  const value = jar.get(name)?.value;
  jar.set(name, '', cookieAttributes(secureCookies, 0));
  if (!value) return;
  const { store } = await services();
  const session = await store.sessions.find(hashCookie(value), sessionMs);
  if (!session) return;
  await store.sessions.remove(session.id);
  await store.audit.append({
    tenantId: session.person.tid,
    actor: actorOf(session),
    action: 'sign-out',
    outcome: 'ok',
  });
}
