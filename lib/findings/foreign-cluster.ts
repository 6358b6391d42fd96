import { defineFinding, reachEvidence, trustEvidence } from './finding.ts';

export const foreignCluster = defineFinding({
  id: 'F3',
  slug: 'foreign-cluster',
  label: 'Cluster of another tenant',
  why: () =>
    'The trusted cluster belongs to another organisation, whose administrators decide which pod gets this subject. Nothing that you change in your own tenant limits them.',
  source: 'https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies#managed-identity',
  judge(row) {
    const { issuer } = row;
    if (issuer?.kind !== 'aks-foreign') return undefined;
    return {
      severity: 'critical',
      title: 'Cluster of another tenant',
      evidence: [
        ...trustEvidence(row, 'issuer', 'subject'),
        { label: 'Tenant of the cluster', text: issuer.tenantId ?? '', at: row.readAt },
        { label: 'Tenant of the identity', text: row.identity.tenantId, at: row.readAt },
        ...reachEvidence(row),
      ],
      remedy: { type: 'delete-credential' },
    };
  },
});
