import { defineFinding, reachEvidence, trustEvidence } from './finding.ts';

export const defaultServiceAccount = defineFinding({
  id: 'F8',
  slug: 'default-account',
  label: 'Subject is the default service account',
  why: ({ serviceAccount }) =>
    `Every pod in ${serviceAccount?.namespace ?? 'the namespace'} that names no service account runs under this one. One label on any of them is enough to become the identity.`,
  source: 'https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts',
  judge(row) {
    if (row.serviceAccount?.name !== 'default') return undefined;
    return {
      severity: 'high',
      title: 'Subject is the default service account',
      evidence: [...trustEvidence(row, 'subject', 'issuer'), ...reachEvidence(row)],
      remedy: { type: 'own-service-account' },
    };
  },
});
