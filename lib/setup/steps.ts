import type { CloudEnvironment } from '../model/cloud.ts';
import type { AnswerStep, Answers, Connection, Consumer, Design, FederationChoice } from '../model/connection.ts';
import type { WizardStep } from '../routes.ts';

export type StepStatus = 'locked' | 'open' | 'stale' | 'done';

/** Which answers an answer is given against. A change there makes it stale; it is kept and asked again. */
export const stepNeeds = {
  cluster: [],
  consumers: ['cluster'],
  identity: ['cluster'],
  federation: ['cluster', 'consumers', 'identity'],
  devops: ['consumers', 'identity'],
} as const satisfies Record<AnswerStep, readonly AnswerStep[]>;

export const answerSteps = ['cluster', 'consumers', 'identity', 'federation', 'devops'] as const satisfies AnswerStep[];

/** Derived, never stored: a status that is written down would be wrong after the next answer. */
export function stepStatuses({ answers }: Pick<Connection, 'answers'>): Readonly<Record<WizardStep, StepStatus>> {
  const status = {} as Record<AnswerStep, StepStatus>;
  for (const step of answerSteps) status[step] = statusOf(step, answers, status);
  const complete = answerSteps.every((step) => status[step] === 'done');
  const last = complete ? 'open' : 'locked';
  return { ...status, review: last, apply: last, verify: last };
}

function statusOf(step: AnswerStep, answers: Answers, before: Readonly<Record<AnswerStep, StepStatus>>): StepStatus {
  const needs: readonly AnswerStep[] = stepNeeds[step];
  if (needs.some((need) => !answers[need])) return 'locked';
  const saved = answers[step];
  if (!saved) return 'open';
  const fresh = needs.every((need) => before[need] === 'done' && saved.basedOn[need] === answers[need]?.revision);
  return fresh ? 'done' : 'stale';
}

/** The answers with one more, which remembers what it was given against. Saving the same value again confirms a stale answer. */
export function withAnswer<Step extends AnswerStep>(
  answers: Answers,
  step: Step,
  value: NonNullable<Answers[Step]>['value'],
): Answers {
  const before = answers[step];
  const unchanged = before !== undefined && canonicalJson(before.value) === canonicalJson(value);
  const revision = unchanged ? before.revision : (before?.revision ?? 0) + 1;
  const basedOn = Object.fromEntries(stepNeeds[step].map((need) => [need, answers[need]?.revision ?? 0]));
  return { ...answers, [step]: { value, revision, basedOn } };
}

/** What plans, runs and checks work on, or the steps that still need an answer. */
export function completeDesign(
  connection: Connection,
  cloud: Pick<CloudEnvironment, 'federationAudience'>,
): { readonly design: Design } | { readonly missing: readonly AnswerStep[] } {
  const statuses = stepStatuses(connection);
  const missing = answerSteps.filter((step) => statuses[step] !== 'done');
  const { cluster, consumers, identity, federation, devops } = connection.answers;
  if (missing.length > 0 || !cluster || !consumers || !identity || !federation || !devops) return { missing };
  return {
    design: {
      connectionId: connection.id,
      name: connection.name,
      revision: connection.revision,
      cluster: cluster.value,
      consumers: consumers.value.consumers,
      identity: identity.value,
      credentials: federation.value.credentials,
      devops: devops.value,
      tenantId: connection.tenantId,
      federationAudience: cloud.federationAudience,
    },
  };
}

/** The first step that a person should see. */
export function nextStep(connection: Pick<Connection, 'answers'>): WizardStep {
  const statuses = stepStatuses(connection);
  return answerSteps.find((step) => statuses[step] !== 'done') ?? 'review';
}

const nameLimit = 120;

/** `{cluster}-{serviceAccount}`, made to fit the rules of credential names. */
export function suggestCredentialName(cluster: string, serviceAccount: string): string {
  const plain = `${cluster}-${serviceAccount}`.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  const cut = plain.slice(0, nameLimit).replace(/[-_]+$/, '');
  return cut.length >= 3 ? cut : `fic-${cut}`;
}

/** One credential for each service account of the consumers; two that would be named alike are told apart by their namespace. */
export function suggestCredentials(cluster: string, consumers: readonly Consumer[]): FederationChoice['credentials'] {
  const credentials = new Map<string, FederationChoice['credentials'][number]>();
  const taken = new Set<string>();
  for (const { namespace, workloads } of consumers) {
    for (const { serviceAccount } of workloads) {
      const subject = `${namespace}/${serviceAccount}`;
      if (credentials.has(subject)) continue;
      const short = suggestCredentialName(cluster, serviceAccount);
      const name = taken.has(short.toLowerCase())
        ? suggestCredentialName(cluster, `${namespace}-${serviceAccount}`)
        : short;
      taken.add(name.toLowerCase());
      credentials.set(subject, { namespace, serviceAccount, name });
    }
  }
  return [...credentials.values()];
}

/** `id-{connection}`, made to fit the rules of identity names. */
export function suggestIdentityName(connection: string): string {
  return `id-${connection.replace(/[^A-Za-z0-9_-]+/g, '-')}`.slice(0, 128).replace(/[-_]+$/, '');
}

/** JSON with sorted keys, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)))
      : inner,
  );
}
