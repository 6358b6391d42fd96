import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../../lib/problems/catalog.ts';
import { diagnose } from '../../../lib/problems/diagnose.ts';
import { diagnoseText } from '../../../lib/problems/diagnose-text.ts';
import { differenceInWords } from '../../../lib/problems/difference.ts';
import { makeProblem } from '../../../lib/problems/make-problem.ts';
import { ProblemError } from '../../../lib/problems/problem.ts';
import { type UpstreamDetails, UpstreamError } from '../../../lib/problems/upstream-error.ts';

const said = (details: Omit<UpstreamDetails, 'operation'>) => new UpstreamError({ operation: 'ask', ...details });
const entra = (code: string, text: string) =>
  said({ service: 'entra', kind: 'refused', status: 401, code, message: `${code}: ${text}` });
const arm = (status: number, kind: UpstreamDetails['kind'], code: string | undefined, message: string) =>
  said({ service: 'arm', kind, status, ...(code ? { code } : {}), message });
const devops = (status: number, kind: UpstreamDetails['kind'], code: string | undefined, message: string) =>
  said({ service: 'devops', kind, status, ...(code ? { code } : {}), message });
const kubernetes = (status: number, kind: UpstreamDetails['kind'], code: string, message: string) =>
  said({ service: 'kubernetes', kind, status, code, message });

const tenant = '8f2c0000-0000-4000-8000-000000001d40';
const seen = '44444444-4444-4444-8444-444444444444';
const tail = 'Check your federated identity credential Subject, Audience and Issuer against the presented assertion.';

