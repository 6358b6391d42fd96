import type { CatalogEntry } from './entry.ts';

/** Clusters, identities and Azure Resource Manager. */
export const azureProblems = {
  'cluster/missing': {
    title: 'The cluster does not exist any more',
    cause: 'Azure answers that there is no such cluster to somebody who may read it.',
    remedy: 'Choose another cluster in the Cluster step.',
  },
  'cluster/stopped': {
    title: 'The cluster is stopped',
    cause: 'A stopped cluster has no API server, so nothing in it can be read or proved.',
    remedy: 'Start the cluster, then try again.',
    retryable: true,
  },
  'cluster/issuer-off': {
    title: 'The cluster’s OIDC issuer is off',
    cause: 'Without its issuer the cluster signs tokens that Entra ID cannot verify.',
    remedy: 'Turn the OIDC issuer on. The API server restarts, and it cannot be turned off again.',
    fix: 'Turn on the OIDC issuer',
  },
  'cluster/workload-identity-off': {
    title: 'Workload identity is off on the cluster',
    cause: 'Without it no webhook injects the token and its variables into pods.',
    remedy: 'Turn workload identity on.',
    fix: 'Turn on workload identity',
  },
  'cluster/token-issuer-differs': {
    title: 'The cluster’s tokens carry another issuer than Azure reports',
    cause: 'The API server still signs with an earlier issuer, or it is not the cluster that Azure describes.',
    remedy: 'Wait until the API server has restarted, then check again.',
    retryable: true,
  },
  'cluster/busy': {
    title: 'Another operation is in progress on the cluster',
    cause: 'AKS changes a cluster one operation at a time.',
    remedy: 'Try again when the other operation has ended.',
    retryable: true,
  },
  'cluster/update-failed': {
    title: 'AKS could not finish the update of the cluster',
    cause: 'The operation was accepted and ended without success.',
    remedy: 'Read the answer below, put it right, and plan again.',
  },
  'identity/missing': {
    title: 'The managed identity does not exist',
    cause: 'Azure answers that there is no such identity to somebody who may read it.',
    remedy: 'Choose another identity, or create it again.',
    fix: 'Create the identity',
  },
  'identity/not-in-tenant': {
    title: 'Entra ID does not know this client id in this tenant',
    cause:
      'The client id belongs to no identity of the tenant: it was deleted, mistyped, or another kind of id was used.',
    remedy: 'Write the client id of the managed identity into the service account’s annotation.',
    fix: 'Correct the annotation',
  },
  'identity/no-credentials': {
    title: 'The identity has no federated credential at all',
    cause: 'The service account’s annotation names an identity that trusts nobody.',
    remedy: 'Create the credential on this identity, or correct the annotation.',
    fix: 'Create the credential',
  },
  'identity/wrong-tenant': {
    title: 'The identity belongs to another tenant than the organisation',
    cause: 'Azure DevOps admits identities of its own tenant only.',
    remedy: 'Choose an identity of the organisation’s tenant.',
  },
  'azure/forbidden': {
    title: 'You may not do this in Azure',
    cause: 'Your roles do not contain the action that is needed on this scope.',
    remedy: 'Ask an owner of the scope for the role, or hand the change over.',
    retryable: true,
  },
  'azure/policy': {
    title: 'An Azure policy forbids this change',
    cause: 'A policy assignment denies the resource as it would be written.',
    remedy: 'Ask the owner of the policy for an exemption, or change the design.',
  },
  'azure/missing': {
    title: 'Azure does not find this resource',
    cause: 'It was deleted, or was created a moment ago and is not known everywhere yet.',
    remedy: 'Plan again from what is there now.',
    retryable: true,
  },
  'azure/conflict': {
    title: 'Azure refused the change because of another one',
    cause: 'The resource changed between reading and writing, or another operation holds it.',
    remedy: 'Plan again from what is there now.',
    retryable: true,
  },
  'azure/invalid': {
    title: 'Azure refused the request as it was written',
    cause: 'A value breaks a rule of the service.',
    remedy: 'Read the answer below and correct the value.',
  },
  'azure/provider-not-registered': {
    title: 'The subscription is not registered for this service',
    cause: 'A resource provider must be registered once in each subscription.',
    remedy: 'Ask an owner of the subscription to register the provider.',
  },
} as const satisfies Record<string, CatalogEntry>;
