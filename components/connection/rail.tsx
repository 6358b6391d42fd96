import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleDotDashed,
  CircleSlash,
  Hourglass,
  type LucideIcon,
  OctagonX,
  TriangleAlert,
} from 'lucide-react';
import Link from 'next/link';
import type { RailProps, StepState } from '../props.ts';

const icons: Readonly<Record<StepState, LucideIcon>> = {
  'not-started': CircleDashed,
  'needs-you': TriangleAlert,
  waiting: Hourglass,
  running: CircleDotDashed,
  done: CircleCheck,
  skipped: CircleSlash,
  failed: OctagonX,
};
/** Read out before the name, because the icon is not. */
const words: Readonly<Record<StepState, string>> = {
  'not-started': 'Not started',
  'needs-you': 'Needs you',
  waiting: 'Waiting for Microsoft',
  running: 'Running',
  done: 'Done',
  skipped: 'Skipped, already right',
  failed: 'Failed',
};

export function Rail({ name, steps, current }: RailProps) {
  return (
    <nav className="rail" aria-label="Setup steps">
      <p className="faint text-xs">Connection</p>
      <span className="rail-name">{name}</span>
      <ol className="steps">
        {steps.map(({ step, label, state, detail, href }) => {
          const isCurrent = step === current;
          const Icon = isCurrent && (state === 'not-started' || state === 'done') ? CircleDot : icons[state];
          return (
            <li key={step} className={isCurrent ? `${state} current` : state} data-step={step} data-state={state}>
              <Icon className="icon" aria-hidden />
              <span className="unseen">{words[state]}: </span>
              {href || isCurrent ? (
                <Link
                  className="step-name"
                  href={href ?? '#main'}
                  prefetch={false}
                  aria-current={isCurrent ? 'step' : undefined}
                >
                  {label}
                </Link>
              ) : (
                <span className="step-name">{label}</span>
              )}
              <small>{detail}</small>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
