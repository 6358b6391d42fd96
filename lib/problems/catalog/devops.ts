import type { CatalogEntry } from './entry.ts';

/** Azure DevOps and its git. */
export const devopsProblems = {
  'devops/not-a-member': {
    title: 'The identity is not a member of the organisation',
    cause: 'Entra ID issued the token, but Azure DevOps does not know the identity in this organisation.',
    remedy: 'Add the identity to the organisation with a Basic licence.',
    fix: 'Add the identity',
  },
  'devops/kubelet-identity': {
    title: 'The workload signed in as the cluster’s own identity',
    cause: 'Azure DevOps names the kubelet identity: the pod got no workload identity and fell through to the node’s.',
    remedy: 'Opt the pod in with the label azure.workload.identity/use and restart it.',
    fix: 'Opt the pod in',
  },
  'devops/other-identity': {
    title: 'The workload signed in as another identity',
    cause: 'Azure DevOps names an identity that is not the one of this connection.',
    remedy: 'Correct the client id on the service account and restart the pod.',
    fix: 'Correct the annotation',
  },
  'devops/not-authorized': {
    title: 'Azure DevOps does not accept this sign-in',
    cause:
      'The token is of another tenant, not meant for Azure DevOps, or its owner has no access to the organisation.',
    remedy: 'Check that organisation and identity belong to the same tenant.',
  },
  'devops/sign-in-page': {
    title: 'Azure DevOps answered with its sign-in page',
    cause: 'The token was missing, expired or not valid for Azure DevOps.',
    remedy: 'Sign in again, then try once more.',
    retryable: true,
  },
  'devops/replicating': {
    title: 'Azure DevOps does not see the new identity yet',
    cause: 'A new identity reaches Azure DevOps with Microsoft’s replication.',
    remedy: 'Wait. This normally takes up to two minutes.',
    retryable: true,
  },
  'devops/stakeholder': {
    title: 'The identity’s licence is Stakeholder, which reads no code',
    cause: 'Repositories need a Basic licence. With Stakeholder git answers as if the repository did not exist.',
    remedy: 'Give the identity a Basic licence.',
    fix: 'Give a Basic licence',
  },
  'devops/no-license': {
    title: 'The organisation has no Basic licence left',
    cause: 'Azure DevOps could not assign the licence.',
    remedy: 'Buy a Basic licence or free one, then try again.',
    retryable: true,
  },
  'devops/no-read': {
    title: 'The identity may not read the repository',
    cause: 'It is a member of the organisation and licensed, but no group of the project gives it Read.',
    remedy: 'Add the identity to the project’s Readers group.',
    fix: 'Add to the group',
  },
  'devops/no-contribute': {
    title: 'The identity may read the repository but not write it',
    cause: 'A push needs the Contribute permission, which Readers lack.',
    remedy: 'Add the identity to the project’s Contributors group.',
    fix: 'Add to Contributors',
  },
  'devops/project-missing': {
    title: 'The project does not exist or is not visible',
    cause: 'Azure DevOps gives the same answer for a project that is not there and one that may not be seen.',
    remedy: 'Check the project’s name, and that the identity is in one of its groups.',
    fix: 'Add to the group',
  },
  'devops/repository-missing': {
    title: 'The repository does not exist or is not visible',
    cause: 'Azure DevOps gives the same answer for a repository that is not there and one that may not be read.',
    remedy: 'Check the repository’s name, the licence and the group of the identity.',
  },
  'devops/repository-disabled': {
    title: 'The repository is disabled',
    cause: 'A disabled repository can be neither read nor written.',
    remedy: 'Enable the repository in the project’s settings.',
  },
  'devops/group-missing': {
    title: 'The project has no such group',
    cause: 'The ready-made group was renamed or removed.',
    remedy: 'Restore the group, or grant the right by hand.',
  },
  'devops/forbidden': {
    title: 'You may not do this in Azure DevOps',
    cause: 'Your own rights in the organisation or project do not cover it.',
    remedy: 'Ask a Project Collection Administrator, or hand the change over.',
    retryable: true,
  },
  'devops/add-users-denied': {
    title: 'You may not add users to the organisation',
    cause: 'Only a Project Collection Administrator may add an identity and give it a licence.',
    remedy: 'Hand this change over to a Project Collection Administrator.',
    retryable: true,
  },
  'devops/other-directory': {
    title: 'The organisation belongs to another directory than the identity',
    cause: 'Azure DevOps admits identities of its own tenant only.',
    remedy: 'Choose an organisation of the identity’s tenant.',
  },
  'devops/wrong-object-id': {
    title: 'Azure DevOps does not find the identity by this object id',
    cause: 'An identity is added by its principal id, not by its client id or resource id.',
    remedy: 'Check that the identity still exists in this tenant, then plan again.',
  },
  'devops/organization-missing': {
    title: 'There is no organisation of this name',
    cause: 'Azure DevOps knows no organisation under this address.',
    remedy: 'Check the spelling, as in the address of the organisation.',
  },
  'devops/organization-other-tenant': {
    title: 'The organisation belongs to another tenant',
    cause: 'Azure DevOps admits identities of its own tenant only.',
    remedy: 'Choose an organisation of this tenant.',
  },
  'devops/organization-not-entra': {
    title: 'The organisation is not connected to Entra ID',
    cause: 'Without Entra ID it knows personal accounts only, and no identity can become a member.',
    remedy: 'Connect the organisation to Entra ID in its settings first.',
  },
  'devops/organization-stopped': {
    title: 'The organisation is stopped',
    cause: 'Azure DevOps answers that the organisation is stopped.',
    remedy: 'Wait until it is started again.',
    retryable: true,
  },
  'devops/throttled': {
    title: 'Azure DevOps asks for a pause',
    cause: 'Too many requests were made in a short time.',
    remedy: 'Wait for the time that it names, then try again.',
    retryable: true,
  },
} as const satisfies Record<string, CatalogEntry>;
