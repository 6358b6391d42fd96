import type { CatalogEntry } from './entry.ts';

/** Versions of Flux, who else writes its objects, and what Flux says. */
export const fluxProblems = {
  'flux/version-unsupported': {
    title: 'This Flux cannot use workload identity for Azure DevOps',
    cause: 'GitRepository has the provider azure since Flux 2.4 (source-controller 1.4.0).',
    remedy: 'Upgrade Flux to 2.7 or newer.',
  },
  'flux/version-automation': {
    title: 'The image automation of this Flux cannot use workload identity for Azure DevOps',
    cause: 'It pushes as an identity since Flux 2.7, and uses the same GitRepository, so both must change together.',
    remedy: 'Upgrade Flux to 2.7 or newer.',
  },
  'flux/version-commit-status': {
    title: 'The notification controller of this Flux still needs a PAT for commit status',
    cause: 'Providers of type azuredevops sign in as an identity since Flux 2.7.',
    remedy: 'Upgrade Flux, or keep that PAT narrow and note its end. Everything else can be connected now.',
  },
  'flux/version-unknown': {
    title: 'The version of Flux is not known',
    cause: 'The image of the source-controller carries no version tag.',
    remedy: 'Make sure that it is Flux 2.7 or newer.',
  },
  'flux/object-level': {
    title: 'A GitRepository signs in as a service account of its own',
    cause: 'Flux calls object-level workload identity on AKS unstable: it may stop working without notice.',
    remedy: 'Take spec.serviceAccountName out, so that the controller’s own identity is used.',
  },
  'flux/object-level-off': {
    title: 'Object-level workload identity is switched off in this Flux',
    cause: 'The GitRepository names a service account, and the controller runs without the feature gate.',
    remedy: 'Take spec.serviceAccountName out, so that the controller’s own identity is used.',
  },
  'flux/kept-by-git': {
    title: 'Flux applies its own objects from Git',
    cause: 'What Git names comes back with the next reconciliation, whatever is written in the cluster.',
    remedy: 'Commit the patches that the plan shows under Kustomize. The plan ticks when the cluster has them.',
  },
  'flux/kept-by-extension': {
    title: 'The AKS extension writes Flux’ objects',
    cause: 'Its agent applies controllers and fluxConfigurations again after every change in the cluster.',
    remedy:
      'Set workloadIdentity.enable, .azureClientId and .azureTenantId on the extension, and the provider Azure on its fluxConfigurations.',
  },
  'flux/kept-by-operator': {
    title: 'The Flux Operator writes Flux’ objects',
    cause: 'It applies the controllers again as its FluxInstance says.',
    remedy: 'Put annotations and labels into spec.kustomize.patches of the FluxInstance, as the plan shows them.',
  },
  'flux/provider-missing': {
    title: 'The GitRepository does not ask for workload identity',
    cause: 'Flux signs in as an identity only where spec.provider is azure.',
    remedy: 'Set the provider on the GitRepository.',
    fix: 'Set the provider',
  },
  'flux/secret-used': {
    title: 'Commit status is still reported with a PAT',
    cause: 'A Provider that names a secret signs in with it.',
    remedy: 'Take spec.secretRef out of the Provider.',
    fix: 'Take the secret out',
  },
  'flux/secret-left': {
    title: 'The GitRepository still refers to its old secret',
    cause: 'Flux signs in as the identity, but reads the secret first and fails when it is gone.',
    remedy: 'Take spec.secretRef out of the GitRepository.',
    fix: 'Take the secret out',
  },
  'flux/secret-in-git': {
    title: 'Git still names the old secret',
    cause: 'Flux signs in as the identity, but reads the secret first and fails when it is gone.',
    remedy: 'Commit the patch that the plan shows under Kustomize, then remove the secret.',
  },
  'flux/secret-missing': {
    title: 'Flux looks for a secret that does not exist',
    cause: 'The object still names a secretRef, which is read even where an identity signs in.',
    remedy: 'Take spec.secretRef out of the object.',
    fix: 'Take the secret out',
  },
  'flux/service-account-missing': {
    title: 'Flux does not find the service account that the object names',
    cause: 'spec.serviceAccountName must be a service account in the namespace of the object.',
    remedy: 'Correct the name, or take the field out.',
  },
  'flux/token-denied': {
    title: 'Flux may not create a token for the service account that the object names',
    cause: 'Object-level workload identity needs the right to create serviceaccounts/token.',
    remedy: 'Grant the controller that right, or take spec.serviceAccountName out.',
  },
  'flux/git-missing': {
    title: 'This source-controller lacks the git program',
    cause: 'Some releases (1.5.0 and 1.6.1 were reported) call git for Azure DevOps and do not contain it.',
    remedy: 'Upgrade Flux to the newest patch release.',
  },
  'flux/api-removed': {
    title: 'This Flux no longer serves the version of the object',
    cause: 'Beta versions of Flux’ APIs were removed, in the AKS extension with 1.23.0.',
    remedy: 'Migrate the manifests to v1, and apply them again.',
  },
  'flux/registry-provider': {
    title: 'The provider azure is set for a registry that is not Azure’s',
    cause: 'Since Flux 2.6 the provider must match the address of the registry.',
    remedy: 'Take the provider out of that OCIRepository or ImageRepository. It is not part of this connection.',
  },
  'flux/not-ready': {
    title: 'Flux reports an error for its sources',
    cause: 'The condition carries an error that is not about access to Azure DevOps.',
    remedy: 'Read the condition below and look at the object in the cluster.',
    retryable: true,
  },
} as const satisfies Record<string, CatalogEntry>;
