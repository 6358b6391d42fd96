import { defineFinding, reachEvidence, trustEvidence } from './finding.ts';

/** That no cluster is seen proves nothing while some could not be read; that one was seen before, and its place is read, does. */
export const missingCluster = defineFinding({
  id: 'F4',
  slug: 'missing-cluster',
  label: 'Cluster is not there',
  why: ({ issuer }) =>
    issuer?.goneCluster
      ? 'The cluster behind this trust is gone, and a new one of its name gets another issuer. The credential is dead weight that hides what is still in use.'
      : 'No cluster that you can see has this issuer, so nobody here can say who runs it. Either somebody outside your view does, or the trust is dead.',
  source: 'https://learn.microsoft.com/azure/aks/use-oidc-issuer',
  judge(row, { clustersComplete, clustersRead }) {
    const { issuer } = row;
    if (issuer?.kind !== 'aks' || issuer.cluster) return undefined;
    if (issuer.goneCluster)
      return {
        severity: 'high',
        title: 'Cluster no longer exists',
        evidence: [
          ...trustEvidence(row, 'issuer', 'subject'),
          { label: 'Cluster', text: `${issuer.goneCluster.name} had this issuer`, at: issuer.goneCluster.seenAt },
          { label: 'Now', text: 'Its subscription was read and does not hold it.', at: row.readAt },
          ...reachEvidence(row),
        ],
        remedy: { type: 'delete-credential' },
      };
    if (!clustersComplete) return undefined;
    return {
      severity: 'medium',
      title: 'No visible cluster has this issuer',
      evidence: [
        ...trustEvidence(row, 'issuer', 'subject'),
        {
          label: 'Clusters read',
          text: `${clustersRead}, all of the subscriptions that you see. A cluster elsewhere is not visible to you.`,
          at: row.readAt,
        },
        ...reachEvidence(row),
      ],
      remedy: { type: 'delete-credential' },
    };
  },
});
