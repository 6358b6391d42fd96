import { type DiagnosisRow, quoted } from './row.ts';

const arm = ['arm'] as const;

/** Source: ARM error envelopes; Entra "workload identity federation considerations" for federated credentials; AKS for cluster updates. */
export const armRows: readonly DiagnosisRow[] = [
  {
    services: arm,
    codes: ['AuthorizationFailed', 'LinkedAuthorizationFailed'],
    problem: 'azure/forbidden',
    words: ({ message }) => {
      const action = quoted(message, 'perform action');
      const scope = quoted(message, 'over scope') ?? quoted(message, 'on scope');
      return {
        ...(action ? { title: `You lack the right ${action}` } : {}),
        evidence: [
          ...(action ? [{ label: 'Action', expected: action }] : []),
          ...(scope ? [{ label: 'Scope', expected: scope }] : []),
        ],
      };
    },
  },
  {
    services: arm,
    codes: ['RequestDisallowedByPolicy', 'RequestDisallowedByAzure'],
    problem: 'azure/policy',
    words: ({ message }) => {
      const name = /"policyAssignment":\{"name":"([^"]+)"/.exec(message)?.[1];
      return name ? { evidence: [{ label: 'Policy assignment', seen: name }] } : {};
    },
  },
  {
    services: arm,
    codes: ['ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity'],
    problem: 'federation/concurrent-write',
  },
  { services: arm, message: /Issuer and subject combination already exists/i, problem: 'federation/duplicate' },
  { services: arm, codes: ['FederatedIdentityCredentialAlreadyExists'], problem: 'federation/duplicate' },
  {
    services: arm,
    message:
      /(too many|maximum|limit|exceed)[^.]*federated identity credential|federated identity credential[^.]*(maximum|limit|quota|exceed)/i,
    problem: 'federation/limit',
  },
  { services: arm, message: /Support for federated identity credentials not enabled/i, problem: 'federation/region' },
  {
    services: arm,
    message:
      /exactly one audience|Federated Identity Credential (name '[^']*' is invalid|from HTTP body|must specify)/i,
    problem: 'federation/invalid',
  },
  {
    services: arm,
    message: /parent user-assigned identity doesn't exist/i,
    problem: 'identity/missing',
    words: () => ({ retryable: true }),
  },
  {
    services: arm,
    codes: [
      'EtagMismatch',
      'OperationNotAllowed',
      'AnotherOperationInProgress',
      'OperationPreempted',
      'NotLatestOperation',
      'OperationInProgress',
    ],
    problem: 'cluster/busy',
  },
  { services: arm, codes: ['OperationFailed', 'OperationCanceled'], problem: 'cluster/update-failed' },
  { services: arm, codes: ['MissingSubscriptionRegistration'], problem: 'azure/provider-not-registered' },
  {
    services: arm,
    codes: ['SubscriptionRequestsThrottled', 'TooManyRequests', 'ResourceRequestsThrottled', 'FailedIdentityOperation'],
    kinds: ['throttled'],
    problem: 'upstream/throttled',
  },
  {
    services: arm,
    codes: ['ResourceNotFound', 'ParentResourceNotFound', 'ResourceGroupNotFound', 'NotFound', 'SubscriptionNotFound'],
    problem: 'azure/missing',
  },
  {
    services: arm,
    codes: [
      'InvalidAuthenticationToken',
      'ExpiredAuthenticationToken',
      'AuthenticationFailed',
      'InvalidAuthenticationTokenTenant',
    ],
    problem: 'sign-in/required',
  },
  { services: arm, kinds: ['refused'], problem: 'azure/forbidden' },
  { services: arm, kinds: ['absent'], problem: 'azure/missing' },
  { services: arm, kinds: ['conflict'], problem: 'azure/conflict' },
  { services: arm, kinds: ['invalid'], problem: 'azure/invalid' },
];
