import type { Source } from '../model/connection.ts';
import { type FluxObjectKind, fluxObjects, fluxRoles, gitRepositorySchema, readyOf } from '../model/flux.ts';
import { type KubernetesObject, keeperOf } from '../model/kubernetes.ts';
import type { Problem } from '../model/problem.ts';
import { sameRepository } from '../model/repository-url.ts';
import { diagnoseText } from '../problems/diagnose-text.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { type CheckContext, defineCheck, type Outcome } from './check.ts';
import { complete, drifted, notVisible, usesPat } from './configured.ts';
import { wordOutcome } from './young-word.ts';

interface Word {
  readonly ready: number;
}
type Configured = typeof complete;

/** Which objects a controller speaks through. Providers have no status: Flux says nothing of them. */
const spokesmen: Readonly<Record<string, FluxObjectKind>> = {
  [fluxRoles.source]: 'GitRepository',
  [fluxRoles.automation]: 'ImageUpdateAutomation',
};

/** What Flux itself says of the objects that come from the design's repositories, and how they sign in. */
export const fluxWord = defineCheck<Word>({
  id: 'flux-word',
  needs: {},
  timeoutMs: 15_000,
  label: ({ cluster }, { namespace, version }) => ({
    realm: 'consumer',
    place: version ? `Flux ${version}` : 'Flux',
    kind: 'Flux’ own word',
    name: `${cluster.name} / ${namespace}`,
  }),
  async run(context): Promise<Outcome<Word>> {
    const { configured, problem, warning } = await signIns(context);
    if (problem) return { status: 'fail', configured, problem };
    const spokesman = spokesmen[context.workload.role];
    const objects = spokesman ? await ownObjects(context, spokesman) : [];
    let waiting: Problem | undefined;
    for (const object of objects) {
      const ready = readyOf(object);
      if (ready?.status === 'False')
        return {
          ...wordOutcome(context, {
            problem: wordProblem(context, object, ready.message),
            since: ready.lastTransitionTime,
            consumer: 'Flux',
          }),
          configured,
        };
      if (ready?.status !== 'True') waiting ??= silence(object);
    }
    if (waiting) return { status: 'unclear', as: 'waiting', configured, problem: waiting };
    const detail = spokesman
      ? `${objects.length} of ${objects.length} ready`
      : 'Flux keeps no state of what it reports to commits';
    const word = { value: { ready: objects.length }, configured, detail };
    return warning ? { status: 'warn', problem: warning, ...word } : { status: 'pass', ...word };
  },
  async configured(context) {
    return (await signIns(context)).configured;
  },
});

/** The objects of the design that this workload uses, each with what it says. One that is gone is left out. */
async function ownObjects(context: CheckContext, kind: FluxObjectKind): Promise<readonly KubernetesObject[]> {
  const { ports, design, consumer, signal, once } = context;
  const kubernetes = await ports.kubernetes(design.cluster);
  const found = await Promise.all(
    sourcesOf(context, kind).map(({ name, namespace = consumer.namespace }) => {
      const ref = { apiVersion: fluxObjects[kind][0], kind, namespace, name };
      return once(`${kind} ${namespace}/${name}`, () => kubernetes.get(ref, signal));
    }),
  );
  return found.flatMap((object) => (object ? [object] : []));
}

/** Image automation signs in through the GitRepositories that its automations name, and has no part in others. */
function sourcesOf({ consumer, design, workload }: CheckContext, kind: FluxObjectKind): readonly Source[] {
  const pushes = workload.role === fluxRoles.automation;
  const concerns = (url: string) =>
    !pushes || consumer.sources.some((other) => other.type === 'ImageUpdateAutomation' && other.url === url);
  return consumer.sources.filter(
    ({ type, url }) =>
      type === kind &&
      concerns(url) &&
      design.devops.repositories.some((repository) => sameRepository(repository.url, url)),
  );
}

/** How the objects sign in. Image automation uses the GitRepository's way, so that is looked at for both. */
async function signIns(
  context: CheckContext,
): Promise<{ readonly configured: Configured; readonly problem?: Problem; readonly warning?: Problem }> {
  const reports = context.workload.role === fluxRoles.notification;
  let warning: Problem | undefined;
  try {
    for (const object of await ownObjects(context, reports ? 'Provider' : 'GitRepository')) {
      const { provider = 'generic', secretRef } = gitRepositorySchema.partial().safeParse(object.spec).data ?? {};
      const name = `${object.kind} ${object.metadata.name}`;
      const seenIn = `in ${object.metadata.name}`;
      if (!reports && provider !== 'azure')
        return {
          configured: secretRef ? usesPat : drifted,
          problem: makeProblem('flux/provider-missing', {
            title: `${name} does not ask for workload identity`,
            evidence: [{ label: 'Provider', expected: 'azure', seen: provider, seenIn }],
          }),
        };
      if (!secretRef) continue;
      const keeper = keeperOf(object, 'spec', 'secretRef');
      const evidence = [{ label: 'Secret', seen: secretRef.name, seenIn }];
      if (reports && !keeper)
        return {
          configured: usesPat,
          problem: makeProblem('flux/secret-used', { title: `${name} uses a PAT`, evidence }),
        };
      warning ??= makeProblem(keeper ? 'flux/secret-in-git' : 'flux/secret-left', {
        title: `${name} still refers to the secret ${secretRef.name}`,
        evidence: keeper ? [...evidence, { label: 'Applied by', seen: keeper, seenIn: 'in managed fields' }] : evidence,
        ...(keeper ? { fix: undefined } : {}),
      });
    }
    return { configured: warning ? drifted : complete, ...(warning ? { warning } : {}) };
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.kind !== 'refused') throw error;
    return { configured: notVisible };
  }
}

function wordProblem({ design, consumer }: CheckContext, { kind, metadata }: KubernetesObject, text: string): Problem {
  const problem = diagnoseText(text, {
    consumer: 'flux',
    ...(consumer.version ? { version: consumer.version } : {}),
    organization: design.devops.organization,
  });
  const said = { label: `Condition of ${metadata.name}`, seen: text.slice(0, 600), seenIn: `in ${kind}` };
  return { ...problem, evidence: [...problem.evidence, said] };
}

function silence({ kind, metadata }: KubernetesObject): Problem {
  return makeProblem('flux/not-ready', {
    title: `Flux has not said anything about ${kind} ${metadata.name} yet`,
    cause: 'It reconciles its objects at their own interval.',
    remedy: 'Wait, or run flux reconcile, and check again.',
  });
}
