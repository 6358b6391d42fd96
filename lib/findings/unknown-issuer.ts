import { defineFinding, reachEvidence, trustEvidence } from './finding.ts';

export const unknownIssuer = defineFinding({
  id: 'F1',
  slug: 'unknown-issuer',
  label: 'Issuer is not a known platform',
  why: ({ issuer }) =>
    `Whoever runs ${issuer?.host ?? 'this issuer'} can sign a token with any subject and become this identity. The credential has no secret and no expiry, so rotating secrets does not close it.`,
  source: 'https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations',
  judge(row) {
    if (row.issuer?.kind !== 'unknown') return undefined;
    return {
      severity: 'critical',
      title: 'Issuer is not a known platform',
      evidence: [...trustEvidence(row, 'issuer', 'subject'), ...reachEvidence(row)],
      remedy: { type: 'delete-credential' },
    };
  },
});
