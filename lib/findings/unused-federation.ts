import type { FindingEvidence } from '../model/audit.ts';
import { workloadIdentity } from '../model/kubernetes.ts';
import { defineFinding } from './finding.ts';

export const unusedFederation = defineFinding({
  id: 'F15',
  slug: 'unused-federation',
  label: 'Workload does not use it',
  why: () =>
    'The trust stands open while the workload signs in some other way, often with a token that never expires. Either the set-up was never finished, or the trust is not needed.',
  source: 'https://learn.microsoft.com/azure/aks/workload-identity-overview',
  judge({ account, serviceAccount, identity, credential }) {
    if (!credential || !serviceAccount || account.state !== 'read' || !account.value.exists) return undefined;
    const { clientId, workloads } = account.value;
    const annotated = clientId?.toLowerCase() === identity.clientId.toLowerCase();
    const labelled = workloads.some((workload) => workload.labelled);
    const unlabelled = workloads.length > 0 && !labelled;
    if (annotated && !unlabelled) return undefined;
    // An account that nothing runs under and nobody annotated says nothing about who will use it.
    if (clientId === undefined && workloads.length === 0) return undefined;
    const evidence: FindingEvidence[] = [
      {
        label: 'Annotation',
        text:
          clientId === undefined
            ? `${workloadIdentity.clientIdAnnotation} is not set`
            : `${clientId}, expected ${identity.clientId}`,
        at: account.at,
      },
      {
        label: 'Workloads',
        text:
          workloads.length === 0
            ? 'none runs under it'
            : workloads
                .map(({ kind, name, labelled: has }) => `${kind} ${name} ${has ? 'has' : 'lacks'} the label`)
                .join(', '),
        at: account.at,
      },
    ];
    return {
      severity: 'medium',
      title: !annotated ? 'Service account does not name the identity' : 'No workload carries the label',
      evidence,
      remedy: {
        type: 'fit-workload',
        annotate: !annotated,
        label: labelled ? [] : workloads.map(({ kind, name }) => ({ kind, name })),
      },
    };
  },
});
