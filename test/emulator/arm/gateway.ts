import type { EmulatorRequest, EmulatorResponse, Route } from '../core/service.ts';
import { isRefusal, type Principal, type TokenRefusal, type World } from '../core/world.ts';
import { allows, sees } from './authorization.ts';
import { gatewayError, withCommonHeaders } from './respond.ts';
import { armLimits, globalFactor, type OperationClass, take } from './throttle.ts';

type Answer = Exclude<EmulatorResponse, 'handled'>;

export interface Call {
  readonly request: EmulatorRequest;
  readonly world: World;
  readonly caller: Principal;
  readonly params: Readonly<Record<string, string>>;
}
export interface ArmRoute {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly operation: string;
  /** The RBAC action; `listed` means that the answer is filtered by it instead of being refused as a whole. */
  readonly action: string;
  readonly listed?: boolean;
  /** The provider counts by itself: no ARM bucket. */
  readonly ownQuota?: boolean;
  /** Scope of the action; by default the request's own path. */
  readonly scope?: (params: Readonly<Record<string, string>>, world: World) => string;
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

/**
 * The front door: token, api-version, subscription, tenant, limits and rights come before the question whether anything exists,
 * so that a caller without rights learns nothing. The order is a guess where documentation is silent.
 */
export function guard(route: ArmRoute): Route {
  return {
    method: route.method,
    path: route.path,
    operation: route.operation,
    handle: async (request, world) => {
      const { answer, headers } = await judge(route, request, world);
      const complete = withCommonHeaders(answer, request, world);
      return { ...complete, headers: { ...headers, ...complete.headers } };
    },
  };
}

async function judge(
  route: ArmRoute,
  request: EmulatorRequest,
  world: World,
): Promise<{ answer: Answer; headers?: Record<string, string> }> {
  const { params } = request;
  const subscriptionId = subscriptionOf(request.path)?.toLowerCase();
  const subscription = world.azure.subscriptions.find(({ id }) => id.toLowerCase() === subscriptionId);
  const caller = await world.tokens.verify(request.headers.authorization, 'arm');
  if (isRefusal(caller)) return { answer: refuseToken(caller, request, world, subscription?.tenantId) };
  const version = request.query.get('api-version');
  if (!version)
    return {
      answer: gatewayError(
        400,
        'MissingApiVersionParameter',
        'The api-version query parameter (?api-version=) is required for all requests.',
      ),
    };
  if (!/^\d{4}-\d{2}-\d{2}(-\w+)?$/.test(version))
    return {
      answer: gatewayError(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`),
    };
  if (subscriptionId !== undefined) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(subscriptionId))
      return {
        answer: gatewayError(
          400,
          'InvalidSubscriptionId',
          `The provided subscription identifier '${subscriptionId}' is malformed or invalid.`,
        ),
      };
    if (!subscription)
      return {
        answer: gatewayError(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`),
      };
    if (subscription.tenantId !== caller.tenantId)
      return { answer: wrongTenant(`https://sts.windows.net/${caller.tenantId}/`, subscription.tenantId) };
  }
  const limited = route.ownQuota ? { headers: {} } : throttle(route, caller, world, subscriptionId);
  if ('refusal' in limited && limited.refusal) return { answer: limited.refusal };
  // The URL is as the caller wrote it; a doubled slash, as SDKs send for an empty parent path, means nothing to ARM.
  const scope = route.scope?.(params, world) ?? decodeURIComponent(request.path).replace(/\/{2,}/g, '/');
  const allowed = route.listed
    ? sees(world, caller.oid, subscriptionId ? `/subscriptions/${subscriptionId}` : '/') || !subscriptionId
    : allows(world, caller.oid, route.action, scope);
  if (!allowed) return { answer: authorizationFailed(caller, route.action, scope), headers: limited.headers };
  return { answer: await route.answer({ request, world, caller, params }), headers: limited.headers };
}

function subscriptionOf(path: string): string | undefined {
  return /^\/+subscriptions\/([^/]+)/i.exec(path)?.[1];
}

