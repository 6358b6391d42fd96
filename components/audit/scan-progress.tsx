'use client';

import { Square } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import type { ScanEvent, ScanPhase } from '../../lib/model/audit.ts';
import { ActionButton } from '../action-button.tsx';
import type { FormAction } from '../props.ts';
import { useEventStream } from '../stream.ts';
import { StreamNotice } from '../stream-notice.tsx';
import { LiveRegion } from '../ui/live-region.tsx';
import { Status } from '../ui/status.tsx';
import { took } from '../ui/time-text.ts';

type Progress = Extract<ScanEvent, { type: 'scan-progress' }>;
const words: Readonly<Record<ScanPhase, string>> = {
  clusters: 'Reading clusters and identities',
  identities: 'Reading identities',
  credentials: 'Reading the credentials of identities',
  roles: 'Reading Azure roles',
  devops: 'Reading Azure DevOps organisations',
  workloads: 'Reading service accounts in clusters',
  findings: 'Judging',
};
// A refresh draws the whole page; the rows that came meanwhile wait for it.
const refreshEveryMs = 4_000;

/** A scan as it runs: what it reads, how far it is, how long it will take at least, and a way to stop it. */
export function ScanProgress({
  scanId,
  streamUrl,
  after,
  stop,
  showsRows,
}: {
  readonly scanId: string;
  readonly streamUrl: string;
  readonly after: number;
  readonly stop: FormAction;
  /** The rows below are those of this scan: they are drawn anew as they come. */
  readonly showsRows: boolean;
}) {
  const router = useRouter();
  const [progress, setProgress] = useState<Progress>();
  const [missing, setMissing] = useState(0);
  const refreshedAt = useRef(0);
  const { state, retryNow } = useEventStream<ScanEvent & { readonly seq: number }>({
    url: streamUrl,
    after,
    enabled: true,
    isLast: (event) => event.type === 'scan-end',
    onEvent: (event) => {
      if (event.type === 'scan-progress') {
        setProgress(event);
        if (showsRows && event.rows > 0 && Date.now() - refreshedAt.current > refreshEveryMs) {
          refreshedAt.current = Date.now();
          router.refresh();
        }
      }
      if (event.type === 'scan-missing') setMissing((count) => count + 1);
      if (event.type === 'scan-end') router.refresh();
    },
  });
  const text = progress ? words[progress.phase] : 'Starting to read';
  const counted = progress && progress.total > 1 ? `${progress.done} of ${progress.total}` : '';
  const left =
    progress?.leftMs !== undefined && progress.leftMs > 2_000 ? `at least ${took(progress.leftMs)} left` : '';
  return (
    <div className="scan-progress">
      <Status status="waiting" word={text} loud />
      <span className="soft tabular">{[counted, left].filter(Boolean).join(', ')}</span>
      {progress && <span className="soft tabular">{progress.rows} credentials so far</span>}
      {missing > 0 && <Status status="not-visible" word={`${missing} not visible to you`} />}
      <span className="scan-acts">
        <ActionButton action={stop} hidden={{ scanId }} look="quiet" icon={Square} pendingLabel="Stopping…">
          Stop
        </ActionButton>
      </span>
      <progress
        className="unseen"
        max={progress ? progress.total : 1}
        value={progress ? progress.done : 0}
        aria-label={text}
      />
      <LiveRegion text={[text, counted].filter(Boolean).join(', ')} />
      <StreamNotice state={state} retryNow={retryNow} what="The scan goes on without this page." />
    </div>
  );
}
