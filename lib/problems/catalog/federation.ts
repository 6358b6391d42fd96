import type { CatalogEntry } from './entry.ts';

/** Federated credentials and the exchange at Entra ID. */
export const federationProblems = {
  'federation/credential-missing': {
    title: 'The identity has no federated credential for this service account',
    cause:
      'Entra ID exchanges a service-account token only where a federated credential on the identity trusts it. There is none with this issuer and subject.',
    remedy: 'Create the credential again. It normally works within two minutes.',
    fix: 'Create the credential',
  },
  'federation/no-match': {
    title: 'No federated credential of the identity matches the token',
    cause: 'Issuer, subject and audience of the token are compared byte for byte with each credential of the identity.',
    remedy: 'Compare the three values with the credential, and correct the one that differs.',
    retryable: true,
    fix: 'Correct the credential',
  },
  'federation/issuer-mismatch': {
    title: 'The credential trusts another issuer than the cluster’s',
    cause: 'Entra ID compares the issuer byte for byte. A recreated cluster has a new issuer.',
    remedy: 'Write the issuer exactly as the cluster has it.',
    fix: 'Correct the issuer',
  },
  'federation/issuer-slash': {
    title: 'The credential’s issuer lacks the trailing slash',
    cause: 'The issuer of an AKS cluster ends with a slash, and Entra ID compares it byte for byte.',
    remedy: 'Write the issuer exactly as the cluster has it, with the slash.',
    fix: 'Correct the issuer',
  },
  'federation/subject-mismatch': {
    title: 'The credential trusts another service account',
    cause: 'The subject names namespace and service account. Entra ID refuses a token whose subject differs.',
    remedy: 'Write the subject of the service account that the pod really runs as.',
    fix: 'Correct the subject',
  },
  'federation/subject-case': {
    title: 'The credential’s subject differs in upper and lower case only',
    cause: 'Entra ID compares the subject case-sensitively.',
    remedy: 'Write the subject exactly as the service account is named.',
    fix: 'Correct the subject',
  },
  'federation/audience-mismatch': {
    title: 'The credential expects another audience than the token carries',
    cause: 'Each cloud has one audience for workload federation, and Entra ID compares it byte for byte.',
    remedy: 'Write the audience of this cloud into the credential.',
    fix: 'Correct the audience',
  },
  'federation/propagating': {
    title: 'Entra ID does not know the credential everywhere yet',
    cause: 'The credential is right, but parts of Entra ID still answer from before it was written.',
    remedy: 'Wait. This normally takes up to two minutes.',
    retryable: true,
  },
  'federation/assertion-expired': {
    title: 'The service-account token was not valid at this time',
    cause: 'The token was too old, or the clocks of cluster and Entra ID differ.',
    remedy: 'Check again with a fresh token. If it stays, compare the cluster’s clock.',
    retryable: true,
  },
  'federation/assertion-signature': {
    title: 'Entra ID could not verify the signature of the service-account token',
    cause: 'The signing key of the token is not among the keys that the cluster’s issuer publishes.',
    remedy: 'Wait for the key rotation to end, then check again.',
    retryable: true,
  },
  'federation/issuer-unreachable': {
    title: 'Entra ID could not read the cluster’s issuer',
    cause: 'Entra ID fetches the issuer’s discovery document and keys, and got no answer.',
    remedy: 'Check again in a minute. If it stays, reconcile the cluster with az aks update.',
    retryable: true,
  },
  'federation/restricted': {
    title: 'The tenant restricts workload identity federation',
    cause: 'A policy of the tenant allows federation only for chosen issuers or kinds of identity.',
    remedy: 'Ask an Entra administrator to allow this cluster’s issuer.',
  },
  'federation/cross-cloud': {
    title: 'The identity belongs to another cloud',
    cause: 'Entra ID does not exchange tokens between clouds.',
    remedy: 'Choose an identity of the cloud that the cluster and Azure DevOps are used from.',
  },
  'federation/name-taken': {
    title: 'The name of the credential is taken by another trust',
    cause:
      'A credential of this name trusts a workload that is not part of this connection. Changing it would cut that one off.',
    remedy: 'Give this credential another name in the Federation step.',
  },
  'federation/duplicate': {
    title: 'Another credential of the identity already has this issuer and subject',
    cause: 'Issuer and subject are unique on one identity.',
    remedy: 'Plan again: an equal credential is adopted under its own name.',
    retryable: true,
  },
  'federation/limit': {
    title: 'The identity has no room for another credential',
    cause: 'An identity holds at most 20 federated credentials.',
    remedy: 'Remove a credential that is no longer used, or choose another identity.',
  },
  'federation/concurrent-write': {
    title: 'Another credential of this identity was being written',
    cause: 'Azure refuses two credential writes on one identity at the same time.',
    remedy: 'Try again in a few seconds.',
    retryable: true,
  },
  'federation/invalid': {
    title: 'Azure refused the credential as it was written',
    cause: 'Name, issuer, subject or audience break a rule of federated credentials.',
    remedy: 'Read the answer below and correct the value in the Federation step.',
  },
  'federation/region': {
    title: 'The identity’s region does not support federated credentials',
    cause: 'A few Azure regions cannot hold federated credentials.',
    remedy: 'Choose an identity in another region. It may serve clusters everywhere.',
  },
} as const satisfies Record<string, CatalogEntry>;