/** Upstream texts as the services write them, and the problem each must become. */
const table: readonly (readonly [ProblemCode, UpstreamError])[] = [
  [
    'federation/issuer-mismatch',
    entra(
      'AADSTS700211',
      `No matching federated identity record found for presented assertion issuer 'https://westeurope.oic.prod-aks.azure.com/a/b'. ${tail}`,
    ),
  ],
  [
    'cluster/issuer-off',
    entra(
      'AADSTS700211',
      `No matching federated identity record found for presented assertion issuer 'https://kubernetes.default.svc.cluster.local'. ${tail}`,
    ),
  ],
  [
    'federation/audience-mismatch',
    entra(
      'AADSTS700212',
      "No matching federated identity record found for presented assertion audience 'api://AzureADTokenExchangeChina'.",
    ),
  ],
  [
    'federation/audience-mismatch',
    entra(
      'AADSTS700212',
      "No matching federated identity record found for presented assertion audience 'api://AKSIdentityBinding'.",
    ),
  ],
  [
    'federation/subject-mismatch',
    entra(
      'AADSTS700213',
      `No matching federated identity record found for presented assertion subject 'system:serviceaccount:argocd:argocd-repo-server'. ${tail}`,
    ),
  ],
  [
    'federation/subject-case',
    entra(
      'AADSTS7002138',
      "No matching federated identity record found for presented assertion subject 'x'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison.",
    ),
  ],
  [
    'federation/no-match',
    entra(
      'AADSTS70021',
      "No matching federated identity record found for presented assertion. Assertion Issuer: 'https://oidc.prod-aks.azure.com/X/'. Assertion Subject: 'system:serviceaccount:default:a'. Assertion Audience: 'api://AzureADTokenExchange'.",
    ),
  ],
  [
    'cluster/issuer-off',
    entra(
      'AADSTS70021',
      "No matching federated identity record found for presented assertion. Assertion Issuer: 'https://kubernetes.default.svc.cluster.local'.",
    ),
  ],
  [
    'identity/no-credentials',
    entra('AADSTS70025', 'Client application has no configured federated identity credentials'),
  ],
  [
    'identity/not-in-tenant',
    entra('AADSTS700016', "Application with identifier '/subscriptions/x' was not found in the directory 'Contoso'."),
  ],
  ['federation/assertion-expired', entra('AADSTS700024', 'Client assertion is not within its valid time range.')],
  ['federation/assertion-signature', entra('AADSTS700027', 'Client assertion failed signature validation.')],
  ['federation/issuer-unreachable', entra('AADSTS90061', 'Request to External OIDC endpoint failed.')],
  ['federation/issuer-unreachable', entra('AADSTS50166', 'Request to External OIDC endpoint failed.')],
  ['federation/issuer-unreachable', entra('AADSTS501661', 'Request to External OIDC endpoint failed.')],
  ['federation/restricted', entra('AADSTS700223', 'Workload identity federation is constrained.')],
  ['federation/cross-cloud', entra('AADSTS900382', 'Confidential Client is not supported in Cross Cloud')],
  [
    'sign-in/consent',
    entra(
      'AADSTS65001',
      "The user or administrator has not consented to use the application with ID 'a' named 'Patless'.",
    ),
  ],
  ['sign-in/multi-factor', entra('AADSTS50076', 'you must use multi-factor authentication to access')],
  ['sign-in/blocked', entra('AADSTS53003', 'Access has been blocked by Conditional Access policies.')],
  ['sign-in/required', entra('AADSTS700082', 'The refresh token has expired due to inactivity.')],
  ['sign-in/app-credential', entra('AADSTS7000222', "The provided client secret keys for app 'a' are expired.")],
  [
    'azure/forbidden',
    arm(
      403,
      'refused',
      'AuthorizationFailed',
      "The client 'operator@contoso.example' with object id 'o' does not have authorization to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/write' over scope '/subscriptions/s' or the scope is invalid.",
    ),
  ],
  [
    'azure/policy',
    arm(
      403,
      'refused',
      'RequestDisallowedByPolicy',
      'Resource \'fic\' was disallowed by policy. Policy identifiers: \'[{"policyAssignment":{"name":"only-known-issuers","id":"x"}}]\'.',
    ),
  ],
  [
    'federation/concurrent-write',
    arm(
      409,
      'conflict',
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
      'Too many Federated Identity Credentials are written concurrently for the managed identity.',
    ),
  ],
  [
    'federation/duplicate',
    arm(409, 'conflict', 'Conflict', 'Issuer and subject combination already exists for this Managed Identity.'),
  ],
  [
    'federation/duplicate',
    arm(400, 'invalid', 'BadRequest', 'Issuer and subject combination already exists for this Managed Identity.'),
  ],
  [
    'federation/limit',
    arm(
      400,
      'invalid',
      'BadRequest',
      'The maximum number of federated identity credentials has been reached. Too many federated identity credentials.',
    ),
  ],
  [
    'federation/region',
    arm(
      405,
      'invalid',
      undefined,
      'The request format was unexpected: Support for federated identity credentials not enabled.',
    ),
  ],
  [
    'federation/invalid',
    arm(400, 'invalid', 'BadRequest', 'Federated identity credentials must have exactly one audience.'),
  ],
  ['federation/invalid', arm(400, 'invalid', 'BadRequest', "Federated Identity Credential name 'a' is invalid.")],
  ['identity/missing', arm(404, 'absent', undefined, "The parent user-assigned identity doesn't exist.")],
  [
    'cluster/busy',
    arm(
      409,
      'conflict',
      'EtagMismatch',
      'Failed to save managed cluster. Operation is not allowed: Another operation is in progress',
    ),
  ],
  [
    'cluster/busy',
    arm(
      409,
      'conflict',
      'OperationNotAllowed',
      "Operation is not allowed because there's an in progress update managed cluster operation",
    ),
  ],
  ['cluster/update-failed', arm(200, 'invalid', 'OperationFailed', 'The operation failed')],
  [
    'azure/provider-not-registered',
    arm(409, 'conflict', 'MissingSubscriptionRegistration', 'The subscription is not registered to use namespace'),
  ],
  [
    'upstream/throttled',
    arm(429, 'throttled', 'SubscriptionRequestsThrottled', 'Number of requests for subscription exceeded'),
  ],
  ['azure/missing', arm(404, 'absent', 'ResourceNotFound', "The Resource 'x' was not found.")],
  ['azure/conflict', arm(409, 'conflict', 'SomethingElse', 'conflict')],
  ['azure/invalid', arm(400, 'invalid', 'SomethingElse', 'invalid')],
  [
    'sign-in/required',
    arm(
      401,
      'refused',
      'ExpiredAuthenticationToken',
      'The access token expiry UTC time is earlier than current UTC time',
    ),
  ],
  [
    'devops/not-a-member',
    devops(
      401,
      'refused',
      'TF401444',
      `TF401444: Please sign-in at least once as ${tenant}\\${tenant}\\${seen} in a web browser to enable access to the service.`,
    ),
  ],
  [
    'devops/not-authorized',
    devops(
      401,
      'refused',
      'TF400813',
      "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.",
    ),
  ],
  ['devops/sign-in-page', devops(203, 'refused', 'SIGN-IN-PAGE', 'Azure DevOps Services | Sign In')],
  ['devops/replicating', devops(200, 'absent', 'VS403283', `VS403283: Could not add user '${seen}' at this time.`)],
  [
    'devops/repository-missing',
    devops(
      404,
      'absent',
      'TF401019',
      'TF401019: The Git repository with name or identifier r does not exist or you do not have permissions for the operation you are attempting.',
    ),
  ],
  [
    'devops/project-missing',
    devops(
      404,
      'absent',
      'VS800075',
      "VS800075: The project with id 'vstfs:///Classification/TeamProject/x' does not exist, or you do not have permission to access it.",
    ),
  ],
  [
    'devops/project-missing',
    devops(404, 'absent', 'TF200016', 'TF200016: The following project does not exist: Checkout.'),
  ],
  [
    'devops/no-contribute',
    said({
      service: 'git',
      kind: 'refused',
      status: 403,
      message:
        "001f# service=git-receive-pack TF401027: You need the Git 'GenericContribute' permission to perform this action.",
    }),
  ],
  [
    'devops/throttled',
    devops(
      429,
      'throttled',
      'TF400733',
      'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource',
    ),
  ],
  [
    'devops/organization-stopped',
    devops(503, 'unavailable', 'TF24668', 'TF24668: The following team project collection is stopped: Contoso.'),
  ],
  [
    'devops/no-license',
    devops(200, 'invalid', '5005', 'Failed to assign license Account-Express to identity with id x.'),
  ],
  [
    'devops/add-users-denied',
    devops(
      200,
      'refused',
      '5032',
      'Access Denied: x needs the following permission(s) on the resource Users to perform this action: Add Users',
    ),
  ],
  [
    'devops/other-directory',
    devops(
      200,
      'invalid',
      '5102',
      'You are trying to invite a user from outside your directory, but something went wrong.',
    ),
  ],
  ['devops/wrong-object-id', devops(200, 'invalid', '5000', "Failed to create service principal with object ID 'x'")],
  ['devops/wrong-object-id', devops(200, 'invalid', '5000', "Given email address 'x' is invalid.")],
  [
    'devops/organization-not-entra',
    devops(
      400,
      'invalid',
      undefined,
      "This Azure DevOps organization 'contoso-legacy' is not backed by Azure Active Directory.",
    ),
  ],
  ['devops/forbidden', devops(403, 'refused', 'AccessDeniedException', 'Access denied')],
  [
    'kubernetes/forbidden',
    kubernetes(
      403,
      'refused',
      'Forbidden',
      'deployments.apps is forbidden: User "o" cannot list resource "deployments" in API group "apps" in the namespace "argocd"',
    ),
  ],
  [
    'kubernetes/conflict',
    kubernetes(
      409,
      'conflict',
      'Conflict',
      'Apply failed with 1 conflict: conflict with "helm" using apps/v1: .spec.template.metadata.labels',
    ),
  ],
  ['kubernetes/invalid', kubernetes(422, 'invalid', 'Invalid', 'admission webhook "x" denied the request')],
  ['kubernetes/missing', kubernetes(404, 'absent', 'NotFound', 'serviceaccounts "x" not found')],
  ['kubernetes/unreachable', kubernetes(0, 'unreachable', 'ECONNREFUSED', 'connect ECONNREFUSED')],
  ['sign-in/required', kubernetes(401, 'sign-in', 'Unauthorized', 'Unauthorized')],
  ['upstream/unreachable', said({ service: 'arm', kind: 'unreachable', message: 'getaddrinfo ENOTFOUND' })],
  ['upstream/unavailable', said({ service: 'devops', kind: 'unavailable', status: 503 })],
  ['upstream/egress-refused', said({ service: 'git', kind: 'invalid', code: 'EgressRefused' })],
  ['upstream/refused', said({ service: 'entra', kind: 'refused', code: 'AADSTS1' })],
  ['upstream/missing', devops(404, 'absent', undefined, 'not found')],
  ['upstream/unexpected', said({ service: 'git', kind: 'invalid', code: 'ProtocolError' })],
  ['store/unavailable', said({ service: 'store', kind: 'unreachable' })],
];

