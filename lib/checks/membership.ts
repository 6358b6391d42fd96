import type { DevopsCaller, Entitlement } from '../model/devops.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { type CheckContext, defineCheck, type Outcome } from './check.ts';
import { complete, drifted } from './configured.ts';
import { federatedCredential } from './federated-credential.ts';
import { readCluster, readEntitlement, readIdentity, whereVisible } from './reads.ts';

interface Member {
  readonly caller: DevopsCaller;
}

export const membership = defineCheck<Member, { readonly exchanged: typeof federatedCredential }>({
  id: 'membership',
  needs: { exchanged: federatedCredential },
  timeoutMs: 20_000,
  label: ({ devops }) => ({
    realm: 'devops',
    place: devops.organization,
    kind: 'Membership',
    name: devops.organization,
  }),
  async run(context, { exchanged }): Promise<Outcome<Member>> {
    const { ports, design, signal } = context;
    const { organization } = design.devops;
    const asking = ports.devopsAs(exchanged.token).whoAmI(organization, signal);
    const [caller, entitlement] = await Promise.all([
      asking.catch((error: unknown) => explain(context, error)),
      whereVisible(readEntitlement(context)),
    ]);
    if ('status' in caller) return caller;
    if (entitlement && lacksCode(entitlement))
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('devops/stakeholder', {
          title: `The identity’s licence in ${organization} is ${entitlement.licenseName}, which reads no code`,
          evidence: [
            { label: 'Licence', expected: 'Basic', seen: entitlement.licenseName, seenIn: `in ${organization}` },
          ],
        }),
      };
    // `connectionData` names the member by its storage key, which is the entitlement's id.
    if (entitlement && entitlement.id.toLowerCase() !== caller.id.toLowerCase())
      return {
        status: 'fail',
        configured: complete,
        problem: makeProblem('devops/other-identity', {
          evidence: [
            {
              label: 'Member',
              expected: entitlement.id,
              expectedFrom: 'from entitlement',
              seen: caller.id,
              seenIn: 'in connectionData',
            },
          ],
        }),
      };
    const licence = entitlement ? `, ${entitlement.licenseName}` : '';
    return {
      status: 'pass',
      value: { caller },
      configured: complete,
      detail: `Azure DevOps knows it as ${caller.displayName}${licence}`,
    };
  },
  async configured(context) {
    const entitlement = await readEntitlement(context);
    return entitlement && !lacksCode(entitlement) ? complete : drifted;
  },
});

export function lacksCode({ license }: Entitlement): boolean {
  return license === 'stakeholder' || license === 'none';
}

/** The third GUID of TF401444 says who was seen; compared with identity and kubelet it tells three failures apart. */
async function explain(context: CheckContext, error: unknown): Promise<Outcome<Member>> {
  if (!(error instanceof UpstreamError)) throw error;
  const [identity, cluster] = await Promise.all([
    whereVisible(readIdentity(context)),
    whereVisible(readCluster(context)),
  ]);
  const problem = diagnose(error, {
    organization: context.design.devops.organization,
    ...(identity ? { principalId: identity.principalId } : {}),
    ...(cluster?.kubeletObjectId ? { kubeletObjectId: cluster.kubeletObjectId } : {}),
  });
  if (['throttled', 'unavailable', 'unreachable'].includes(error.kind))
    return { status: 'unclear', as: 'unknown', problem };
  return { status: 'fail', configured: problem.code === 'devops/not-a-member' ? drifted : complete, problem };
}
