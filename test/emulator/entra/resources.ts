import type { Audience } from '../core/world.ts';

export interface Resource {
  readonly key: Audience | 'graph';
  readonly appId: string;
  readonly name: string;
  /** Application id URIs, without trailing slash. */
  readonly uris: readonly string[];
  readonly scopes: readonly string[];
  /** What a person reads on the consent page. */
  readonly consent: string;
}

/** First-party resources that the application may ask for; anything else is AADSTS500011. */
export const resources: readonly Resource[] = [
  {
    key: 'arm',
    appId: '797f4846-ba00-4fd7-bf43-dac1f8f63013',
    name: 'Windows Azure Service Management API',
    uris: ['https://management.azure.com', 'https://management.core.windows.net'],
    scopes: ['user_impersonation'],
    consent: 'Access Azure Service Management as you',
  },
  {
    key: 'aks',
    appId: '6dae42f8-4368-4678-94ff-3960e28e3630',
    name: 'Azure Kubernetes Service AAD Server',
    uris: [],
    scopes: ['user.read'],
    consent: 'Access Azure Kubernetes Service clusters as you',
  },
  {
    key: 'devops',
    appId: '499b84ac-1321-427f-aa17-267ca6975798',
    name: 'Azure DevOps',
    uris: ['https://app.vssps.visualstudio.com'],
    scopes: ['user_impersonation'],
    consent: 'Have full access to Visual Studio Team Services REST APIs as you',
  },
  {
    key: 'graph',
    appId: '00000003-0000-0000-c000-000000000000',
    name: 'Microsoft Graph',
    uris: ['https://graph.microsoft.com'],
    scopes: ['User.Read'],
    consent: 'Sign you in and read your profile',
  },
];

const oidcScopes = ['openid', 'profile', 'email', 'offline_access'];

export interface ScopeRequest {
  readonly oidc: readonly string[];
  readonly asked: readonly { resource: Resource; identifier: string; scopes: readonly string[] }[];
}
export interface ScopeRefusal {
  readonly code: 500011 | 650053 | 70011;
  readonly value: string;
  readonly resource?: Resource;
}

export function resourceOf(identifier: string): Resource | undefined {
  const wanted = identifier.replace(/\/$/, '').toLowerCase();
  return resources.find(({ appId, uris }) => appId === wanted || uris.includes(wanted));
}

/**
 * Splits `{resource}/{scope}` at the last slash, so that `https://management.azure.com//.default` names the resource with its
 * trailing slash, which then is the token's audience.
 */
export function parseScope(scope: string): ScopeRequest | ScopeRefusal {
  const oidc: string[] = [];
  const asked = new Map<string, { resource: Resource; identifier: string; scopes: string[] }>();
  for (const value of scope.split(' ').filter(Boolean)) {
    if (oidcScopes.includes(value)) {
      oidc.push(value);
      continue;
    }
    const slash = value.lastIndexOf('/');
    const identifier = slash < 0 ? '00000003-0000-0000-c000-000000000000' : value.slice(0, slash);
    const name = value.slice(slash + 1);
    if (name === '') return { code: 70011, value };
    const resource = resourceOf(identifier);
    if (!resource) return { code: 500011, value: identifier };
    const known = resource.scopes.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (!known && name !== '.default') return { code: 650053, value: name, resource };
    const entry = asked.get(resource.appId) ?? { resource, identifier, scopes: [] };
    entry.scopes.push(known ?? name);
    asked.set(resource.appId, entry);
  }
  return { oidc, asked: [...asked.values()] };
}

export function isScopeRefusal(result: ScopeRequest | ScopeRefusal): result is ScopeRefusal {
  return 'code' in result;
}
