import { flagKey, passwordKeys, readableKeys, repositorySecretSelector, secretType } from '../model/argocd.ts';
import { type ArgocdApplication, applicationKind, applicationsOf, errorOf } from '../model/argocd-application.ts';
import type { Problem } from '../model/problem.ts';
import { addressForm, coversRepository, sameRepository } from '../model/repository-url.ts';
import { diagnoseText } from '../problems/diagnose-text.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { type CheckContext, defineCheck, type Outcome } from './check.ts';
import { complete, drifted, notVisible, usesPat } from './configured.ts';
import { wordOutcome } from './young-word.ts';

interface Word {
  readonly synced: number;
}

/** What Argo CD itself says of the applications that come from the design's repositories, and how their secrets sign in. */
export const argocdWord = defineCheck<Word>({
  id: 'argocd-word',
  needs: {},
  timeoutMs: 15_000,
  label: ({ cluster }, { namespace, version }) => ({
    realm: 'consumer',
    place: version ? `Argo CD ${version}` : 'Argo CD',
    kind: 'Argo CD’s own word',
    name: `${cluster.name} / ${namespace}`,
  }),
  async run(context): Promise<Outcome<Word>> {
    const [secrets, applications] = await Promise.all([secretProblem(context), ownApplications(context)]);
    const configured = secrets.configured;
    if (secrets.problem) return { status: 'fail', configured, problem: secrets.problem };
    for (const { metadata, status } of applications) {
      const error = errorOf({ status });
      if (!error) continue;
      const problem = wordProblem(context, metadata.name, error.message);
      return { ...wordOutcome(context, { problem, since: error.lastTransitionTime, consumer: 'Argo CD' }), configured };
    }
    const synced = applications.filter(({ status }) => status?.sync?.status === 'Synced').length;
    const unknown = applications.find(({ status }) => !status?.sync?.status || status.sync.status === 'Unknown');
    if (unknown)
      return {
        status: 'unclear',
        as: 'waiting',
        configured,
        problem: makeProblem('argocd/not-synced', {
          title: `Argo CD has not said anything about ${unknown.metadata.name} yet`,
          cause: 'It compares its applications every few minutes.',
          remedy: 'Wait, or press Refresh in Argo CD, and check again.',
        }),
      };
    const detail =
      applications.length === 0
        ? 'No application uses these repositories yet'
        : `${synced} of ${applications.length} synced`;
    return { status: 'pass', value: { synced }, configured, detail };
  },
  async configured(context) {
    return (await secretProblem(context)).configured;
  },
});

async function ownApplications({
  ports,
  design,
  consumer,
  signal,
  once,
}: CheckContext): Promise<readonly ArgocdApplication[]> {
  const kubernetes = await ports.kubernetes(design.cluster);
  const found = await once(`applications ${consumer.namespace}`, () =>
    kubernetes.list(applicationKind, { namespace: consumer.namespace }, signal),
  );
  return applicationsOf(found, design.devops.repositories);
}

async function secretProblem(context: CheckContext): Promise<{ problem?: Problem; configured: typeof complete }> {
  const { ports, design, consumer, signal, once } = context;
  try {
    const kubernetes = await ports.kubernetes(design.cluster);
    const secrets = await once(`secrets ${consumer.namespace}`, () =>
      kubernetes.listSecrets(consumer.namespace, repositorySecretSelector, readableKeys, signal),
    );
    for (const { name, url } of design.devops.repositories) {
      const direct = secrets.filter((secret) => sameRepository(secret.values.url ?? '', url));
      const templates = secrets.filter(
        (secret) => secret.labels[secretType] === 'repo-creds' && coversRepository(secret.values.url ?? '', url),
      );
      // A repository without a credential of its own takes the longest matching template's.
      const bearing = direct.filter(({ keys }) => [flagKey, ...passwordKeys].some((key) => keys.includes(key)));
      const [best] = templates.toSorted(
        (left, right) => addressForm(right.values.url ?? '').length - addressForm(left.values.url ?? '').length,
      );
      const deciding = bearing.length > 0 ? bearing : best ? [best] : direct;
      if (deciding.length === 0)
        return {
          configured: drifted,
          problem: makeProblem('argocd/no-secret', { title: `Argo CD has no secret for ${name}` }),
        };
      for (const secret of deciding) {
        const left = passwordKeys.filter((key) => secret.keys.includes(key) && key !== 'username');
        const seen = secret.values[flagKey] ?? '';
        if (left.length > 0)
          return {
            configured: usesPat,
            problem: makeProblem('argocd/password-left', {
              title: `Repository secret ${secret.name} still holds a password`,
              evidence: [
                { label: 'Keys', expected: 'no password', seen: left.join(', '), seenIn: `in ${secret.name}` },
              ],
            }),
          };
        if (seen !== 'true')
          return {
            configured: drifted,
            problem: makeProblem('argocd/flag-missing', {
              title: `Repository secret ${secret.name} does not ask for workload identity`,
              evidence: [{ label: flagKey, expected: 'true', seen, seenIn: `in ${secret.name}` }],
            }),
          };
      }
    }
    return { configured: complete };
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.kind !== 'refused') throw error;
    return { configured: notVisible };
  }
}

function wordProblem({ design, consumer }: CheckContext, name: string, text: string): Problem {
  const problem = diagnoseText(text, {
    consumer: 'argocd',
    version: consumer.version,
    organization: design.devops.organization,
  });
  return {
    ...problem,
    evidence: [
      ...problem.evidence,
      { label: `Condition of ${name}`, seen: text.slice(0, 600), seenIn: 'in Application' },
    ],
  };
}
