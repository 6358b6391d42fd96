import type { Emulator } from '../../core/emulator.ts';
import type { AzureIdentity, DevopsOrganization, Timing, World } from '../../core/world.ts';
import { startTestEmulator } from '../../test-emulator.ts';
import { seedDevops } from '../../world/devops.ts';
import { contosoTenantId, seedDirectory, users } from '../../world/directory.ts';
import { type Host, hosts } from '../context.ts';

export function startDevops(timing: Partial<Timing> = {}): Promise<Emulator> {
  return startTestEmulator({
    timing,
    seed: async (world) => {
      await seedDirectory(world);
      await seedDevops(world);
    },
  });
}
export function organizationOf(world: World, name: string): DevopsOrganization {
  const organization = world.devops.organizations.get(name);
  if (!organization) throw new Error(`no organisation ${name}`);
  return organization;
}

export function tokenOf(
  world: World,
  person: keyof typeof users,
  audience: 'devops' | 'arm' = 'devops',
  lifetimeSeconds = 3600,
): Promise<string> {
  const { oid, upn, name } = users[person];
  return world.tokens.issue(
    { kind: 'user', tenantId: contosoTenantId, oid, name: upn, displayName: name },
    audience,
    lifetimeSeconds,
  );
}
export function tokenOfIdentity(world: World, identity: AzureIdentity): Promise<string> {
  const { principalId: oid, clientId, name, tenantId } = identity;
  return world.tokens.issue(
    { kind: 'servicePrincipal', tenantId, oid, name: clientId, displayName: name },
    'devops',
    3600,
  );
}

let made = 0;
/** A managed identity as ARM would have made it just now. */
export function createIdentity(world: World, tenantId = contosoTenantId): AzureIdentity {
  made += 1;
  const id = (group: string) => `${made.toString(16).padStart(8, '0')}-${group}-4000-8000-000000000000`;
  const identity: AzureIdentity = {
    id: `/subscriptions/${id('0001')}/resourcegroups/rg/providers/microsoft.managedidentity/userassignedidentities/id-${made}`,
    name: `id-argocd-${made}`,
    subscriptionId: id('0001'),
    resourceGroup: 'rg',
    location: 'westeurope',
    tenantId,
    clientId: id('00c1'),
    principalId: id('00b1'),
    tags: {},
    createdAt: world.clock.now(),
    credentials: [],
  };
  world.azure.identities.set(identity.id, identity);
  return identity;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // The tests look into bodies of many shapes.
  readonly body: Record<string, unknown>;
}
export interface Ask {
  readonly token?: string;
  readonly authorization?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Sent by every Microsoft client; false asks as a browser does. */
  readonly suppress?: boolean;
}

/** One request; the version is preview 7.1 unless the path names one. */
export async function ask(world: World, host: Host, path: string, options: Ask = {}): Promise<Reply> {
  const authorization = options.authorization ?? (options.token ? `Bearer ${options.token}` : undefined);
  const response = await fetch(`${world.url(hosts[host])}${path}`, {
    method: options.method ?? 'GET',
    redirect: 'manual',
    headers: {
      accept: path.includes('api-version') ? 'application/json' : 'application/json;api-version=7.1-preview',
      ...(options.suppress === false ? {} : { 'x-tfs-fedauthredirect': 'Suppress' }),
      ...(authorization ? { authorization } : {}),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(20_000),
  });
  // `response.text()` would drop the byte order mark that some refusals carry.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // No JSON: the test looks at `text`.
  }
  return { status: response.status, headers: response.headers, text, body };
}
export const valuesOf = <T = Record<string, unknown>>(reply: Reply) => reply.body.value as T[];
export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
