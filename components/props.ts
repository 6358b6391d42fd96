import type { ReactNode } from 'react';
import type { Cluster, Identity, Subscription } from '../lib/model/azure.ts';
import type { CheckEvent, CheckRun, Link, Status } from '../lib/model/chain.ts';
import type { Connection, Consumer, Person, Role } from '../lib/model/connection.ts';
import type { Access, Organization, Project, Repository } from '../lib/model/devops.ts';
import type { Plan } from '../lib/model/plan.ts';
import type { Problem } from '../lib/model/problem.ts';
import type { Run, StoredRunEvent } from '../lib/model/run.ts';
import type { WizardStep } from '../lib/routes.ts';

/** What a form's server action answers; a success redirects instead. Keys of `fieldErrors` are the names of form fields. */
export interface FormState {
  readonly fieldErrors?: Readonly<Record<string, readonly string[]>>;
  readonly problem?: Problem;
}
export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;

export interface Crumb {
  readonly label: string;
  /** Absent on the current page, which comes last. */
  readonly href?: string;
}

export interface TopBarProps {
  readonly current?: 'access' | 'connections' | 'credentials' | 'runs';
  /** Absent before sign-in: the bar then shows the mark and the theme alone. */
  readonly user?: { readonly name: string; readonly roles: readonly Role[] };
}

export interface ProblemNoticeProps {
  readonly problem: Problem;
  /** `h2` unless the notice stands inside a section. */
  readonly level?: 2 | 3 | 4;
  /** The one fix: a link or a form's button. */
  readonly fix?: ReactNode;
  /** Where *Continue with Microsoft* leads, when `problem.signIn` is set. */
  readonly signInHref?: string;
  /** Text that names right, scope, role and address; turns the fix into *Copy request*. */
  readonly request?: string;
  /** Refused is not broken: drawn in ink with eye-off. Default: the code ends in `not-permitted` or `not-visible`. */
  readonly notPermitted?: boolean;
  /** Something to know before going on, and nothing that failed. */
  readonly warns?: boolean;
}

/* ---------- chain ---------- */

export interface DiagnosisProps {
  readonly link: Link;
  readonly presented?: NonNullable<CheckRun['presented']>[string];
  readonly check: Pick<CheckRun, 'startedBy' | 'startedAt' | 'id'>;
  /** One button or link; next to it `fixNote` in a sentence. */
  readonly fix?: ReactNode;
  readonly fixNote?: ReactNode;
  readonly request?: string;
  readonly signInHref?: string;
}

export interface LiveCheckProps {
  /** A finished one is drawn from this alone, without a stream. */
  readonly check: CheckRun;
  /** What a running one has told so far; the stream goes on after the last of them. */
  readonly events?: readonly (CheckEvent & { readonly seq: number })[];
  /** NDJSON of `CheckEvent & {seq}`; `after` is set on it when the stream is resumed. */
  readonly streamUrl: string;
  /** Who is looking. */
  readonly viewer: Person;
  /** For each chain that may break: the fix, by problem code. Absent code: no button. */
  readonly fixHrefs?: Readonly<Record<string, string>>;
  /** *Continue with Microsoft* for a problem with `signIn`, by audience. */
  readonly signInHrefs?: Readonly<Partial<Record<'arm' | 'aks' | 'devops', string>>>;
  /** *Check again*; gets `connectionId`. */
  readonly again?: FormAction;
  /** Permanent link, without the origin. */
  readonly href?: string;
}

/* ---------- plan and run ---------- */

/** Goes below the page's `h1`. */
export interface PlanViewProps {
  readonly plan: Plan;
  /** Places for the layer headings, for example `aks-prod-weu · rg-aks-prod`. */
  readonly places?: Readonly<Partial<Record<Plan['changes'][number]['layer'], string>>>;
  /** Absolute address of the page, for *Copy link to this change* and requests. */
  readonly pageUrl?: string;
  /** What it costs, once: `Adds 1 Basic licence, $6.00 a month`. */
  readonly cost?: string;
  /** Where a blocked change's *Continue with Microsoft* leads, by audience. */
  readonly signInHrefs?: Readonly<Partial<Record<'arm' | 'aks' | 'devops', string>>>;
  /** Where the rights are asked for again: this page, read anew. */
  readonly recheckHref?: string;
}

export interface PlanBarProps {
  readonly plan: Plan;
  /** Gets `planHash`, and `confirm` when `plan.confirm` is set. */
  readonly approve: FormAction;
  readonly backHref: string;
  /** Why nothing may be applied; the button is then disabled with this beside it. */
  readonly disabledReason?: string;
  /** Where to go when there is nothing to apply. */
  readonly verifyHref?: string;
}

/** Ends with the bar, which is as wide as the window wherever it stands; so it comes last on its page. */
export interface RunViewProps {
  /** 1 on the run's own page, 2 (default) where a heading is above. */
  readonly level?: 1 | 2;
  readonly run: Run;
  readonly events: readonly StoredRunEvent[];
  readonly streamUrl: string;
  readonly viewer: Person;
  /** Each gets `runId`. Absent: the button is not shown. */
  readonly interrupt?: FormAction;
  readonly resume?: FormAction;
  readonly takeOver?: FormAction;
  readonly verifyHref?: string;
  readonly reviewHref?: string;
  readonly signInHrefs?: Readonly<Partial<Record<'arm' | 'aks' | 'devops', string>>>;
  readonly fixHrefs?: Readonly<Record<string, string>>;
}

/* ---------- connection ---------- */

/** The seven states of a step. */
export const stepStates = ['not-started', 'needs-you', 'waiting', 'running', 'done', 'skipped', 'failed'] as const;
export type StepState = (typeof stepStates)[number];

