import { defineFinding, reachEvidence, trustEvidence } from './finding.ts';

export const selfHostableIssuer = defineFinding({
  id: 'F2',
  slug: 'self-hostable-issuer',
  label: 'Issuer on a self-hostable name',
  why: ({ issuer }) =>
    `Names such as ${issuer?.host ?? 'this one'} are given to whoever asks first, and a static file there is enough to be an issuer. Whoever holds the name now, or takes it once it is given up, becomes this identity.`,
  source: 'https://dirkjanm.io/persisting-with-federated-credentials-entra-apps-managed-identities/',
  judge(row) {
    if (row.issuer?.kind !== 'self-hostable') return undefined;
    return {
      severity: 'critical',
      title: 'Issuer on a self-hostable name',
      evidence: [...trustEvidence(row, 'issuer', 'subject'), ...reachEvidence(row)],
      remedy: { type: 'delete-credential' },
    };
  },
});
