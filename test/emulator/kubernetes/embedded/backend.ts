import type { AzureCluster, ClusterAdmin, ClusterBackend, KeptCluster, World } from '../../core/world.ts';
import { bootstrapObjects } from './bootstrap.ts';
import { handleRequest } from './handler.ts';
import { createOperations } from './operations.ts';
import type { ResourceType } from './resources.ts';
import { requestToken } from './reviews.ts';
import { createServiceAccountKeys, inClusterIssuer } from './service-account-keys.ts';
import { refuse } from './status.ts';
import { createObjectStore } from './store.ts';

/** An API server in this process: its own store, RBAC, server-side apply and service-account issuer; as it was, when `kept`. */
export async function createEmbeddedBackend(
  world: World,
  cluster: AzureCluster,
  kept?: Extract<KeptCluster, { kind: 'embedded' }>,
): Promise<ClusterBackend> {
  const store = createObjectStore(world.clock.now, world.changed, kept);
  const operations = createOperations(store, world.clock.now);
  const keys = await createServiceAccountKeys(
    kept?.issuer ?? (cluster.oidcIssuerEnabled ? cluster.issuerUrl : inClusterIssuer),
    world.clock.now,
    kept?.keys,
  );
  const watches = new Set<() => void>();
  const typeOf = (apiVersion: string, kind: string): ResourceType => {
    const type = store.findKind(apiVersion, kind);
    if (!type) throw refuse.pathNotFound();
    return type;
  };

  const admin: ClusterAdmin = {
    get: async (apiVersion, kind, namespace, name) => {
      const type = typeOf(apiVersion, kind);
      return store.get(type, type.namespaced ? namespace : undefined, name);
    },
    list: async (apiVersion, kind, namespace) => store.list(typeOf(apiVersion, kind), namespace),
    put: async (object, manager) => {
      const type = typeOf(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const live = store.get(type, namespace, name);
      if (!live) {
        const created = operations.create(type, namespace, object, { manager });
        return object.status === undefined || !type.subresources.includes('status')
          ? created
          : operations.replace(
              type,
              namespace,
              created.metadata.name,
              { ...created, status: object.status },
              { manager, subresource: 'status' },
            );
      }
      const { resourceVersion } = live.metadata;
      return operations.replace(
        type,
        namespace,
        name,
        { ...object, metadata: { ...object.metadata, resourceVersion } },
        { manager },
      );
    },
    apply: async (object, manager) => {
      const type = typeOf(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const place = type.namespaced ? namespace : undefined;
      return operations.patch(type, place, name, 'apply', structuredClone(object), { manager, force: true }).object;
    },
    putStatus: async (object, manager) => {
      const type = typeOf(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const subresource = type.subresources.includes('status') ? 'status' : undefined;
      return operations.patch(type, namespace, name, 'merge', { status: object.status }, { manager, subresource })
        .object;
    },
    patch: async (apiVersion, kind, namespace, name, patch, manager) =>
      operations.patch(typeOf(apiVersion, kind), namespace, name, 'merge', patch, { manager }).object,
    delete: async (apiVersion, kind, namespace, name) => {
      const type = typeOf(apiVersion, kind);
      if (store.get(type, namespace, name)) operations.remove(type, namespace, name);
    },
    projectedToken: async (namespace, serviceAccount, audience, pod) => {
      const body = {
        spec: {
          audiences: [audience],
          expirationSeconds: 3600,
          ...(pod ? { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', ...pod } } : {}),
        },
      };
      const answer = await requestToken(store, keys, namespace, serviceAccount, body, false);
      return (answer as { status: { token: string } }).status.token;
    },
  };
  if (!kept) await bootstrap(admin);

  return {
    clusterId: cluster.id,
    admin,
    handle: (request) => handleRequest({ world, cluster, store, operations, keys, watches }, request),
    jwks: async () => keys.jwks(),
    setIssuer: async (issuer) => {
      keys.setIssuer(issuer);
      world.changed();
    },
    keep: () => ({ kind: 'embedded', ...store.keep(), ...keys.keep() }),
    stop: async () => {
      for (const end of watches) end();
    },
  };
}

async function bootstrap(admin: ClusterAdmin): Promise<void> {
  for (const object of bootstrapObjects) await admin.put(object, 'kube-apiserver');
  for (const { metadata } of await admin.list('v1', 'Namespace'))
    await admin.put(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: metadata.name } },
      'kube-controller-manager',
    );
}
