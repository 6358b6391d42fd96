import { EyeOff, LogIn, OctagonX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Problem } from '../lib/model/problem.ts';
import { Comparison } from './comparison.tsx';
import type { ProblemNoticeProps } from './props.ts';
import { ButtonLink } from './ui/button.tsx';
import { CopyButton } from './ui/copy-button.tsx';
import { Disclosure } from './ui/disclosure.tsx';
import { RawAnswer } from './upstream-answer.tsx';

const refusal = /(not-permitted|not-visible|forbidden|denied|no-right)/;
export function isNotPermitted(problem: Pick<Problem, 'code'>): boolean {
  return refusal.test(problem.code);
}

/** The one thing to press: sign in, copy a request, or the fix that the page gives. */
function Way({
  problem,
  fix,
  request,
  signInHref,
}: Pick<ProblemNoticeProps, 'problem' | 'fix' | 'request' | 'signInHref'>): ReactNode {
  if (problem.signIn && signInHref)
    return (
      <ButtonLink href={signInHref} plain look="primary" icon={LogIn}>
        Continue with Microsoft
      </ButtonLink>
    );
  if (request) return <CopyButton text={request}>Copy request</CopyButton>;
  return fix ?? null;
}

/** The only renderer of a Problem outside a chain: what, why, evidence, what to do, one fix, and the raw answer folded. */
export function ProblemNotice(props: ProblemNoticeProps) {
  const { problem, level = 2, request } = props;
  const quietly = props.notPermitted ?? isNotPermitted(problem);
  const Heading = `h${level}` as const;
  const warns = props.warns === true && !quietly && !problem.signIn;
  const Icon = problem.signIn ? LogIn : quietly ? EyeOff : warns ? TriangleAlert : OctagonX;
  const way = Way(props);
  return (
    <section
      className={quietly || problem.signIn ? 'problem quietly' : warns ? 'problem warns' : 'problem'}
      data-problem={problem.code}
      aria-label={problem.title}
    >
      <Heading className="problem-title">
        <Icon className="icon" aria-hidden />
        <span>{problem.title}</span>
      </Heading>
      <p className="prose">{problem.cause}</p>
      <Comparison evidence={problem.evidence} />
      <div className="fix">
        {way}
        <span className="soft anywhere">{problem.remedy}</span>
      </div>
      {(problem.upstream || request) && (
        <div className="folds">
          {request && (
            <Disclosure summary="The request as it is copied">
              <p className="request anywhere whitespace-pre-wrap">{request}</p>
            </Disclosure>
          )}
          {problem.upstream && <RawAnswer answer={problem.upstream} />}
        </div>
      )}
    </section>
  );
}
