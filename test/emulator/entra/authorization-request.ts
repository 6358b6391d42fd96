import type { Application, Tenant, World } from '../core/world.ts';
import type { Refusal } from './errors.ts';
import { refusals } from './refusals.ts';
import { isScopeRefusal, parseScope, type ScopeRefusal, type ScopeRequest } from './resources.ts';
import { findTenant, guidPattern, sharedTenants } from './state.ts';

export interface AuthorizationRequest {
  readonly tenant: Tenant;
  readonly application: Application;
  readonly redirectUri: string;
  readonly responseMode: 'query' | 'fragment';
  readonly scope: string;
  readonly scopes: ScopeRequest;
  readonly query: URLSearchParams;
}

/** `page`: shown to the person, since there is no address that could be trusted with it. `redirect`: told to the application. */
export type Parsed =
  | { readonly type: 'request'; readonly request: AuthorizationRequest }
  | { readonly type: 'page'; readonly refusal: Refusal }
  | {
      readonly type: 'redirect';
      readonly refusal: Refusal;
      readonly redirectUri: string;
      readonly mode: 'query' | 'fragment';
    };

/** Tenant of a path, or the refusal that says why there is none. */
export function readTenant(world: World, name: string): Tenant | Refusal {
  const tenant = findTenant(world, name);
  if (tenant) return tenant;
  const wellFormed = guidPattern.test(name) || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name);
  return wellFormed ? refusals.tenantUnknown(name) : refusals.tenantMalformed(name);
}

export function parseAuthorization(world: World, tenantName: string, query: URLSearchParams): Parsed {
  const clientId = query.get('client_id') ?? '';
  if (clientId === '') return { type: 'page', refusal: refusals.parameterMissing('client_id') };
  if (sharedTenants.includes(tenantName.toLowerCase())) {
    const found = world.directory.tenants
      .flatMap(({ applications }) => applications)
      .find((app) => app.clientId === clientId);
    const refusal = found
      ? refusals.notMultiTenant(clientId, found.name)
      : refusals.clientUnknown(clientId, 'Microsoft');
    return { type: 'page', refusal };
  }
  const tenant = readTenant(world, tenantName);
  if ('code' in tenant) return { type: 'page', refusal: tenant };
  const application = tenant.applications.find((candidate) => candidate.clientId === clientId.toLowerCase());
  if (!application) return { type: 'page', refusal: refusals.clientUnknown(clientId, tenant.name) };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRegistered(application, redirectUri)) {
    return { type: 'page', refusal: refusals.redirectMismatch(redirectUri, clientId) };
  }
  const mode = query.get('response_mode') === 'fragment' ? 'fragment' : 'query';
  const scope = query.get('scope') ?? '';
  const scopes = parseScope(scope);
  const refusal =
    judge(query, scope) ?? (isScopeRefusal(scopes) ? scopeRefusal(scopes, application, tenant) : undefined);
  if (refusal) return { type: 'redirect', refusal, redirectUri, mode };
  return {
    type: 'request',
    request: { tenant, application, redirectUri, responseMode: mode, scope, scopes: scopes as ScopeRequest, query },
  };
}

function judge(query: URLSearchParams, scope: string): Refusal | undefined {
  const type = query.get('response_type') ?? '';
  if (type !== 'code') return refusals.responseTypeUnsupported(type);
  if (scope === '') return refusals.parameterMissing('scope');
  const challenge = query.get('code_challenge');
  if (!challenge || query.get('code_challenge_method') !== 'S256') return refusals.pkceRequired();
  return /^[\w-]{43}$/.test(challenge) ? undefined : refusals.challengeMalformed();
}

export function scopeRefusal(refusal: ScopeRefusal, application: { name: string }, tenant: Tenant): Refusal {
  if (refusal.code === 500011) return refusals.resourceUnknown(refusal.value, tenant.name);
  if (refusal.code === 650053) {
    return refusals.scopeUnknown(application.name, refusal.value, refusal.resource?.appId ?? '');
  }
  return refusals.scopeInvalid(refusal.value);
}

/** Exact, but for the port of a localhost address, which Entra ignores (RFC 8252, 7.3). */
export function isRegistered(application: Application, uri: string): boolean {
  const wanted = withoutLoopbackPort(uri);
  return wanted !== undefined && application.redirectUris.some((known) => withoutLoopbackPort(known) === wanted);
}

function withoutLoopbackPort(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  if (url.hash !== '') return undefined;
  if (url.hostname === 'localhost') url.port = '';
  return url.href;
}
