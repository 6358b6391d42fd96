import { ActionButton } from '../action-button.tsx';
import type { FormAction } from '../props.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { dayText } from './day-text.ts';
import type { FindingView } from './props.ts';

export function AcceptedRisk({
  accepted,
  action,
}: {
  readonly accepted: NonNullable<FindingView['accepted']>;
  readonly action: FormAction;
}) {
  return (
    <section className="risk" aria-label="Accepted risk">
      <h3>Accepted until {dayText(accepted.endsOn) ?? accepted.endsOn}</h3>
      <p className="anywhere">
        <bdi>{accepted.reason}</bdi>
      </p>
      <p className="soft anywhere">
        <bdi>{accepted.owner}</bdi> answers for it. Accepted by <bdi>{accepted.by}</bdi>,{' '}
        <RelativeTime at={accepted.at} />.
      </p>
      <ActionButton action={action} hidden={{ riskId: accepted.id }} pendingLabel="Taking back…">
        Take it back
      </ActionButton>
      <p className="faint">The finding is open again at once. What was accepted stays in the journal.</p>
    </section>
  );
}
