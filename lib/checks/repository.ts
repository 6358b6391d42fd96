import type { Repository } from '../model/devops.ts';
import type { Problem } from '../model/problem.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { type CheckContext, defineCheck, type Outcome } from './check.ts';
import { complete, drifted } from './configured.ts';
import { federatedCredential } from './federated-credential.ts';
import { lacksCode } from './membership.ts';
import { readEntitlement, whereVisible } from './reads.ts';

type Designed = CheckContext['design']['devops']['repositories'][number];
interface Reached {
  readonly refs: number;
}

/**
 * Needs only the exchanged token and not the membership, so that git is asked at once: a refusal of a member that is missing is told by the
 * link before this one. REST and git are asked side by side, because git alone cannot say what is missing.
 */
export const repository = defineCheck<Reached, { readonly exchanged: typeof federatedCredential }>({
  id: 'repository',
  needs: { exchanged: federatedCredential },
  timeoutMs: 25_000,
  label: ({ devops }) => ({
    realm: 'devops',
    place: `${devops.organization} / ${devops.project.name}`,
    kind: devops.repositories.length > 1 ? 'Repositories' : 'Repository',
    name: devops.repositories.map(({ name }) => name).join(', '),
  }),
  async run(context, { exchanged }): Promise<Outcome<Reached>> {
    const { ports, design, workload, signal } = context;
    const { organization, project, repositories } = design.devops;
    const devops = ports.devopsAs(exchanged.token);
    const asked = repositories.map(async (designed): Promise<{ refs: number } | { problem: Problem }> => {
      const contributes = workload.access === 'contribute' && designed.access === 'contribute';
      const [found, read, written] = await Promise.allSettled([
        devops.getRepository(organization, project.id, designed.id, signal),
        ports.git.listRefs(designed.url, exchanged.token, 'read', signal),
        contributes ? ports.git.listRefs(designed.url, exchanged.token, 'contribute', signal) : undefined,
      ]);
      if (read.status === 'rejected') return { problem: await explain(context, designed, read.reason, found) };
      if (written.status === 'rejected') return { problem: await explain(context, designed, written.reason, found) };
      return { refs: read.value.refs };
    });
    const results = await Promise.all(asked);
    const broken = results.find((result) => 'problem' in result);
    if (broken && 'problem' in broken) {
      const { problem } = broken;
      if (problem.code.startsWith('upstream/') || problem.code === 'devops/throttled')
        return { status: 'unclear', as: 'unknown', problem };
      return { status: 'fail', configured: drifted, problem };
    }
    const refs = results.reduce((sum, result) => sum + ('refs' in result ? result.refs : 0), 0);
    return {
      status: 'pass',
      value: { refs },
      configured: complete,
      detail: `git lists ${refs} ref${refs === 1 ? '' : 's'}`,
    };
  },
  async configured({ ports, design, signal }) {
    const { organization, project, repositories } = design.devops;
    const found = await Promise.all(
      repositories.map(({ id }) => ports.devops.getRepository(organization, project.id, id, signal)),
    );
    return found.every((each) => each && !each.disabled) ? complete : drifted;
  },
});

/** Azure DevOps gives one answer for a Stakeholder, a missing right and a missing repository; the operator's view tells them apart. */
async function explain(
  context: CheckContext,
  { id, name }: Designed,
  error: unknown,
  asWorkload: PromiseSettledResult<Repository | undefined>,
): Promise<Problem> {
  if (!(error instanceof UpstreamError)) throw error;
  const { ports, design, signal } = context;
  const { organization, project } = design.devops;
  const said = diagnose(error, { organization, project: project.name, repository: name });
  if (
    said.code !== 'devops/repository-missing' &&
    said.code !== 'devops/project-missing' &&
    said.code !== 'upstream/missing'
  )
    return said;
  const upstream = said.upstream ? { upstream: said.upstream } : {};
  const [entitlement, asOperator] = await Promise.all([
    whereVisible(readEntitlement(context)),
    whereVisible(ports.devops.getRepository(organization, project.id, id, signal)),
  ]);
  if (entitlement && lacksCode(entitlement))
    return makeProblem('devops/stakeholder', {
      evidence: [{ label: 'Licence', expected: 'Basic', seen: entitlement.licenseName, seenIn: `in ${organization}` }],
      ...upstream,
    });
  if (asOperator?.disabled)
    return makeProblem('devops/repository-disabled', { title: `Repository ${name} is disabled`, ...upstream });
  // You see it and the workload does not: it exists, and the right is what is missing.
  if (asOperator)
    return makeProblem('devops/no-read', {
      title: `The identity may not read ${name}`,
      evidence: [
        {
          label: 'Repository',
          expected: 'visible',
          expectedFrom: 'to you',
          seen: asWorkload.status === 'fulfilled' && asWorkload.value ? 'listed, not readable' : 'not visible',
          seenIn: 'to the identity',
        },
      ],
      ...upstream,
    });
  return said;
}
