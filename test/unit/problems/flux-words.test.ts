import { expect, it } from 'vitest';
import type { ProblemCode } from '../../../lib/problems/catalog.ts';
import { diagnoseText } from '../../../lib/problems/diagnose-text.ts';

const url = 'https://dev.azure.com/contoso-eng/Checkout/_git/checkout-deploy';
const fetching = (text: string) =>
  `failed to checkout and determine revision: unable to list remote for '${url}': ${text}`;
const signingIn = (text: string) => `failed to configure authentication options: ${text}`;
const exchange = (text: string) =>
  signingIn(
    `failed to create provider access token for the controller: WorkloadIdentityCredential authentication failed. ${text}`,
  );

/** Texts as Flux' controllers write them into conditions, and the problem each must become. */
const table: readonly (readonly [ProblemCode, string])[] = [
  ['devops/not-authorized', fetching('authentication required')],
  [
    'devops/not-a-member',
    fetching(
      'authentication required: TF401444: Please sign-in at least once as a\\a\\b in a web browser to enable access to the service.',
    ),
  ],
  ['devops/no-read', fetching('authorization failed')],
  ['devops/no-contribute', 'failed to update source: authorization failed'],
  [
    'devops/no-contribute',
    "failed to update source: authorization failed: TF401027: You need the Git 'GenericContribute' permission to perform this action.",
  ],
  ['devops/repository-missing', fetching('repository not found')],
  [
    'devops/repository-missing',
    `failed to checkout source: unable to clone '${url}': repository not found: TF401019: The Git repository with name or identifier checkout-deploy does not exist or you do not have permissions for the operation you are attempting.`,
  ],
  [
    'flux/object-level-off',
    'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
  ],
  [
    'injection/annotation-missing',
    signingIn(
      "failed to get provider identity from service account 'team/deployer' annotations: azure tenant ID is not set in the service account annotation azure.workload.identity/tenant-id",
    ),
  ],
  [
    'flux/token-denied',
    signingIn(
      'failed to create kubernetes token for service account \'team/deployer\': serviceaccounts "deployer" is forbidden',
    ),
  ],
  [
    'flux/service-account-missing',
    signingIn('failed to get service account \'team/deployer\': serviceaccounts "deployer" not found'),
  ],
  [
    'flux/secret-missing',
    "failed to get secret 'team/pat': failed to get secret 'team/pat': secrets \"pat\" not found",
  ],
  ['identity/no-credentials', exchange('AADSTS70025: The client has no configured federated identity credentials.')],
  [
    'federation/subject-mismatch',
    exchange(
      "AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:flux-system:source-controller'.",
    ),
  ],
  [
    'injection/environment-missing',
    exchange('missing environment variables for workload identity. Check webhook and pod configuration'),
  ],
  [
    'injection/environment-missing',
    signingIn(
      'failed to create provider access token for the controller: ManagedIdentityCredential: failed to authenticate a user assigned identity. The endpoint responded with {"error":"invalid_request","error_description":"Identity not found"}',
    ),
  ],
  ['flux/git-missing', fetching('exec: "git": executable file not found in $PATH')],
  [
    'flux/version-unsupported',
    'GitRepository in version "v1" cannot be handled as a GitRepository: strict decoding error: unknown field "spec.serviceAccountName"',
  ],
  ['flux/registry-provider', "invalid Azure registry: 'ghcr.io/contoso/app'. must match ^.+\\.azurecr\\.io$"],
  ['flux/api-removed', 'no matches for kind "GitRepository" in version "source.toolkit.fluxcd.io/v1beta1"'],
  ['upstream/unreachable', fetching('dial tcp: lookup dev.azure.com: i/o timeout')],
  ['flux/not-ready', 'building artifact: disk full'],
];

it.each(table)('%s: %s', (code, text) => {
  expect(diagnoseText(text, { consumer: 'flux', version: '2.9.3', organization: 'contoso-eng' }).code).toBe(code);
});
