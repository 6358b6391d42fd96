import type { EmulatorRequest } from '../core/service.ts';
import type { DevopsOrganization, Principal } from '../core/world.ts';
import { type Answer, hosts } from './context.ts';
import type { Rejection } from './credentials.ts';
import { bearerChallenge, envelope, tenantHeaders } from './envelope.ts';
import { guidOf, storageKeyOf } from './identifiers.ts';

/** As long as the real page, so that a client which reads it as data notices. */
const page = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html lang="en-US" xmlns="http://www.w3.org/1999/xhtml">
<head><title>
	Azure DevOps Services | Sign In
</title><meta http-equiv="X-UA-Compatible" content="IE=11;&#32;IE=10;&#32;IE=9;&#32;IE=8" />
<style type="text/css">${'.sign-in { margin: 0; padding: 0; border: 0; font: inherit; vertical-align: baseline; }\n'.repeat(180)}</style>
</head><body><div class="sign-in"><h1>Azure DevOps Services</h1><p>Sign in to continue.</p></div></body></html>
`;
const realms: Record<string, string> = {
  [hosts.core]: 'https://tfsprodweu2.app.visualstudio.com/',
  [hosts.entitlements]: 'https://aexprodweu1.vsaex.visualstudio.com/',
  [hosts.graph]: 'https://spsprodweu2.vssps.visualstudio.com/',
  [hosts.deployment]: 'https://app.vssps.visualstudio.com/',
};
export const basicChallenge = (host: string) => `Basic realm="${realms[host] ?? realms[hosts.core]}"`;
const notAuthorized = (user: string) => `TF400813: The user '${user}' is not authorized to access this resource.`;

/** What REST says to somebody who is not let in. Deployment-level requests have no organisation. */
export function restRejection(
  rejection: Rejection,
  request: EmulatorRequest,
  organization: DevopsOrganization | undefined,
): Answer {
  const tenant = organization ? tenantHeaders(organization) : {};
  switch (rejection.reason) {
    case 'anonymous':
      return signIn(request, tenant);
    case 'expired':
      if (request.method !== 'GET' && request.method !== 'POST')
        return { status: 401, body: envelope('UnauthorizedRequestException', notAuthorized('')), headers: tenant };
      return signIn(request, tenant);
    case 'token':
      return refusedToken();
    case 'pat':
      return { status: 401, headers: { 'www-authenticate': basicChallenge(request.host) } };
    case 'stranger':
      return stranger(rejection.principal, request, organization);
  }
}

function signIn(request: EmulatorRequest, tenant: Answer['headers']): Answer {
  const suppressed = request.headers['x-tfs-fedauthredirect']?.toLowerCase() === 'suppress';
  if (!suppressed)
    return { status: 302, headers: { ...tenant, location: signInUrl(request), 'content-type': 'text/html' }, body: '' };
  if (request.method === 'HEAD') return { status: 401, headers: tenant };
  return { status: 203, body: page, headers: { ...tenant, 'content-type': 'text/html; charset=utf-8' } };
}

function signInUrl(request: EmulatorRequest): string {
  const back = encodeURIComponent(`https://${request.host}${request.path}`);
  const context = Buffer.from(JSON.stringify({ ht: 2, hid: guidOf(request.host), qs: {} })).toString('base64url');
  return `https://spsprodweu2.vssps.visualstudio.com/_signin?realm=${request.host}&reply_to=${back}&redirect=1&hid=${guidOf(request.path)}&context=${context}#ctx=${context}`;
}

/** The only refusal with a byte order mark and no charset: parsers that take the body as it is fail on it. */
function refusedToken(): Answer {
  const message = 'TF400813: The user is not authorized to access this resource. ';
  return {
    status: 401,
    body: `\ufeff${JSON.stringify(envelope('InvalidIdentityException', message))}`,
    headers: {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer',
      'x-tfs-serviceerror': encodeURIComponent(message),
    },
  };
}

/** The name of a principal in messages: tenant, backslash, user name or object id. */
export function accountName(principal: Pick<Principal, 'kind' | 'tenantId' | 'oid' | 'name'>): string {
  return `${principal.tenantId}\\${principal.kind === 'user' ? principal.name : principal.oid}`;
}

export function strangerMessage(principal: Principal, organization: DevopsOrganization | undefined): string {
  const { tenantId, oid, kind } = principal;
  return kind === 'servicePrincipal' && tenantId === organization?.tenantId
    ? `TF401444: Please sign-in at least once as ${tenantId}\\${tenantId}\\${oid} in a web browser to enable access to the service.`
    : notAuthorized(accountName(principal));
}

function stranger(
  principal: Principal,
  request: EmulatorRequest,
  organization: DevopsOrganization | undefined,
): Answer {
  const tenant = organization?.tenantId;
  return {
    status: 401,
    body: envelope('UnauthorizedRequestException', strangerMessage(principal, organization)),
    headers: {
      ...(organization ? tenantHeaders(organization) : {}),
      'www-authenticate': tenant ? [bearerChallenge(tenant), 'TFS-Federated'] : ['TFS-Federated'],
      'x-vss-authenticateerror': 'Unauthorized',
      'x-vss-s2stargetservice': '00000002-0000-8888-8000-000000000000/visualstudio.com',
      'x-tfs-fedauthredirect': signInUrl(request),
      // A user is known across organisations; a service principal only where somebody added it.
      ...(principal.kind === 'user'
        ? { 'x-vss-userdata': `${storageKeyOf('profile', principal.oid)}:${principal.name}` }
        : {}),
    },
  };
}
