import { join } from 'node:path';
import type { EmulatorRequest, EmulatorResponse } from '../../core/service.ts';
import type { AzureCluster, ClusterBackend, ClusterObject, World } from '../../core/world.ts';
import { entraUser } from '../embedded/authentication.ts';
import { type ClusterUser, forbidden } from '../embedded/rbac.ts';
import { parsePath } from '../embedded/request-info.ts';
import { inClusterIssuer } from '../embedded/service-account-keys.ts';
import { refuse, StatusError, statusResponse } from '../embedded/status.ts';
import { createAdmin } from './admin.ts';
import { type ApiClient, collect, createApiClient } from './client.ts';
import { startApiServer } from './processes.ts';

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'content-length']);

/**
 * A real kube-apiserver behind the emulator's door: the door knows Entra's tokens, as AKS' authenticator does, and hands the
 * person on by impersonation, so that the server's own RBAC decides.
 */
export async function createRealBackend(world: World, cluster: AzureCluster, assets: string): Promise<ClusterBackend> {
  const folder = join(world.dataDir, 'kubernetes', cluster.name);
  const server = await startApiServer(assets, folder, cluster.oidcIssuerEnabled ? cluster.issuerUrl : inClusterIssuer);
  const client = createApiClient(server);
  const admin = createAdmin(client);
  let issuer = cluster.oidcIssuerEnabled ? cluster.issuerUrl : inClusterIssuer;
  let restarting: Promise<void> = Promise.resolve();

  return {
    clusterId: cluster.id,
    admin,
    handle: async (request) => {
      await restarting;
      try {
        return await forward(world, cluster, client, server.adminToken, request);
      } catch (error) {
        if (error instanceof StatusError) return statusResponse(error);
        throw error;
      }
    },
    jwks: async () => {
      await restarting;
      return client.json<{ keys: Record<string, unknown>[] }>({
        method: 'GET',
        path: '/openid/v1/jwks',
        headers: { accept: 'application/jwk-set+json' },
      });
    },
    setIssuer: async (next) => {
      if (next === issuer) return restarting;
      issuer = next;
      restarting = restarting.then(() => server.restart(next));
      await restarting;
    },
    keep: () => ({ kind: 'real' }),
    stop: async () => {
      await restarting.catch(() => undefined);
      client.close();
      await server.stop();
    },
  };
}

async function forward(
  world: World,
  cluster: AzureCluster,
  client: ApiClient,
  adminToken: string,
  request: EmulatorRequest,
): Promise<EmulatorResponse> {
  const { authorization } = request.headers;
  if (!authorization) throw refuse.unauthorized();
  const user = await entraUser(world, authorization);
  const asked = request.headers['impersonate-user'];
  if (user && asked) throw forbidden(user, { verb: 'impersonate', group: '', resource: 'users', name: asked });
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !hopByHop.has(name)) headers[name] = value;
  if (user) {
    headers.authorization = `Bearer ${adminToken}`;
    headers['impersonate-user'] = user.name;
    headers['impersonate-group'] = [...user.groups];
  }
  const query = request.query.toString();
  const path = `${request.path}${query ? `?${query}` : ''}`;
  const before = user && request.method === 'PATCH' ? await versionOf(client, request) : undefined;
  const incoming = await client.open({ method: request.method, path, headers, body: request.body });
  const answerHeaders = Object.fromEntries(
    Object.entries(incoming.headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !hopByHop.has(entry[0]),
    ),
  );
  const status = incoming.statusCode ?? 502;
  if (['true', '1'].includes(request.query.get('watch') ?? '') && status === 200) {
    const { response } = request.raw;
    response.writeHead(status, answerHeaders);
    response.flushHeaders();
    incoming.pipe(response);
    response.on('close', () => incoming.destroy());
    return 'handled';
  }
  const body = await collect(incoming);
  if (user && status < 300) record(world, cluster, user, request, body, before);
  return { status, headers: answerHeaders, body };
}

/** An apply that changes nothing keeps the version, and is no mutation. */
async function versionOf(client: ApiClient, request: EmulatorRequest): Promise<string | undefined> {
  return client
    .json<ClusterObject>({ method: 'GET', path: request.path })
    .then(({ metadata }) => metadata.resourceVersion)
    .catch(() => undefined);
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
function record(
  world: World,
  cluster: AzureCluster,
  user: ClusterUser,
  request: EmulatorRequest,
  body: Buffer,
  before: string | undefined,
): void {
  const info = parsePath(request.path);
  const verb = verbs[request.method];
  if (!verb || !info.resourceful || request.query.get('dryRun')) return;
  // Reviews and tokens are answers, not objects.
  if (info.group === 'authorization.k8s.io' || info.subresource === 'token') return;
  const object = JSON.parse(body.toString('utf8')) as ClusterObject;
  if (before !== undefined && before === object.metadata.resourceVersion) return;
  const applied = request.headers['content-type']?.startsWith('application/apply-patch') ?? false;
  const name = info.name ?? object.metadata.name;
  world.ledger.record({
    service: 'kubernetes',
    operation: `${singular(info.resource)}.${applied ? 'apply' : verb}`,
    target: `${cluster.name}/${info.namespace ? `${info.namespace}/` : ''}${name}`,
    actor: user.name,
    detail: { manager: request.query.get('fieldManager') ?? (request.headers['user-agent'] ?? '').split('/')[0] },
  });
}
const singular = (plural: string) => plural.replace(/s$/, '');
