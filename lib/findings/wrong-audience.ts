import { defineFinding, trustEvidence } from './finding.ts';

export const wrongAudience = defineFinding({
  id: 'F6',
  slug: 'wrong-audience',
  label: 'Audience is not the expected one',
  why: () =>
    'Tokens for another audience are made for another service, which may keep them or hand them on. The stock injection never asks for this one, so the exchange fails or somebody built a way of their own.',
  source:
    'https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity',
  judge(row, { cloud }) {
    const { credential, issuer } = row;
    if (!credential || issuer?.kind === 'identity-binding') return undefined;
    if (credential.audiences.length === 1 && credential.audiences[0] === cloud.federationAudience) return undefined;
    return {
      severity: 'medium',
      title: 'Audience is not the expected one',
      evidence: [
        ...trustEvidence(row, 'audience'),
        { label: 'Expected', text: cloud.federationAudience },
        ...trustEvidence(row, 'issuer'),
      ],
      remedy: {
        type: 'recreate-credential',
        issuer: credential.issuer,
        subject: credential.subject,
        audience: cloud.federationAudience,
      },
    };
  },
});
