import type { Severity } from '../../lib/model/audit.ts';
import type { FormAction } from '../props.ts';

export interface TermView {
  /** As it was typed. */
  readonly text: string;
  readonly qualifier?: string;
  readonly value: string;
  readonly dropHref: string;
  readonly invalid?: { readonly why: string; readonly nearest?: { readonly text: string; readonly href: string } };
}

export interface FacetView {
  readonly label: string;
  readonly count: number;
  readonly href: string;
  readonly current: boolean;
  readonly severity?: Severity;
  readonly works?: boolean;
}

/** Two lines of a cell; `hidden` is where the reader's rights end. */
export interface TwoLines {
  readonly first: string;
  readonly second?: string;
  readonly state?: 'read' | 'unknown' | 'not-visible';
}

export interface CredentialView {
  readonly key: string;
  readonly href: string;
  readonly opened: boolean;
  readonly severity?: Severity;
  /** Nothing was found, and not everything could be read. */
  readonly partly: boolean;
  readonly accepted: number;
  readonly name: string;
  readonly note?: 'New' | 'Changed';
  readonly identity: string;
  readonly fill: string;
  readonly full: boolean;
  readonly issuer: TwoLines;
  readonly subject: { readonly lead?: string; readonly text: string };
  readonly opens: TwoLines;
  readonly findings: TwoLines;
  readonly readAt: string;
}

export interface EvidenceView {
  readonly label: string;
  readonly text: string;
  readonly at?: string;
}

export interface FindingView {
  readonly kind: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly source: string;
  readonly evidence: readonly EvidenceView[];
  readonly fix: {
    readonly title: string;
    readonly effect: string;
    readonly commands: readonly { readonly language: string; readonly label: string; readonly text: string }[];
  };
  readonly accepted?: {
    readonly id: string;
    readonly reason: string;
    readonly owner: string;
    readonly endsOn: string;
    readonly by: string;
    readonly at: string;
  };
}

export interface OpenedView {
  readonly key: string;
  readonly scanId: string;
  readonly tabs: readonly {
    readonly kind: string;
    readonly title: string;
    readonly href: string;
    readonly current: boolean;
    readonly accepted: boolean;
  }[];
  readonly finding?: FindingView;
  /** Everything that was read of the row, whole. */
  readonly facts: readonly EvidenceView[];
  readonly acceptRisk: FormAction;
  readonly takeBackRisk: FormAction;
  readonly proposedEnd: string;
}
