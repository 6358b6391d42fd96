import type { Link, Status } from '../model/chain.ts';
import type { Consumer, Design, Workload } from '../model/connection.ts';
import type { AnyCheck, Outcome } from './check.ts';
import { complete, drifted, unseen } from './configured.ts';

/** How a check ended. Without an outcome it never ran: a need was not met. */
export interface Settled {
  readonly outcome?: Outcome<unknown>;
  readonly configured?: Link['configured'];
  readonly tookMs?: number;
}

const words: Record<Status, string> = {
  works: 'Works',
  attention: 'Needs attention',
  broken: 'Broken',
  waiting: 'Waiting',
  'not-tested': 'Not tested',
  unknown: 'Unknown',
  'not-visible': 'Not visible to you',
};
const verified = (status: Status): Link['verified'] => ({ status, word: words[status] });

/** The link before its check ran. */
export function linkBefore(check: AnyCheck, design: Design, consumer: Consumer, workload: Workload): Link {
  return {
    id: check.id,
    ...check.label(design, consumer, workload),
    configured: unseen,
    verified: verified('not-tested'),
  };
}

export function linkAfter(link: Link, { outcome, configured, tookMs }: Settled, behindBroken: boolean): Link {
  const seen = outcome?.configured ?? configured;
  if (!outcome || behindBroken)
    return {
      ...link,
      configured: seen ?? unseen,
      verified: verified('not-tested'),
      detail: 'Behind a link that did not pass',
    };
  const took = tookMs === undefined ? {} : { tookMs };
  switch (outcome.status) {
    case 'pass':
      return { ...link, ...took, ...detailOf(outcome), configured: seen ?? complete, verified: verified('works') };
    case 'warn':
      return {
        ...link,
        ...took,
        ...detailOf(outcome),
        configured: seen ?? complete,
        verified: verified('attention'),
        problem: outcome.problem,
      };
    case 'fail':
      return {
        ...link,
        ...took,
        configured: seen ?? drifted,
        verified: verified('broken'),
        detail: outcome.problem.title,
        problem: outcome.problem,
      };
    case 'unclear':
      return {
        ...link,
        ...took,
        configured: seen ?? unseen,
        verified: verified(outcome.as),
        detail: outcome.problem.title,
        problem: outcome.problem,
      };
  }
}

function detailOf({ detail }: { readonly detail?: string }): { detail?: string } {
  return detail === undefined ? {} : { detail };
}
