import type { Chain, CheckEvent, CheckRun, Link, PresentedToken, Status } from '../../lib/model/chain.ts';

/** A check as its events have told it so far. */
export interface CheckState {
  readonly chains: readonly Chain[];
  /** Results by chain and link, in the order in which they arrived. */
  readonly arrived: Readonly<Record<string, Readonly<Record<string, Link>>>>;
  readonly presented: Readonly<Record<string, PresentedToken>>;
  readonly wait?: { readonly reason: string; readonly usually: string; readonly untilAt: string };
  readonly end?: { readonly status: Status; readonly passes: number; readonly tookMs: number; readonly at: string };
}

function results(chain: Chain): Readonly<Record<string, Link>> {
  return Object.fromEntries(
    chain.links.filter(({ verified }) => verified.status !== 'not-tested').map((link) => [link.id, link]),
  );
}

export function checkState(check: CheckRun): CheckState {
  return {
    chains: check.chains,
    arrived: Object.fromEntries(check.chains.map((chain) => [chain.id, results(chain)])),
    presented: check.presented ?? {},
    end: check.endedAt
      ? { status: check.status, passes: check.passes, tookMs: check.tookMs ?? 0, at: check.endedAt }
      : undefined,
  };
}

/** A finished check is its stored result; a running one is what its events have told. */
export function replay(check: CheckRun, events: readonly CheckEvent[]): CheckState {
  const state = checkState(check);
  return state.end ? state : events.reduce(reduceCheck, state);
}

export function reduceCheck(state: CheckState, event: CheckEvent): CheckState {
  switch (event.type) {
    case 'check-start':
      return { chains: event.chains, arrived: {}, presented: {} };
    case 'link-start':
      return { ...state, wait: undefined };
    case 'link-end':
      return {
        ...state,
        arrived: {
          ...state.arrived,
          [event.chainId]: { ...state.arrived[event.chainId], [event.link.id]: event.link },
        },
      };
    case 'token-presented':
      return { ...state, presented: { ...state.presented, [event.chainId]: event.token } };
    case 'check-wait':
      return { ...state, wait: { reason: event.reason, usually: event.usually, untilAt: event.untilAt } };
    case 'check-end':
      return {
        ...state,
        wait: undefined,
        end: { status: event.status, passes: event.passes, tookMs: event.tookMs, at: event.at },
      };
  }
}

/**
 * The chain as it may be shown: results enter in causal order, not on arrival. A result behind a link that is still open waits,
 * because the cause may yet turn out to lie before it.
 */
export function shown(
  state: CheckState,
  chain: Chain,
): { readonly links: readonly Link[]; readonly runningId?: string } {
  const arrived = state.arrived[chain.id] ?? {};
  if (state.end) return { links: chain.links.map((link) => arrived[link.id] ?? link) };
  const open = chain.links.findIndex((link) => arrived[link.id] === undefined);
  if (open < 0) return { links: chain.links.map((link) => arrived[link.id] ?? link) };
  return {
    links: chain.links.map((link, index) => (index < open ? (arrived[link.id] ?? link) : link)),
    runningId: chain.links[open]?.id,
  };
}
