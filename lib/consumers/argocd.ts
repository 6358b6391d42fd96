import { argocdRefresh } from '../changes/argocd-refresh.ts';
import { argocdRepositorySecret } from '../changes/argocd-repository-secret.ts';
import { argocdWord } from '../checks/argocd-word.ts';
import { clusterIssuer } from '../checks/cluster-issuer.ts';
import { federatedCredential } from '../checks/federated-credential.ts';
import { identity } from '../checks/identity.ts';
import { membership } from '../checks/membership.ts';
import { pod } from '../checks/pod.ts';
import { repository } from '../checks/repository.ts';
import { serviceAccount } from '../checks/service-account.ts';
import { discoverArgocd } from './argocd-discovery.ts';
import { defineConsumerKind } from './consumer-kind.ts';

export const argocd = defineConsumerKind({
  id: 'argocd',
  title: 'Argo CD',
  looksFor: 'A Deployment that is Argo CD’s repo-server, by its labels or image, in any namespace that you may list.',
  discover: discoverArgocd,
  changes: [argocdRepositorySecret, argocdRefresh],
  checks: [pod, serviceAccount, clusterIssuer, federatedCredential, identity, membership, repository, argocdWord],
  summary({ version, workloads }) {
    const count = new Set(workloads.map((workload) => workload.serviceAccount)).size;
    return `Argo CD${version ? ` ${version}` : ''}, ${count} service account${count === 1 ? '' : 's'}`;
  },
});
