import type { IssuerKind, IssuerPlace } from '../model/audit.ts';
import type { CloudEnvironment } from '../model/cloud.ts';

/**
 * Names that anybody may take by signing up: whoever owns the name today publishes the keys that the identity trusts.
 * Source: the technique of a self-made issuer on such hosts, github.com/dirkjanm/ROADtools (ROADoidc).
 */
const selfHostable = [
  '.azurewebsites.net',
  '.blob.core.windows.net',
  '.web.core.windows.net',
  '.azurestaticapps.net',
  '.azureedge.net',
  '.azurefd.net',
  '.azure-api.net',
  '.cloudapp.azure.com',
  '.azurecontainerapps.io',
  '.trafficmanager.net',
  '.amazonaws.com',
  '.cloudfront.net',
  '.appspot.com',
  '.run.app',
  '.web.app',
  '.storage.googleapis.com',
  'storage.googleapis.com',
  '.github.io',
  '.gitlab.io',
  '.pages.dev',
  '.workers.dev',
  '.netlify.app',
  '.vercel.app',
  '.herokuapp.com',
  '.ngrok.io',
  '.ngrok.app',
  '.ngrok-free.app',
  '.trycloudflare.com',
];
const entraHosts = [
  'login.microsoftonline.com',
  'sts.windows.net',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
];
const githubHosts = ['token.actions.githubusercontent.com'];
const devopsHosts = ['vstoken.dev.azure.com'];
/** Of identities bound through AKS identity bindings; managed by AKS, never an orphan. */
const bindingHost = /^ib\.oic\.prod-aks\.azure\.(com|us|cn)$/;
export const bindingName = 'aks-identity-binding';

/** What the address alone says. A cluster is joined to it later, by whoever has the list of clusters. */
export function classifyIssuer(
  issuer: string,
  cloud: Pick<CloudEnvironment, 'aks' | 'authorityHost'>,
  tenantId: string,
): IssuerPlace {
  let url: URL;
  try {
    url = new URL(issuer.trim());
  } catch {
    return { kind: 'unknown', host: issuer.slice(0, 253) };
  }
  const host = url.hostname.toLowerCase();
  const place = (kind: IssuerKind, more: Partial<IssuerPlace> = {}): IssuerPlace => ({ kind, host, ...more });
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '') return place('unknown');
  if (bindingHost.test(host)) return place('identity-binding');
  if (cloud.aks.issuerHosts.some((known) => matches(host, known))) return place(...aks(url, tenantId));
  if (githubHosts.includes(host)) return place('github');
  if (devopsHosts.includes(host)) return place('devops');
  if (entraHosts.includes(host) || host === new URL(cloud.authorityHost).hostname) return place('entra');
  if (selfHostable.some((known) => matches(host, known))) return place('self-hostable');
  return place('unknown');
}

function matches(host: string, known: string): boolean {
  return known.startsWith('.') ? host.endsWith(known) : host === known;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `https://{region}.oic.prod-aks.azure.com/{tenant}/{cluster}/`; the first generation of issuers names the cluster alone. */
function aks(url: URL, own: string): [IssuerKind, Partial<IssuerPlace>] {
  const [first = '', second = ''] = url.pathname.split('/').filter(Boolean);
  const region = url.hostname.split('.')[0] ?? '';
  if (!guid.test(first)) return ['unknown', {}];
  if (!guid.test(second)) return ['aks', {}];
  const tenantId = first.toLowerCase();
  return [tenantId === own.toLowerCase() ? 'aks' : 'aks-foreign', { region, tenantId }];
}

/** Equal but for what Entra does not forgive: the slash at the end, white space and case. */
export function normalisedIssuer(issuer: string): string {
  return issuer.replace(/\s/g, '').toLowerCase().replace(/\/+$/, '');
}

export const issuerWords: Readonly<Record<IssuerKind, string>> = {
  aks: 'AKS',
  'aks-foreign': 'AKS of another tenant',
  'identity-binding': 'AKS identity binding',
  github: 'GitHub Actions',
  devops: 'Azure DevOps service connection',
  entra: 'Entra ID',
  'self-hostable': 'Anybody may take such a name',
  unknown: 'Not a known platform',
};
