import type { Person } from './connection.ts';
import type { Problem } from './problem.ts';

export const realms = ['kubernetes', 'entra', 'devops', 'consumer'] as const;
export type Realm = (typeof realms)[number];

/** The seven words of the status vocabulary. */
export const statuses = ['works', 'attention', 'broken', 'waiting', 'not-tested', 'unknown', 'not-visible'] as const;
export type Status = (typeof statuses)[number];

/** One link of the trust chain, as it is drawn. Order in the list is causal order. */
export interface Link {
  readonly id: string;
  readonly realm: Realm;
  /** Where it lives, for the realm's second line, for example `aks-prod-weu / argocd`. */
  readonly place: string;
  /** What kind of thing it is, for example `Federated credential`. */
  readonly kind: string;
  readonly name: string;
  readonly configured: { readonly status: Status; readonly word: string };
  readonly verified: { readonly status: Status; readonly word: string };
  readonly tookMs?: number;
  /** What was seen, in one line, for the list and for screen readers. */
  readonly detail?: string;
  readonly problem?: Problem;
}

export interface Chain {
  readonly id: string;
  readonly consumerKind: string;
  readonly consumerTitle: string;
  /** `Argo CD on aks-prod-weu to Checkout`. */
  readonly title: string;
  readonly subject: string;
  readonly links: readonly Link[];
}

/** Claims only; the token that carried them is gone. */
export interface PresentedToken {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly expiresAt: string;
}

export interface CheckRun {
  readonly id: string;
  readonly connectionId: string;
  readonly tenantId: string;
  readonly startedBy: Person;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** `works` only when every chain is proved; `broken` names the first broken link. */
  readonly status: Status;
  readonly chains: readonly Chain[];
  readonly presented?: Readonly<Record<string, PresentedToken>>;
  /** Passes in a row including this one. After a credential was written, three are asked for. */
  readonly passes: number;
  readonly tookMs?: number;
}

export type CheckEvent =
  | { readonly type: 'check-start'; readonly at: string; readonly chains: readonly Chain[] }
  | { readonly type: 'link-start'; readonly chainId: string; readonly linkId: string }
  | { readonly type: 'link-end'; readonly chainId: string; readonly link: Link }
  | { readonly type: 'token-presented'; readonly chainId: string; readonly token: PresentedToken }
  | { readonly type: 'check-wait'; readonly reason: string; readonly usually: string; readonly untilAt: string }
  | {
      readonly type: 'check-end';
      readonly at: string;
      readonly status: Status;
      readonly passes: number;
      readonly tookMs: number;
    };

/** The first broken link of a chain: the cause. */
export function firstBroken(chain: Pick<Chain, 'links'>): Link | undefined {
  return chain.links.find((link) => link.verified.status === 'broken');
}
