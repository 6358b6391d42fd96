import { type EmulatorRequest, type EmulatorResponse, json } from '../../core/service.ts';
import type { AzureCluster, ClusterObject, World } from '../../core/world.ts';
import { authenticate } from './authentication.ts';
import { discover, versionInfo } from './discovery.ts';
import type { Operations, PatchType, WriteOptions } from './operations.ts';
import { type ClusterUser, forbidden, forbiddenPath, isAllowed, isPathAllowed } from './rbac.ts';
import { anyBody, listOf, objectBody, writeOptions } from './request-body.ts';
import { parsePath, type RequestInfo } from './request-info.ts';
import { builtInTypes, reviewPlurals } from './resources.ts';
import { accessReview, requestToken, rulesReview } from './reviews.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import type { ServiceAccountKeys } from './service-account-keys.ts';
import { PageNotFound, refuse, StatusError, statusResponse } from './status.ts';
import type { ObjectStore } from './store.ts';
import { watch } from './watch.ts';

export interface ServerParts {
  readonly world: World;
  readonly cluster: AzureCluster;
  readonly store: ObjectStore;
  readonly operations: Operations;
  readonly keys: ServiceAccountKeys;
  /** Ends every open watch. */
  readonly watches: Set<() => void>;
}
type ResourceInfo = Extract<RequestInfo, { resourceful: true }>;

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};
const ok = (body: unknown, status = 200) => json(status, body, { 'content-type': 'application/json' });

export async function handleRequest(parts: ServerParts, request: EmulatorRequest): Promise<EmulatorResponse> {
  try {
    const user = await authenticate(request, parts.world, parts.keys);
    const impersonated = request.headers['impersonate-user'];
    if (impersonated) throw forbidden(user, { verb: 'impersonate', group: '', resource: 'users', name: impersonated });
    const info = parsePath(request.path);
    return info.resourceful ? await resource(parts, request, user, info) : nonResource(parts, request, user);
  } catch (error) {
    if (error instanceof StatusError) return statusResponse(error);
    if (error instanceof PageNotFound)
      return {
        status: 404,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: '404 page not found\n',
      };
    throw error;
  }
}

function nonResource(
  { store, cluster, keys }: ServerParts,
  request: EmulatorRequest,
  user: ClusterUser,
): EmulatorResponse {
  const { path } = request;
  const verb = request.method.toLowerCase();
  if (!isPathAllowed(store, user, verb, path)) throw forbiddenPath(user, verb, path);
  if (request.method !== 'GET') throw refuse.methodNotAllowed();
  if (path === '/healthz' || path === '/readyz' || path === '/livez')
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
  if (path === '/version' || path === '/version/') return ok(versionInfo(cluster.kubernetesVersion));
  if (path === '/openid/v1/jwks')
    return json(200, keys.jwks(), {
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=3600',
    });
  if (path === '/.well-known/openid-configuration') return ok(openidConfiguration(keys.issuer()));
  const document = discover(store, path, cluster.fqdn);
  if (document === undefined) throw new PageNotFound();
  return ok(document);
}

