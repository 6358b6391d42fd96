import type { ClusterAdmin, ClusterObject } from '../../core/world.ts';
import { apiVersionOf, builtInTypes, customTypes, type ResourceType } from '../embedded/resources.ts';
import { StatusError } from '../embedded/status.ts';
import type { ApiClient } from './client.ts';

const definitionKind = 'CustomResourceDefinition';
const establishedWithinMs = 20_000;
const isMissing = (error: unknown) => error instanceof StatusError && error.code === 404;
const isTaken = (error: unknown) => error instanceof StatusError && error.code === 409;

/** ClusterAdmin over the wire, with the administrator's token. */
export function createAdmin(client: ApiClient): ClusterAdmin {
  let custom: readonly ResourceType[] = [];
  const find = (apiVersion: string, kind: string) =>
    [...builtInTypes, ...custom].find((type) => apiVersionOf(type) === apiVersion && type.kind === kind);
  const typeOf = async (apiVersion: string, kind: string): Promise<ResourceType> => {
    const known = find(apiVersion, kind);
    if (known) return known;
    const { items } = await client.json<{ items: ClusterObject[] }>({
      method: 'GET',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    });
    custom = items.flatMap(customTypes);
    const found = find(apiVersion, kind);
    if (!found) throw new StatusError(404, 'NotFound', `no kind ${kind} in ${apiVersion}`);
    return found;
  };
  const path = (type: ResourceType, namespace: string | undefined, name = '', query = '') =>
    `${type.group ? `/apis/${type.group}` : '/api'}/${type.version}${type.namespaced && namespace ? `/namespaces/${namespace}` : ''}/${type.plural}${name ? `/${name}` : ''}${query}`;
  const managed = (manager: string) => `?fieldManager=${encodeURIComponent(manager)}`;
  const typed = (type: ResourceType, object: ClusterObject): ClusterObject => ({
    ...object,
    apiVersion: apiVersionOf(type),
    kind: type.kind,
  });
  const merge = (manager: string, target: string, patch: unknown) =>
    client.json<ClusterObject>({
      method: 'PATCH',
      path: `${target}${managed(manager)}`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: patch,
    });

  /** Until the API server serves the new kind. */
  async function established(name: string): Promise<void> {
    const deadline = Date.now() + establishedWithinMs;
    for (;;) {
      const definition = await client.json<ClusterObject>({
        method: 'GET',
        path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
      });
      // 1.20 writes null where nothing is known yet.
      const { conditions } = (definition.status ?? {}) as { conditions?: { type: string; status: string }[] | null };
      const [type] = customTypes(definition);
      const served =
        type &&
        conditions?.some((condition) => condition.type === 'Established' && condition.status === 'True') &&
        (await client.json({ method: 'GET', path: path(type, undefined) }).then(
          () => true,
          () => false,
        ));
      if (served) return;
      if (Date.now() > deadline) throw new Error(`${name} was not established`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  const admin: ClusterAdmin = {
    get: async (apiVersion, kind, namespace, name) => {
      const type = await typeOf(apiVersion, kind);
      return client
        .json<ClusterObject>({ method: 'GET', path: path(type, namespace, name) })
        .catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        });
    },
    list: async (apiVersion, kind, namespace) => {
      const type = await typeOf(apiVersion, kind);
      const { items } = await client.json<{ items: ClusterObject[] }>({ method: 'GET', path: path(type, namespace) });
      return items.map((item) => typed(type, item));
    },
    put: async (object, manager) => {
      const type = await typeOf(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const { resourceVersion: _, uid: __, ...metadata } = object.metadata;
      const stored = await client
        .json<ClusterObject>({
          method: 'POST',
          path: `${path(type, namespace)}${managed(manager)}`,
          body: { ...object, metadata },
        })
        .catch(async (error: unknown) => {
          if (!isTaken(error)) throw error;
          const live = await client.json<ClusterObject>({ method: 'GET', path: path(type, namespace, name) });
          return client.json<ClusterObject>({
            method: 'PUT',
            path: `${path(type, namespace, name)}${managed(manager)}`,
            body: { ...object, metadata: { ...metadata, resourceVersion: live.metadata.resourceVersion } },
          });
        });
      if (object.kind === definitionKind) await established(name);
      return stored;
    },
    apply: async (object, manager) => {
      const type = await typeOf(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const stored = await client.json<ClusterObject>({
        method: 'PATCH',
        path: `${path(type, namespace, name)}${managed(manager)}&force=true`,
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: object,
      });
      if (object.kind === definitionKind) await established(name);
      return stored;
    },
    putStatus: async (object, manager) => {
      const type = await typeOf(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const part = type.subresources.includes('status') ? '/status' : '';
      return merge(manager, `${path(type, namespace, name)}${part}`, { status: object.status });
    },
    patch: async (apiVersion, kind, namespace, name, patch, manager) =>
      merge(manager, path(await typeOf(apiVersion, kind), namespace, name), patch),
    delete: async (apiVersion, kind, namespace, name) => {
      const type = await typeOf(apiVersion, kind);
      await client
        // Nobody would finish a graceful deletion: there is no kubelet.
        .json({ method: 'DELETE', path: path(type, namespace, name), body: { gracePeriodSeconds: 0 } })
        .catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
    },
    projectedToken: async (namespace, serviceAccount, audience, pod) => {
      const answer = await client.json<{ status: { token: string } }>({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {
            audiences: [audience],
            expirationSeconds: 3600,
            ...(pod ? { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', ...pod } } : {}),
          },
        },
      });
      return answer.status.token;
    },
  };
  return admin;
}
