import type { TokenClaims } from '../model/kubernetes.ts';
import { workloadIdentity } from '../model/kubernetes.ts';
import type { AccessToken } from '../ports.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { defineCheck } from './check.ts';
import { complete, drifted } from './configured.ts';
import { readIdentity, whereVisible } from './reads.ts';

export interface PresentedAssertion {
  readonly token: AccessToken;
  readonly claims: TokenClaims;
  /** What the webhook injects: from the annotations, the tenant else the cluster's own. */
  readonly clientId: string;
  readonly tenantId: string;
}

/** Kubernetes' least; the token is used within seconds and dropped. */
const tokenSeconds = 600;

export const serviceAccount = defineCheck<PresentedAssertion>({
  id: 'service-account',
  needs: {},
  timeoutMs: 15_000,
  label: ({ cluster }, { namespace }, workload) => ({
    realm: 'kubernetes',
    place: `${cluster.name} / ${namespace}`,
    kind: 'Service account',
    name: workload.serviceAccount,
  }),
  async run(context) {
    const { ports, design, consumer, workload, signal, present } = context;
    const { namespace } = consumer;
    const name = workload.serviceAccount;
    // Asked beside the cluster, since it takes as long; an operator who may not read it still gets everything else proved.
    const reading = whereVisible(readIdentity(context));
    const kubernetes = await ports.kubernetes(design.cluster);
    const [account, requested] = await Promise.allSettled([
      kubernetes.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name }, signal),
      kubernetes.requestToken({ namespace, name }, ports.cloud.federationAudience, tokenSeconds, signal),
    ]);
    const identity = await reading;
    if (account.status === 'rejected') throw account.reason;
    if (!account.value)
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('kubernetes/missing', { title: `Service account ${namespace}/${name} does not exist` }),
      };
    const { clientIdAnnotation, tenantIdAnnotation } = workloadIdentity;
    const annotations = account.value.metadata.annotations ?? {};
    const clientId = annotations[clientIdAnnotation];
    const evidence = [
      {
        label: clientIdAnnotation,
        ...(identity ? { expected: identity.clientId, expectedFrom: `from ${identity.name}` } : {}),
        seen: clientId ?? '',
        seenIn: 'in service account',
      },
    ];
    if (!clientId)
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('injection/annotation-missing', { evidence }),
      };
    if (identity && clientId.toLowerCase() !== identity.clientId.toLowerCase())
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('injection/annotation-differs', { evidence }),
      };
    if (requested.status === 'rejected') throw requested.reason;
    const { token, claims } = requested.value;
    present(claims);
    return {
      status: 'pass',
      value: { token, claims, clientId, tenantId: annotations[tenantIdAnnotation] ?? design.tenantId },
      configured: complete,
      detail: `Token issued for ${claims.audience}`,
    };
  },
});
