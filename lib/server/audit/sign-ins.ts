import 'server-only';
import type { ScanScope } from '../../model/audit.ts';
import { routes } from '../../routes.ts';

const words = { arm: 'Azure', aks: 'the clusters', devops: 'Azure DevOps' } as const;

/** One sign-in for each service that asked for one: consent, a second factor, or a session that has ended there. */
export function signInsFor(
  { notVisible }: ScanScope,
  returnTo: string,
): readonly { readonly label: string; readonly href: string }[] {
  const asked = new Map(
    notVisible.flatMap(({ problem: { signIn } }) => (signIn ? [[signIn.audience, signIn] as const] : [])),
  );
  return [...asked.values()].map((signIn) => ({
    label: `Sign in to ${words[signIn.audience]}`,
    href: routes.startSignIn({ ...signIn, returnTo }),
  }));
}
