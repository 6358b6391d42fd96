import { defineFinding, reachEvidence, trustEvidence } from './finding.ts';

export const missingServiceAccount = defineFinding({
  id: 'F7',
  slug: 'missing-account',
  label: 'Service account does not exist',
  why: ({ serviceAccount }) =>
    `Whoever may create a service account named ${serviceAccount?.name ?? ''} in ${serviceAccount?.namespace ?? ''} becomes this identity. The credential has no secret and no expiry, so rotating or revoking tokens does not close it.`,
  source: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  judge(row) {
    const { account, serviceAccount, issuer } = row;
    if (!serviceAccount || account.state !== 'read' || account.value.exists) return undefined;
    const { namespaceExists } = account.value;
    const name = `${serviceAccount.namespace}/${serviceAccount.name}`;
    return {
      severity: 'high',
      title: namespaceExists ? 'Service account does not exist' : 'Namespace does not exist',
      evidence: [
        { label: 'Cluster', text: issuer?.cluster?.name ?? '', at: account.at },
        {
          label: 'Service account',
          text: `${name} is absent. The namespace ${namespaceExists ? 'is there.' : 'is absent, too.'}`,
          at: account.at,
        },
        ...trustEvidence(row, 'subject'),
        ...reachEvidence(row),
      ],
      remedy: { type: 'delete-credential' },
    };
  },
});
