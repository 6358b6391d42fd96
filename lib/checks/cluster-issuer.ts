import { differenceInWords } from '../problems/difference.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { defineCheck, type Outcome } from './check.ts';
import { complete, drifted } from './configured.ts';
import { readCluster } from './reads.ts';
import { serviceAccount } from './service-account.ts';

export const clusterIssuer = defineCheck<{ readonly issuer: string }, { readonly assertion: typeof serviceAccount }>({
  id: 'cluster-issuer',
  needs: { assertion: serviceAccount },
  timeoutMs: 15_000,
  label: ({ cluster }, { namespace }) => ({
    realm: 'kubernetes',
    place: `${cluster.name} / ${namespace}`,
    kind: 'Cluster issuer',
    name: cluster.name,
  }),
  async run(context, { assertion }): Promise<Outcome<{ readonly issuer: string }>> {
    const cluster = await readCluster(context);
    const { name } = context.design.cluster;
    if (!cluster)
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('cluster/missing', { title: `Cluster ${name} does not exist any more` }),
      };
    const { issuer: seen } = assertion.claims;
    const evidence = [
      {
        label: 'Issuer',
        ...(cluster.issuerUrl ? { expected: cluster.issuerUrl, expectedFrom: 'from AKS' } : {}),
        seen,
        seenIn: 'in token',
      },
    ];
    if (!cluster.oidcIssuerEnabled || !cluster.issuerUrl)
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('cluster/issuer-off', { title: `The OIDC issuer of ${name} is off`, evidence }),
      };
    if (!cluster.workloadIdentityEnabled)
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('cluster/workload-identity-off', { title: `Workload identity is off on ${name}` }),
      };
    // Byte for byte, as Entra compares it: a lenient comparison would call a broken trust right.
    if (cluster.issuerUrl !== seen)
      return {
        status: 'fail',
        configured: complete,
        problem: makeProblem('cluster/token-issuer-differs', {
          cause: `The token’s issuer is not the one that AKS reports: ${differenceInWords(cluster.issuerUrl, seen)}.`,
          evidence,
        }),
      };
    return { status: 'pass', value: { issuer: seen }, configured: complete, detail: seen };
  },
  async configured(context) {
    const cluster = await readCluster(context);
    return cluster?.oidcIssuerEnabled && cluster.workloadIdentityEnabled ? complete : drifted;
  },
});
