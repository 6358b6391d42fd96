import type { Refusal } from './errors.ts';

const federationDocs = 'https://learn.microsoft.com/entra/workload-id/workload-identity-federation';
const federationTail = `Check your federated identity credential Subject, Audience and Issuer against the presented assertion. ${federationDocs}`;
const noRecord = 'No matching federated identity record found for presented assertion';
const client = (code: number, text: string): Refusal => ({ code, error: 'invalid_client', text });
const grant = (code: number, text: string, more: Partial<Refusal> = {}): Refusal => ({
  code,
  error: 'invalid_grant',
  text,
  ...more,
});
const request = (code: number, text: string): Refusal => ({ code, error: 'invalid_request', text });

/** Every refusal of this Entra in one place: code, OAuth error and wording, each as last seen in public. */
export const refusals = {
  tenantMalformed: (name: string) =>
    request(900023, `Specified tenant identifier '${name}' is neither a valid DNS name, nor a valid external domain.`),
  tenantUnknown: (name: string): Refusal => ({
    code: 90002,
    error: 'invalid_tenant',
    text: `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  }),
  notMultiTenant: (id: string, name: string) =>
    request(
      50194,
      `Application '${id}'(${name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
    ),
  clientUnknown: (id: string, tenant: string): Refusal => ({
    code: 700016,
    error: 'unauthorized_client',
    text: `Application with identifier '${id}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  }),
  redirectMismatch: (uri: string, id: string) =>
    request(
      50011,
      `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${id}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.`,
    ),
  parameterMissing: (name: string) =>
    request(900144, `The request body must contain the following parameter: '${name}'.`),
  grantUnsupported: (name: string): Refusal => ({
    code: 70003,
    error: 'unsupported_grant_type',
    text: `The app requested an unsupported grant type '${name}'.`,
  }),
  responseTypeUnsupported: (name: string): Refusal => ({
    code: 700051,
    error: 'unsupported_response_type',
    text: `response_type '${name}' is not enabled for the application.`,
  }),
  pkceRequired: () =>
    request(9002325, 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.'),
  challengeMalformed: () => request(50147, 'Invalid size of Code_Challenge parameter.'),
  resourceUnknown: (resource: string, tenant: string): Refusal => ({
    code: 500011,
    error: 'invalid_resource',
    text: `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  }),
  scopeUnknown: (app: string, scope: string, resource: string) =>
    client(
      650053,
      `The application '${app}' asked for scope '${scope}' that doesn't exist on the resource '${resource}'. Contact the app vendor.`,
    ),
  scopeInvalid: (scope: string): Refusal => ({
    code: 70011,
    error: 'invalid_scope',
    text: `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  }),
  severalResources: (scope: string): Refusal => ({
    code: 28000,
    error: 'invalid_request',
    text: `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.`,
  }),
  notDefaultScope: (scope: string): Refusal => ({
    code: 1002012,
    error: 'invalid_scope',
    text: `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  }),
  loginRequired: (): Refusal => ({
    code: 50058,
    error: 'login_required',
    text: 'Session information is not sufficient for single-sign-on.',
  }),
  consentRequired: (id: string, name: string) =>
    grant(
      65001,
      `The user or administrator has not consented to use the application with ID '${id}' named '${name}'. Send an interactive authorization request for this user and resource.`,
      { suberror: 'consent_required' },
    ),
  consentDeclined: (): Refusal => ({
    code: 65004,
    error: 'access_denied',
    text: 'User declined to consent to access the app.',
  }),
  stepUp: (resource: string, claims: string) =>
    grant(
      50076,
      `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${resource}'.`,
      { suberror: 'basic_action', claims },
    ),
  refreshExpired: (issued: string) =>
    grant(
      700082,
      `The refresh token has expired due to inactivity. The token was issued on ${issued} and was inactive for 90.00:00:00.`,
    ),
  grantExpired: () =>
    grant(
      70008,
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    ),
  grantInvalid: () => grant(70000, 'Provided grant is invalid or malformed.'),
  codeRedeemed: () =>
    grant(
      54005,
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    ),
  verifierMismatch: () =>
    grant(501481, 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'),
  redirectDiffers: (sent: string, first: string) =>
    grant(
      500112,
      `The reply address '${sent}' does not match the reply address '${first}' provided when requesting Authorization code.`,
    ),
  crossOrigin: (origin: string) =>
    request(
      9002326,
      `Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${origin}'.`,
    ),
  credentialMissing: () =>
    client(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
  secretInvalid: (id: string) =>
    client(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${id}'.`,
    ),
  assertionMalformed: () => client(50027, 'JWT token is invalid or malformed.'),
  assertionSignature: () => client(700027, 'Client assertion failed signature validation.'),
  assertionTime: (now: string, from: string, to: string) =>
    client(
      700024,
      `Client assertion is not within its valid time range. Current time: ${now}, assertion valid from ${from}, expiry time of assertion ${to}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
    ),
  noCredentials: (id: string, name: string) =>
    client(70025, `The client '${id}'(${name}) has no configured federated identity credentials.`),
  issuerMismatch: (issuer: string) => client(700211, `${noRecord} issuer '${issuer}'. ${federationTail}`),
  audienceMismatch: (audience: string) => client(700212, `${noRecord} audience '${audience}'. ${federationTail}`),
  subjectMismatch: (subject: string) => client(700213, `${noRecord} subject '${subject}'. ${federationTail}`),
  subjectCase: (subject: string) =>
    client(
      7002138,
      `${noRecord} subject '${subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. See documentation at: ${federationDocs}. See breaking change notification and remediation at: https://learn.microsoft.com/en-us/entra/identity-platform/reference-breaking-changes#august-2024.`,
    ),
  issuerUnreachable: () => request(50166, 'Request to External OIDC endpoint failed.'),
} satisfies Record<string, (...values: string[]) => Refusal>;