describe('diagnose', () => {
  for (const [code, error] of table)
    it(`${error.code ?? error.kind}: ${error.message.slice(0, 60)} is ${code}`, () => {
      const problem = diagnose(error);
      expect(problem.code).toBe(code);
      expect(problem.upstream).toMatchObject({ service: error.service, message: error.message });
    });

  it('reads the principal that Azure DevOps saw, the third GUID, through JSON’s doubled backslashes too', () => {
    for (const slash of ['\\', '\\\\']) {
      const error = devops(
        401,
        'refused',
        'TF401444',
        `TF401444: Please sign-in at least once as ${[tenant, tenant, seen].join(slash)} in a web browser`,
      );
      expect(diagnose(error, { principalId: seen.toUpperCase() }).code).toBe('devops/not-a-member');
      expect(diagnose(error, { principalId: tenant, kubeletObjectId: seen }).code).toBe('devops/kubelet-identity');
      expect(diagnose(error, { principalId: tenant }).code).toBe('devops/other-identity');
      expect(diagnose(error, { principalId: tenant }).evidence[0]).toMatchObject({ seen, expected: tenant });
    }
  });

  it('quotes what was presented', () => {
    expect(diagnose(table[0]?.[1], { audience: 'a' }).evidence).toEqual([
      { label: 'Issuer', expected: 'https://westeurope.oic.prod-aks.azure.com/a/b', expectedFrom: 'from token' },
      { label: 'Audience', expected: 'a', expectedFrom: 'from token' },
    ]);
  });

  it('names right and place of a refusal', () => {
    expect(
      diagnose(
        arm(
          403,
          'refused',
          'AuthorizationFailed',
          "does not have authorization to perform action 'A/write' over scope '/s' or",
        ),
      ).evidence.map(({ expected }) => expected),
    ).toEqual(['A/write', '/s']);
    expect(
      diagnose(
        kubernetes(
          403,
          'refused',
          'Forbidden',
          'User "o" cannot list resource "secrets" in API group "" in the namespace "argocd"',
        ),
      ).title,
    ).toBe('You may not list secrets in namespace argocd');
  });

  it('names the owner of a field in conflict', () => {
    expect(
      diagnose(
        kubernetes(
          409,
          'conflict',
          'Conflict',
          'Apply failed with 1 conflict: conflict with "helm" using v1: .metadata',
        ),
      ).title,
    ).toBe('helm owns this field');
  });

  it('passes a claims challenge on with its audience', () => {
    const error = said({ service: 'kubernetes', kind: 'sign-in', status: 401, claims: '{}' });
    expect(diagnose(error).signIn).toEqual({ audience: 'aks', claims: '{}' });
    expect(
      diagnose(said({ service: 'entra', kind: 'sign-in', code: 'AADSTS65001', audience: 'devops' })),
    ).toMatchObject({ code: 'sign-in/consent', signIn: { audience: 'devops' } });
  });

  it('throws a bug on', () => {
    const bug = new TypeError('x is not a function');
    expect(() => diagnose(bug)).toThrow(bug);
    expect(() => diagnose('text')).toThrow();
  });

  it('keeps a problem that was already told', () => {
    const problem = makeProblem('setup/plan-stale');
    expect(diagnose(new ProblemError(problem))).toBe(problem);
  });
});

