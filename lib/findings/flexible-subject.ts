import { defineFinding, trustEvidence } from './finding.ts';

export const flexibleSubject = defineFinding({
  id: 'F5',
  slug: 'flexible-subject',
  label: 'An expression instead of a subject',
  why: () =>
    'An expression with a wildcard accepts subjects that do not exist yet, so whoever may name a new one gets in. The support for managed identities is a preview that Microsoft’s own pages disagree about.',
  source: 'https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials',
  judge(row) {
    const { credential } = row;
    if (!credential || (credential.subject !== undefined && credential.claimsMatchingExpression === undefined))
      return undefined;
    // AKS makes and keeps this credential for identity bindings.
    if (row.issuer?.kind === 'identity-binding') return undefined;
    return {
      severity: 'high',
      title: 'An expression decides who gets in',
      evidence: [
        ...trustEvidence(row, 'issuer', 'subject'),
        {
          label: 'Expression',
          text: credential.claimsMatchingExpression ?? 'not told by the stable version of the service',
          at: row.readAt,
        },
      ],
      remedy: { type: 'delete-credential' },
    };
  },
});
