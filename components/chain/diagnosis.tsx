import { LogIn } from 'lucide-react';
import { routes } from '../../lib/routes.ts';
import { Comparison } from '../comparison.tsx';
import { isNotPermitted } from '../problem-notice.tsx';
import type { DiagnosisProps } from '../props.ts';
import { ButtonLink } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Facts } from '../ui/facts.tsx';
import { ShortId } from '../ui/short-id.tsx';
import { absoluteSeconds } from '../ui/time-text.ts';
import { RawAnswer } from '../upstream-answer.tsx';

/** Breaks after colons and slashes, so that a long subject wraps where a person would break it. */
function Breakable({ text }: { readonly text: string }) {
  const parts = text.split(/(?<=[:/])/);
  return (
    <code>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one immutable text have no other identity.
        <span key={index}>
          {part}
          <wbr />
        </span>
      ))}
    </code>
  );
}

/** Grows out of the hit link: the cause in one sentence, expected and seen, one fix, and the facts it rests on. */
export function Diagnosis({ link, presented, check, fix, fixNote, request, signInHref }: DiagnosisProps) {
  const problem = link.problem;
  if (!problem) return null;
  const quietly = link.verified.status !== 'broken' || isNotPermitted(problem);
  const headingId = `cause-${check.id}-${link.id}`.replace(/[^\w-]/g, '-');
  const way =
    problem.signIn && signInHref ? (
      <ButtonLink href={signInHref} plain look="primary" size="large" icon={LogIn}>
        Continue with Microsoft
      </ButtonLink>
    ) : request ? (
      <CopyButton text={request}>Copy request</CopyButton>
    ) : (
      fix
    );
  return (
    <section
      className={quietly ? 'diagnosis quietly' : 'diagnosis'}
      aria-labelledby={headingId}
      data-problem={problem.code}
    >
      <div>
        <h3 className="cause" id={headingId}>
          {problem.title}
        </h3>
        <p className="lede">{problem.cause}</p>
        <Comparison evidence={problem.evidence} />
        <div className="fix">
          {way}
          <span className="soft anywhere">{fixNote ?? problem.remedy}</span>
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
      </div>
      <aside aria-label="Facts">
        {presented && (
          <>
            <h4 className="facts-head">Token that was presented</h4>
            <Facts
              rows={[
                ['Issuer', <Breakable key="issuer" text={presented.issuer} />],
                ['Subject', <Breakable key="subject" text={presented.subject} />],
                ['Audience', <Breakable key="audience" text={presented.audience} />],
                ['Valid', `to ${absoluteSeconds(presented.expiresAt)}`],
                ['Shown', 'Claims only. The token never left the server’s memory and was dropped.'],
              ]}
            />
          </>
        )}
        <h4 className="facts-head">This check</h4>
        <Facts
          rows={[
            ['Run by', check.startedBy.name],
            ['At', absoluteSeconds(check.startedAt)],
            problem.upstream?.correlationId !== undefined && [
              'Correlation',
              <ShortId key="id" value={problem.upstream.correlationId} label="correlation id" ends={8} />,
            ],
            ['Link', <Breakable key="link" text={routes.check(check.id)} />],
          ]}
        />
      </aside>
    </section>
  );
}
