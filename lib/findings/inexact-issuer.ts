import { differenceInWords } from '../problems/difference.ts';
import { defineFinding } from './finding.ts';

export const inexactIssuer = defineFinding({
  id: 'F16',
  slug: 'inexact-issuer',
  label: 'Issuer differs in slash, space or case',
  why: () =>
    'Entra compares issuers character by character, so this trust lets nobody in. It looks right in every list, and the workload falls back to whatever it had before.',
  source: 'https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes',
  judge(row, { cloud }) {
    const { credential, issuer } = row;
    if (!credential || !issuer?.cluster || issuer.cluster.exact) return undefined;
    return {
      severity: 'medium',
      title: 'Issuer is not exactly the cluster’s',
      evidence: [
        { label: 'Issuer', text: credential.issuer, at: row.readAt },
        { label: 'Cluster’s', text: issuer.cluster.issuer, at: row.readAt },
        { label: 'Difference', text: differenceInWords(issuer.cluster.issuer, credential.issuer) ?? '' },
      ],
      remedy: {
        type: 'recreate-credential',
        issuer: issuer.cluster.issuer,
        subject: credential.subject,
        audience: cloud.federationAudience,
      },
    };
  },
});
