import { randomUUID } from 'node:crypto';
import { type EmulatorRequest, type EmulatorResponse, json } from '../core/service.ts';
import type { World } from '../core/world.ts';
import { readTenant } from './authorization-request.ts';
import { refuse, trace } from './errors.ts';
import { authorityUrl, entraState, issuerOf, sharedTenants } from './state.ts';

const cached = (): Record<string, string | readonly string[]> => ({
  'cache-control': 'max-age=86400, private',
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, OPTIONS',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  p3p: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
  'x-ms-request-id': randomUUID(),
  'x-ms-ests-server': '2.1.21574.6 - NEULR1 ProdSlices',
  'x-xss-protection': '0',
  'set-cookie': ['x-ms-gateway-slice=estsfd; path=/; secure; samesite=none; httponly'],
});

/** Where a browser finds the pages: by name on the TLS port, or over http on localhost. */
function pagesUrl(world: World): string {
  const authority = authorityUrl(world);
  return authority.startsWith('https://localhost') ? `http://localhost:${world.ports.pages}` : authority;
}

const tenantName = ({ params: { tenant = '' } }: EmulatorRequest) => tenant.toLowerCase();

export function openidConfiguration(request: EmulatorRequest, world: World): EmulatorResponse {
  const name = tenantName(request);
  const shared = sharedTenants.includes(name);
  const found = shared ? undefined : readTenant(world, name);
  if (found && 'code' in found) return refuse(found, trace(request, world));
  const authority = authorityUrl(world);
  // Addresses keep the name that the caller used; only the issuer is always the tenant's id.
  const base = `${authority}/${name}`;
  const pages = `${pagesUrl(world)}/${name}`;
  const document = {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuerOf(found?.id ?? '{tenantid}'),
    request_uri_parameter_supported: false,
    userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
    authorization_endpoint: `${pages}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${pages}/oauth2/v2.0/logout`,
    claims_supported: (
      'sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat auth_time acr nonce ' +
      'preferred_username name tid ver at_hash c_hash email'
    ).split(' '),
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: shared ? null : 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
  return json(200, document, cached());
}

export function keys(request: EmulatorRequest, world: World): EmulatorResponse {
  const name = tenantName(request);
  const found = sharedTenants.includes(name) ? undefined : readTenant(world, name);
  if (found && 'code' in found) return refuse(found, trace(request, world));
  const issuer = issuerOf(found?.id ?? '{tenantid}');
  return json(200, { keys: [{ ...entraState(world).keys.jwk, issuer }] }, cached());
}

const publicHosts = ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'];

/** Knows Microsoft's own authorities only: a private one needs `knownAuthorities` or `disableInstanceDiscovery`, as in production. */
export function instances(request: EmulatorRequest, world: World): EmulatorResponse {
  const endpoint = request.query.get('authorization_endpoint') ?? '';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !publicHosts.includes(url.hostname)) {
    const text = 'Unknown or invalid instance.';
    return refuse({ code: 50049, error: 'invalid_instance', text }, trace(request, world));
  }
  const tenant = url.pathname.split('/')[1] ?? 'common';
  return json(
    200,
    {
      tenant_discovery_endpoint: `https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [
        { preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net', aliases: publicHosts },
        {
          preferred_network: 'login.partner.microsoftonline.cn',
          preferred_cache: 'login.partner.microsoftonline.cn',
          aliases: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
        },
        {
          preferred_network: 'login.microsoftonline.us',
          preferred_cache: 'login.microsoftonline.us',
          aliases: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
        },
      ],
    },
    cached(),
  );
}
