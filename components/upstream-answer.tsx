import type { ServiceName, UpstreamAnswer } from '../lib/model/problem.ts';
import { Disclosure } from './ui/disclosure.tsx';
import { Facts } from './ui/facts.tsx';
import { ShortId } from './ui/short-id.tsx';
import { absoluteSeconds } from './ui/time-text.ts';

export const serviceTitles: Readonly<Record<ServiceName, string>> = {
  entra: 'Entra ID',
  arm: 'Azure Resource Manager',
  devops: 'Azure DevOps',
  git: 'Azure DevOps over git',
  kubernetes: 'Kubernetes',
  store: 'the store',
  app: 'Patless',
};

/** What the service said, word for word but redacted; folded, because the cause above is what helps. */
export function RawAnswer({ answer }: { readonly answer: UpstreamAnswer }) {
  return (
    <Disclosure
      summary={
        <>
          Raw answer from {serviceTitles[answer.service]} {answer.code && <span className="id">{answer.code}</span>}
        </>
      }
    >
      <div className="raw">
        <Facts
          rows={[
            ['Operation', answer.operation],
            answer.status !== undefined && ['HTTP status', String(answer.status)],
            answer.code !== undefined && ['Code', <code key="code">{answer.code}</code>],
            answer.message !== undefined && ['Message', <code key="message">{answer.message}</code>],
            answer.correlationId !== undefined && [
              'Correlation',
              <ShortId key="id" value={answer.correlationId} label="correlation id" ends={8} />,
            ],
            ['At', absoluteSeconds(answer.at)],
          ]}
        />
      </div>
    </Disclosure>
  );
}
