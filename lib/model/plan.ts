import type { Problem } from './problem.ts';

export const layers = ['cluster', 'identity', 'federation', 'devops', 'kubernetes'] as const;
export type Layer = (typeof layers)[number];

/** One field of a change. A value that only exists after an earlier change is `knownAfter`. */
export interface FieldChange {
  readonly field: string;
  readonly old?: string;
  readonly new?: string;
  readonly knownAfter?: string;
}

/** What reading the world said about one target. */
export type Verdict =
  | { readonly state: 'right'; readonly how: string }
  | { readonly state: 'create'; readonly fields: readonly FieldChange[]; readonly note?: string }
  | {
      readonly state: 'update';
      readonly fields: readonly FieldChange[];
      readonly note?: string;
      readonly irreversible?: string;
    }
  | { readonly state: 'blocked'; readonly problem: Problem };

/** A right that a change needs, and whether this operator has it. `unknown` where the service does not answer the question. */
export interface RightNeeded {
  readonly kind: 'azure' | 'kubernetes' | 'devops';
  /** Action, verb and resource, or role, for example `Microsoft.ManagedIdentity/userAssignedIdentities/write`. */
  readonly right: string;
  /** ARM scope, namespace, or organisation/project. */
  readonly scope: string;
  /** Kubernetes: the object's name, where a right may be limited to it. */
  readonly name?: string;
  /** Narrowest ready-made role, for the request that is copied. */
  readonly role?: string;
}
export interface RightHeld extends RightNeeded {
  readonly held: 'yes' | 'no' | 'unknown';
  /** Why it is unknown, or who can grant it. */
  readonly note?: string;
}

export interface Commands {
  readonly az?: string;
  readonly kubectl?: string;
  readonly terraform?: string;
  readonly bicep?: string;
  /** Patches for a kustomization.yaml, where the object comes from Git. */
  readonly kustomize?: string;
}

export interface PlannedChange {
  /** Unique in the plan: `{change id}:{target key}`. */
  readonly id: string;
  readonly change: string;
  readonly layer: Layer;
  readonly title: string;
  readonly verdict: Verdict;
  readonly rights: readonly RightHeld[];
  readonly commands: Commands;
  readonly needs: readonly string[];
}

export interface Plan {
  readonly connectionId: string;
  readonly revision: number;
  /** SHA-256 over design and observations, hex. Apply refuses another one. */
  readonly hash: string;
  readonly readAt: string;
  readonly changes: readonly PlannedChange[];
  /** Names the operator must type before apply, one for each irreversible change. */
  readonly confirm?: string;
}

export interface PlanTally {
  readonly create: number;
  readonly change: number;
  readonly irreversible: number;
  readonly blocked: number;
  readonly right: number;
}
export function tally(plan: Pick<Plan, 'changes'>): PlanTally {
  const count = (test: (change: PlannedChange) => boolean) => plan.changes.filter(test).length;
  return {
    create: count(({ verdict }) => verdict.state === 'create'),
    change: count(({ verdict }) => verdict.state === 'update' && !verdict.irreversible),
    irreversible: count(({ verdict }) => verdict.state === 'update' && verdict.irreversible !== undefined),
    blocked: count(({ verdict }) => verdict.state === 'blocked'),
    right: count(({ verdict }) => verdict.state === 'right'),
  };
}
/** Changes that apply would write. */
export function pending(plan: Pick<Plan, 'changes'>): readonly PlannedChange[] {
  return plan.changes.filter(({ verdict }) => verdict.state === 'create' || verdict.state === 'update');
}
