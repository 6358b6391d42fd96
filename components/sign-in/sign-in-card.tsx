import { LogIn } from 'lucide-react';
import type { Problem } from '../../lib/model/problem.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import { Mark } from '../shell/brand.tsx';
import { ButtonLink } from '../ui/button.tsx';

export interface SignInCardProps {
  readonly href: string;
  readonly problem?: Problem;
  /** Shown after sign-out or when a session ended. */
  readonly reason?: string;
}

export function SignInCard({ href, problem, reason }: SignInCardProps) {
  return (
    <>
      <Mark className="alone-mark" />
      <h1 className="say">Azure DevOps access without tokens.</h1>
      <p className="lede">
        Patless lets workloads on AKS sign in to Azure DevOps as themselves: set up step by step, proved live. It acts
        with your own rights and writes nothing before you approve a plan.
      </p>
      {reason && (
        <p className="prose mt-4" role="status">
          {reason}
        </p>
      )}
      <div className="acts">
        <ButtonLink href={href} plain look="primary" size="large" icon={LogIn}>
          Continue with Microsoft
        </ButtonLink>
      </div>
      {problem && (
        <div className="mt-6">
          <ProblemNotice problem={problem} />
        </div>
      )}
    </>
  );
}