export interface RailStep {
  readonly step: WizardStep;
  readonly label: string;
  readonly state: StepState;
  /** The derived value, or what is missing. */
  readonly detail: string;
  /** Absent while it cannot be entered. */
  readonly href?: string;
}
export interface RailProps {
  readonly name: string;
  readonly steps: readonly RailStep[];
  readonly current: WizardStep;
}

export interface StepFormProps {
  readonly action: FormAction;
  readonly children: ReactNode;
  readonly backHref?: string;
  /** Default `Continue`. */
  readonly submitLabel?: string;
  /** While the action runs; default `Saving…`. */
  readonly pendingLabel?: string;
  /** Why one cannot go on; disables the button and stands beside it. */
  readonly disabledReason?: string;
  readonly signInHrefs?: Readonly<Partial<Record<'arm' | 'aks' | 'devops', string>>>;
  /** Hidden fields, for example the revision that was read. */
  readonly hidden?: Readonly<Record<string, string>>;
}

/** What could not be read, by name. */
export interface NotVisible {
  readonly name: string;
  readonly problem: Problem;
}

/** Radio `cluster` = ARM id. */
export interface ClusterPickerProps {
  readonly clusters: readonly Cluster[];
  readonly selectedId?: string;
  readonly notVisible?: readonly NotVisible[];
}

/** The shape of a found consumer, as `lib/consumers` returns it. */
export interface FoundConsumerView {
  readonly consumer: Consumer;
  readonly notices: readonly { readonly problem: Problem; readonly blocks: boolean }[];
  readonly notVisible: readonly Problem[];
}
/** Checkbox `consumer` = `consumerKey`. */
export interface ConsumerPickerProps {
  readonly found: readonly FoundConsumerView[];
  /** Title of each kind, by id. */
  readonly titles: Readonly<Record<string, string>>;
  readonly selectedKeys: readonly string[];
  /** What was looked for, for the empty body. */
  readonly looksFor?: readonly string[];
  readonly signInHrefs?: Readonly<Partial<Record<'arm' | 'aks' | 'devops', string>>>;
}
/** Value of a consumer's checkbox. */
export function consumerKey(consumer: Pick<Consumer, 'kind' | 'namespace'>): string {
  return `${consumer.kind}/${consumer.namespace}`;
}

/** Radio `mode` existing|new; `id`; or `name`, `subscriptionId`, `resourceGroup`, `location`, `tags` (one `key=value` a line). */
export interface IdentityPickerProps {
  readonly identities: readonly { readonly identity: Identity; readonly credentials?: number }[];
  readonly subscriptions: readonly Pick<Subscription, 'id' | 'name'>[];
  /** By subscription id. */
  readonly resourceGroups: Readonly<Record<string, readonly string[]>>;
  readonly locations: Readonly<Record<string, readonly string[]>>;
  readonly value: {
    readonly mode: 'existing' | 'new';
    readonly id?: string;
    readonly name: string;
    readonly subscriptionId: string;
    readonly resourceGroup: string;
    readonly location: string;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly notVisible?: readonly NotVisible[];
}

/** `credentials.{i}.namespace`, `.serviceAccount`, `.name`. */
export interface FederationFormProps {
  readonly rows: readonly {
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly name: string;
    readonly subject: string;
    /** An equal one exists under this name: it will be used, not written again. */
    readonly adopts?: string;
    /** Another credential is in the way. */
    readonly clash?: Problem;
  }[];
  /** Absent: known after the issuer is on. */
  readonly issuer?: string;
  readonly audience: string;
  readonly identity: { readonly name: string; readonly isNew: boolean };
  /** Every credential that is on the identity now. */
  readonly existing: readonly {
    readonly name: string;
    readonly issuer: string;
    readonly subject?: string;
    readonly claimsMatchingExpression?: string;
  }[];
}

/**
 * Three steps on one page, chosen by links (`?organization=`, `?project=`), so that it works without a script.
 * The form then posts `organization`, `projectId`, checkbox `repository` = id and `access.{id}` = read|contribute.
 */
export interface DevopsFormProps {
  readonly organizations: readonly (Organization & {
    /** `yes`, or the reason why it cannot be chosen. */
    readonly refused?: Problem;
  })[];
  readonly organization?: string;
  readonly projects?: readonly Project[];
  readonly projectId?: string;
  readonly repositories?: readonly (Repository & {
    readonly selected?: Access;
    /** Sources of the chosen consumers that point here, by name. */
    readonly usedBy?: readonly string[];
  })[];
  /** The page without its query. */
  readonly baseHref: string;
  readonly identityTenant: string;
  /** For example `Basic, $6.00 a month`; or that the identity holds one already. */
  readonly licence: string;
  /** An organisation that could not be read. */
  readonly problem?: Problem;
  readonly signInHrefs?: Readonly<Partial<Record<'arm' | 'aks' | 'devops', string>>>;
}

export interface ConnectionRow {
  readonly connection: Pick<Connection, 'id' | 'name' | 'updatedAt'>;
  readonly href: string;
  readonly cluster?: string;
  /** `Argo CD argocd`, one for each consumer. */
  readonly consumers: readonly string[];
  /** `contoso-eng / Checkout`. */
  readonly target?: string;
  readonly configured: { readonly status: Status; readonly word: string };
  readonly verified: { readonly status: Status; readonly word: string };
  readonly links?: readonly Pick<Link, 'kind' | 'configured' | 'verified'>[];
  readonly lastVerified?: { readonly at: string; readonly by: string; readonly stale: boolean };
  /** Who acts next and what they do; absent: nobody. */
  readonly next?: { readonly who: string; readonly label: string; readonly href: string };
}
export interface ConnectionListProps {
  readonly rows: readonly ConnectionRow[];
  /** Absent for those who may not create one. */
  readonly newHref?: string;
}