export function openidConfiguration(issuer: string): Record<string, unknown> {
  const base = issuer.endsWith('/') ? issuer : `${issuer}/`;
  return {
    issuer,
    jwks_uri: `${base}openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function verbOf(request: EmulatorRequest, info: ResourceInfo): string {
  const watching = ['true', '1'].includes(request.query.get('watch') ?? '');
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      if (info.name && !watching) return 'get';
      return watching ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return info.name ? 'delete' : 'deletecollection';
    default:
      return request.method.toLowerCase();
  }
}

async function resource(
  parts: ServerParts,
  request: EmulatorRequest,
  user: ClusterUser,
  info: ResourceInfo,
): Promise<EmulatorResponse> {
  const { store, operations, keys } = parts;
  const { namespace, name, subresource } = info;
  const verb = verbOf(request, info);
  // Authorization comes before existence: a stranger learns nothing about what is there.
  const attributes = { verb, group: info.group, resource: info.resource, subresource, namespace, name };
  if (!isAllowed(store, user, attributes)) throw forbidden(user, attributes);
  const type = store.find(info.group, info.version, info.resource);
  const builtIn = builtInTypes.some(({ group, version }) => group === info.group && version === info.version);
  if (!type && !builtIn) throw new PageNotFound();
  if (!type || (subresource && !type.subresources.includes(subresource))) throw refuse.pathNotFound();
  if (type.namespaced !== (namespace !== undefined) && name && type.plural !== 'namespaces')
    throw refuse.pathNotFound();
  if (namespace !== undefined && !type.namespaced && type.plural !== 'namespaces') throw refuse.pathNotFound();
  const place = type.namespaced ? namespace : undefined;
  const options = writeOptions(request, subresource);
  if (reviewPlurals.has(type.plural)) {
    if (verb !== 'create') throw refuse.methodNotAllowed();
    const review = type.plural === 'selfsubjectaccessreviews' ? accessReview : rulesReview;
    return ok(review(store, user, objectBody(request)), 201);
  }
  if (subresource === 'token') {
    if (verb !== 'create') throw refuse.methodNotAllowed();
    const body = objectBody(request);
    return ok(await requestToken(store, keys, namespace ?? '', name ?? '', body, options.dryRun ?? false), 201);
  }
  switch (verb) {
    case 'get': {
      const object = store.get(type, place, name ?? '');
      if (!object) throw refuse.notFound(type, name ?? '');
      return ok(object);
    }
    case 'list':
      return ok(listOf(request, store, type, place));
    case 'watch': {
      const label = labelSelector(request.query.get('labelSelector'));
      const field = fieldSelector(request.query.get('fieldSelector'));
      const named = (object: ClusterObject) => !name || object.metadata.name === name;
      watch(request, store, type, place, (object) => named(object) && label(object) && field(object), parts.watches);
      return 'handled';
    }
    case 'create':
      if (name) throw refuse.methodNotAllowed();
      return ok(
        record(parts, user, operations.create(type, place, objectBody(request), options), 'create', options),
        201,
      );
    case 'update':
      return ok(
        record(
          parts,
          user,
          operations.replace(type, place, name ?? '', objectBody(request), options),
          'update',
          options,
        ),
      );
    case 'patch': {
      const patchType = patchTypes[(request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''];
      if (!patchType) throw refuse.unsupportedMediaType(Object.keys(patchTypes));
      if (patchType === 'apply' && !request.query.get('fieldManager'))
        throw refuse.invalid({ group: 'meta.k8s.io', plural: 'patchoptions', kind: 'PatchOptions' }, '', [
          {
            reason: 'FieldValueRequired',
            field: 'fieldManager',
            message: 'Required value: is required for apply patch',
          },
        ]);
      const before = store.version();
      const result = operations.patch(type, place, name ?? '', patchType, anyBody(request), options);
      if (store.version() !== before)
        record(parts, user, result.object, patchType === 'apply' ? 'apply' : 'patch', options);
      return ok(result.object, result.created ? 201 : 200);
    }
    case 'delete': {
      const { preconditions } = (request.body.length > 0 ? anyBody(request) : {}) as {
        preconditions?: { uid?: string; resourceVersion?: string };
      };
      const removed = operations.remove(type, place, name ?? '', preconditions, options.dryRun);
      record(parts, user, removed, 'delete', options);
      return ok({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name, ...(type.group ? { group: type.group } : {}), kind: type.plural, uid: removed.metadata.uid },
      });
    }
    default:
      throw refuse.methodNotAllowed();
  }
}

function record(
  { world, cluster }: ServerParts,
  user: ClusterUser,
  object: ClusterObject,
  verb: string,
  { dryRun, manager }: WriteOptions,
): ClusterObject {
  if (dryRun) return object;
  const { namespace, name } = object.metadata;
  world.ledger.record({
    service: 'kubernetes',
    operation: `${object.kind.toLowerCase()}.${verb}`,
    target: `${cluster.name}/${namespace ? `${namespace}/` : ''}${name}`,
    actor: user.name,
    detail: { manager },
  });
  return object;
}
