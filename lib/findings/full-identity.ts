import { credentialsPerIdentity } from '../model/azure.ts';
import { defineFinding } from './finding.ts';

const near = credentialsPerIdentity - 2;

export const fullIdentity = defineFinding({
  id: 'F19',
  slug: 'full-identity',
  label: 'Identity is nearly full',
  why: () =>
    `An identity holds at most ${credentialsPerIdentity} credentials, and the next cluster or workload will not fit. Recreating a cluster needs room for the new credentials beside the old ones.`,
  source: 'https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations',
  judge({ identity, credential, readAt }) {
    if (!credential || identity.credentials < near) return undefined;
    return {
      severity: 'low',
      title: `${identity.credentials} of ${credentialsPerIdentity} credentials are used`,
      evidence: [
        {
          label: 'Identity',
          text: `${identity.name}: ${identity.credentials} of ${credentialsPerIdentity}`,
          at: readAt,
        },
      ],
      remedy: { type: 'split-identity' },
    };
  },
});
