import {
  CircleCheck,
  CircleDashed,
  CircleQuestionMark,
  EyeOff,
  Hourglass,
  type LucideIcon,
  OctagonX,
  TriangleAlert,
} from 'lucide-react';
import type { Status as StatusName } from '../../lib/model/chain.ts';

export const statusIcons: Readonly<Record<StatusName, LucideIcon>> = {
  works: CircleCheck,
  attention: TriangleAlert,
  broken: OctagonX,
  waiting: Hourglass,
  'not-tested': CircleDashed,
  unknown: CircleQuestionMark,
  'not-visible': EyeOff,
};
export const statusWords: Readonly<Record<StatusName, string>> = {
  works: 'Works',
  attention: 'Needs attention',
  broken: 'Broken',
  waiting: 'Waiting',
  'not-tested': 'Not tested',
  unknown: 'Unknown',
  'not-visible': 'Not visible to you',
};

/** Icon, word and colour, always all three. The word may be narrowed by its column, icon and colour never. */
export function Status({
  status,
  word = statusWords[status],
  loud = false,
}: {
  readonly status: StatusName;
  readonly word?: string;
  readonly loud?: boolean;
}) {
  const Icon = statusIcons[status];
  return (
    <span className={`status ${status}${loud ? ' loud' : ''}`}>
      <Icon className="icon" aria-hidden />
      <span>{word}</span>
    </span>
  );
}