describe('diagnoseText', () => {
  const argocd = (text: string, version = '3.5.1') => diagnoseText(text, { consumer: 'argocd', version }).code;
  it.each([
    [
      `failed to get Azure access token: AADSTS700213: No matching federated identity record found for presented assertion subject 'x'`,
      'federation/subject-mismatch',
    ],
    ['failed to list refs: TF401444: Please sign-in at least once as a\\b\\c in a web browser', 'devops/not-a-member'],
    ["fatal: could not read Username for 'https://dev.azure.com': terminal prompts disabled", 'argocd/no-secret'],
    [
      'failed to list refs: unexpected client error: unexpected requesting "https://x/info/refs" status code: 302',
      'argocd/sign-in-page',
    ],
    ['authentication required', 'devops/not-authorized'],
    ['failed to list refs: repository not found', 'devops/repository-missing'],
    ['dial tcp: lookup login.microsoftonline.com: i/o timeout', 'upstream/unreachable'],
    ['Manifest generation error (cached): kustomize build failed', 'argocd/not-synced'],
  ])('%s', (text, code) => expect(argocd(text)).toBe(code));

  it('knows the token cache of early versions', () => {
    const text = 'unexpected requesting "https://x/info/refs" status code: 302';
    expect(argocd(text, '3.0.5')).toBe('argocd/version-token-cache');
    expect(argocd(text, '3.0.6')).toBe('argocd/sign-in-page');
  });
});

describe('differenceInWords', () => {
  it.each([
    ['https://a/', 'https://a', 'the trailing slash is missing'],
    ['https://a', 'https://a/', 'a trailing slash too many'],
    ['argocd', 'ArgoCD', 'differs in upper and lower case only'],
    ['argocd', ' argocd', 'differs in white space at its ends'],
    ['a:b', 'a: b', 'differs in white space'],
    ['argocd:argocd-repo-server', 'argocd:argo-cd-argocd-repo-server', '8 characters differ'],
    ['abc', 'abd', '1 character differs'],
    ['abc', '', 'nothing is there'],
  ])('%s and %s: %s', (expected, other, words) => expect(differenceInWords(expected, other)).toBe(words));
  it('says nothing of equal ones', () => expect(differenceInWords('a', 'a')).toBeUndefined());
});
