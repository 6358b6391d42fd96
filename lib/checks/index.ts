import { argocdWord } from './argocd-word.ts';
import type { AnyCheck } from './check.ts';
import { clusterIssuer } from './cluster-issuer.ts';
import { federatedCredential } from './federated-credential.ts';
import { fluxWord } from './flux-word.ts';
import { identity } from './identity.ts';
import { membership } from './membership.ts';
import { pod } from './pod.ts';
import { repository } from './repository.ts';
import { serviceAccount } from './service-account.ts';

/** Every check, in causal order. A consumer kind says which of them make its chain. */
export const checks: readonly AnyCheck[] = [
  pod,
  serviceAccount,
  clusterIssuer,
  federatedCredential,
  identity,
  membership,
  repository,
  argocdWord,
  fluxWord,
];
