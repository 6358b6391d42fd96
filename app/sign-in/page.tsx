import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { LonePage } from '../../components/shell/page.tsx';
import { TopBar } from '../../components/shell/top-bar.tsx';
import { SignInCard } from '../../components/sign-in/sign-in-card.tsx';
import { type ProblemCode, problemCatalog } from '../../lib/problems/catalog.ts';
import { makeProblem } from '../../lib/problems/make-problem.ts';
import { routes } from '../../lib/routes.ts';
import { returnPath } from '../../lib/server/return-path.ts';
import { currentSession } from '../../lib/server/session.ts';

export const metadata: Metadata = { title: 'Sign in' };

type Query = Record<string, string | string[] | undefined>;
const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

export default async function SignInPage({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const query = await searchParams;
  const returnTo = returnPath(one(query.returnTo));
  const code = one(query.problem);
  if (!code && (await currentSession())) redirect(returnTo);
  const problem = code && code in problemCatalog ? makeProblem(code as ProblemCode) : undefined;
  return (
    <>
      <TopBar />
      <LonePage>
        <SignInCard
          href={routes.startSignIn({ returnTo })}
          problem={problem}
          reason={one(query.signedOut) ? 'You are signed out. The tokens of this session are gone.' : undefined}
        />
      </LonePage>
    </>
  );
}
