import 'server-only';
import type { Problem } from '../../model/problem.ts';
import { routes } from '../../routes.ts';

const audiences = ['arm', 'aks', 'devops'] as const;

/** Where *Continue with Microsoft* leads for this problem: once through Entra, and back here. */
export function signInHref(problem: Problem, returnTo: string): string | undefined {
  return problem.signIn ? routes.startSignIn({ ...problem.signIn, returnTo }) : undefined;
}

/** The same for forms and streams, which learn the audience later. */
export function signInHrefs(returnTo: string): Record<(typeof audiences)[number], string> {
  return {
    arm: routes.startSignIn({ audience: 'arm', returnTo }),
    aks: routes.startSignIn({ audience: 'aks', returnTo }),
    devops: routes.startSignIn({ audience: 'devops', returnTo }),
  };
}
