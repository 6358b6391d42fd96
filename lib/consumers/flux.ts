import { fluxCommitStatus } from '../changes/flux-commit-status.ts';
import { fluxGitRepository } from '../changes/flux-git-repository.ts';
import { clusterIssuer } from '../checks/cluster-issuer.ts';
import { federatedCredential } from '../checks/federated-credential.ts';
import { fluxWord } from '../checks/flux-word.ts';
import { identity } from '../checks/identity.ts';
import { membership } from '../checks/membership.ts';
import { pod } from '../checks/pod.ts';
import { repository } from '../checks/repository.ts';
import { serviceAccount } from '../checks/service-account.ts';
import { fluxKind } from '../model/flux.ts';
import { defineConsumerKind } from './consumer-kind.ts';
import { discoverFlux } from './flux-discovery.ts';

export const flux = defineConsumerKind({
  id: fluxKind,
  title: 'Flux',
  looksFor: 'A Deployment that is Flux’ source-controller, by its labels or image, in any namespace that you may list.',
  discover: discoverFlux,
  changes: [fluxGitRepository, fluxCommitStatus],
  checks: [pod, serviceAccount, clusterIssuer, federatedCredential, identity, membership, repository, fluxWord],
  summary({ version, workloads }) {
    const count = workloads.length;
    return `Flux${version ? ` ${version}` : ''}, ${count} controller${count === 1 ? '' : 's'}`;
  },
});
