import { argocdRefresh } from './argocd-refresh.ts';
import { argocdRepositorySecret } from './argocd-repository-secret.ts';
import type { AnyChange } from './change.ts';
import { clusterOidcIssuer } from './cluster-oidc-issuer.ts';
import { clusterWorkloadIdentity } from './cluster-workload-identity.ts';
import { devopsGroupMembership } from './devops-group-membership.ts';
import { devopsMembership } from './devops-membership.ts';
import { federatedCredential } from './federated-credential.ts';
import { fluxCommitStatus } from './flux-commit-status.ts';
import { fluxGitRepository } from './flux-git-repository.ts';
import { identity } from './identity.ts';
import { podTemplateLabel } from './pod-template-label.ts';
import { serviceAccountAnnotation } from './service-account-annotation.ts';

/** Every change, in the order in which a plan lists them. */
export const changes: readonly AnyChange[] = [
  clusterOidcIssuer,
  clusterWorkloadIdentity,
  identity,
  federatedCredential,
  devopsMembership,
  devopsGroupMembership,
  serviceAccountAnnotation,
  podTemplateLabel,
  argocdRepositorySecret,
  argocdRefresh,
  fluxGitRepository,
  fluxCommitStatus,
];