export function authorizationFailed(caller: Principal, action: string, scope: string): Answer {
  return gatewayError(
    403,
    'AuthorizationFailed',
    `The client '${caller.name}' with object id '${caller.oid}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function throttle(
  route: ArmRoute,
  caller: Principal,
  world: World,
  subscriptionId: string | undefined,
): { headers: Record<string, string>; refusal?: Answer } {
  const operations: OperationClass =
    route.method === 'DELETE' ? 'deletes' : route.method === 'GET' || route.method === 'HEAD' ? 'reads' : 'writes';
  const kind = subscriptionId ? 'subscription' : 'tenant';
  const owner = subscriptionId ?? caller.tenantId;
  const limit = armLimits[operations];
  const whole = { size: limit.size * globalFactor, perSecond: limit.perSecond * globalFactor };
  const own = take(world, `arm/${kind}/${owner}/${caller.oid}/${operations}`, limit);
  const all = take(world, `arm/${kind}/${owner}/${operations}`, whole);
  const refused = 'retryAfterSeconds' in own ? own : 'retryAfterSeconds' in all ? all : undefined;
  if (refused)
    return {
      headers: {},
      refusal: gatewayError(
        429,
        'SubscriptionRequestsThrottled',
        `Number of requests for subscription '${owner}' and operation '${route.action}' exceeded the backend storage limit. Please try again after '${refused.retryAfterSeconds}' seconds.`,
        { 'retry-after': String(refused.retryAfterSeconds) },
      ),
    };
  const left = (result: typeof own) => String('left' in result ? result.left : 0);
  return {
    headers: {
      [`x-ms-ratelimit-remaining-${kind}-${operations}`]: left(own),
      ...(kind === 'subscription' ? { [`x-ms-ratelimit-remaining-${kind}-global-${operations}`]: left(all) } : {}),
    },
  };
}

function wrongTenant(issuer: string, tenantId: string): Answer {
  return gatewayError(
    401,
    'InvalidAuthenticationTokenTenant',
    `The access token is from the wrong issuer '${issuer}'. It must match the tenant 'https://sts.windows.net/${tenantId}/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/${tenantId}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.`,
  );
}

/** `11/24/2025 11:31:00 PM`, as ARM writes times into its token errors. */
function usDate(ms: number): string {
  return new Date(ms)
    .toLocaleString('en-US', { timeZone: 'UTC' })
    .replace(',', '')
    .replace(/\u202f/g, ' ');
}

function refuseToken(
  { refused, expiredAt, issuer }: TokenRefusal,
  request: EmulatorRequest,
  world: World,
  subscriptionTenant: string | undefined,
): Answer {
  const tenantId = subscriptionTenant ?? world.directory.tenants[0]?.id ?? 'common';
  if (refused === 'tenant') return wrongTenant(issuer ?? 'unknown', tenantId);
  const authorize = world.url('login.windows.net');
  const challenge = (error: string) => ({
    'www-authenticate': `Bearer authorization_uri="${authorize}/${tenantId}", error="invalid_token", error_description="${error}"`,
  });
  if (refused === 'missing')
    return gatewayError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      challenge("The authentication failed because of missing 'Authorization' header."),
    );
  if (refused === 'expired')
    return gatewayError(
      401,
      'ExpiredAuthenticationToken',
      `The access token expiry UTC time '${usDate(expiredAt ?? 0)}' is earlier than current UTC time '${usDate(world.clock.now())}'.`,
      challenge('The access token has expired.'),
    );
  if (refused === 'audience')
    return gatewayError(
      401,
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for wrong audience or resource '${audienceOf(request)}'. It should exactly match with one of the allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'.`,
      challenge('The access token has been obtained from wrong audience or resource.'),
    );
  return gatewayError(
    401,
    'InvalidAuthenticationToken',
    'The access token is invalid.',
    challenge('The access token is invalid.'),
  );
}

function audienceOf(request: EmulatorRequest): string {
  try {
    const payload = request.headers.authorization?.split('.')[1] ?? '';
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud?: unknown };
    return typeof claims.aud === 'string' ? claims.aud : 'unknown';
  } catch {
    return 'unknown';
  }
}
