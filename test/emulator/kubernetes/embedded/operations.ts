import { randomBytes } from 'node:crypto';
import type { ClusterObject } from '../../core/world.ts';
import { isRecord } from './fields.ts';
import { apply, recordUpdate } from './managed-fields.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patch.ts';
import { apiVersionOf, type ResourceType } from './resources.ts';
import { refuse } from './status.ts';
import type { ObjectStore } from './store.ts';
import { validate, withDefaults } from './validation.ts';

export interface WriteOptions {
  readonly manager: string;
  readonly subresource?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

/** The verbs of the API server on its store: defaulting, validation, ownership and conflicts, without authorization. */
export interface Operations {
  create(
    type: ResourceType,
    namespace: string | undefined,
    object: ClusterObject,
    options: WriteOptions,
  ): ClusterObject;
  replace(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
    object: ClusterObject,
    options: WriteOptions,
  ): ClusterObject;
  patch(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
    patchType: PatchType,
    patch: unknown,
    options: WriteOptions,
  ): { object: ClusterObject; created: boolean };
  remove(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
    preconditions?: { uid?: string; resourceVersion?: string },
    dryRun?: boolean,
  ): ClusterObject;
}

export function createOperations(store: ObjectStore, now: () => number): Operations {
  const namespaces = () => store.find('', 'v1', 'namespaces') as ResourceType;
  const writer = ({ manager, subresource }: WriteOptions) => ({
    manager,
    subresource,
    now: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
  });

  function normalise(object: ClusterObject, type: ResourceType, namespace: string | undefined): ClusterObject {
    const next = structuredClone(object);
    if (next.kind !== undefined && next.kind !== type.kind)
      throw refuse.badRequest(
        `the object provided is unrecognized (must be of type ${type.kind}): couldn't get version/kind; json parse error: ${String(next.kind)}`,
      );
    if (next.apiVersion !== undefined && next.apiVersion !== apiVersionOf(type))
      throw refuse.badRequest(
        `the API version in the data (${String(next.apiVersion)}) does not match the expected API version (${apiVersionOf(type)})`,
      );
    next.apiVersion = apiVersionOf(type);
    next.kind = type.kind;
    if (!isRecord(next.metadata)) next.metadata = { name: '' };
    if (type.namespaced) {
      if (next.metadata.namespace && next.metadata.namespace !== namespace)
        throw refuse.badRequest(
          `the namespace of the provided object does not match the namespace sent on the request`,
        );
      next.metadata.namespace = namespace;
    } else delete next.metadata.namespace;
    return next;
  }

  function commit(
    type: ResourceType,
    live: ClusterObject | undefined,
    next: ClusterObject,
    { dryRun }: WriteOptions,
    expected?: string,
  ): ClusterObject {
    if (expected && live && expected !== live.metadata.resourceVersion) throw refuse.changed(type, next.metadata.name);
    validate(next, type, live);
    if (isRecord(next.spec) && type.plural !== 'namespaces')
      next.metadata.generation = live
        ? Number(live.metadata.generation ?? 1) + (JSON.stringify(live.spec) === JSON.stringify(next.spec) ? 0 : 1)
        : 1;
    if (dryRun)
      return live
        ? { ...next, metadata: { ...next.metadata, resourceVersion: live.metadata.resourceVersion } }
        : { ...next, metadata: { ...next.metadata, uid: '00000000-0000-4000-8000-000000000000' } };
    return store.write(type, next);
  }

  /** A write to the object leaves its status alone, and a write to the status everything else. */
  function withinSubresource(
    live: ClusterObject,
    next: ClusterObject,
    type: ResourceType,
    subresource?: string,
  ): ClusterObject {
    if (subresource === 'status') return { ...structuredClone(live), status: next.status };
    if (!type.subresources.includes('status') || type.plural === 'namespaces') return next;
    const { status: _, ...rest } = next;
    return (live.status === undefined ? rest : { ...rest, status: live.status }) as ClusterObject;
  }

  function keepIdentity(live: ClusterObject, next: ClusterObject): ClusterObject {
    const { uid, creationTimestamp, generation, resourceVersion } = live.metadata;
    next.metadata = { ...next.metadata, name: live.metadata.name, uid, creationTimestamp, generation, resourceVersion };
    if (live.metadata.namespace) next.metadata.namespace = live.metadata.namespace;
    return next;
  }

  function requireNamespace(type: ResourceType, namespace: string | undefined): void {
    if (type.namespaced && !store.get(namespaces(), undefined, namespace ?? ''))
      throw refuse.notFound(namespaces(), namespace ?? '');
  }

  const operations: Operations = {
    create: (type, namespace, object, options) => {
      const draft = normalise(object, type, namespace);
      if (!draft.metadata.name && typeof draft.metadata.generateName === 'string')
        draft.metadata.name = `${draft.metadata.generateName}${randomBytes(4).toString('hex').slice(0, 5)}`;
      requireNamespace(type, namespace);
      if (store.get(type, draft.metadata.namespace, draft.metadata.name))
        throw refuse.alreadyExists(type, draft.metadata.name);
      if (draft.metadata.resourceVersion)
        throw refuse.badRequest('resourceVersion should not be set on objects to be created');
      delete draft.metadata.uid;
      delete draft.metadata.managedFields;
      if (type.subresources.includes('status') && type.plural !== 'namespaces') delete draft.status;
      const next = withDefaults(draft, type);
      return commit(type, undefined, recordUpdate(undefined, next, type, writer(options)), options);
    },
    replace: (type, namespace, name, object, options) => {
      const live = store.get(type, namespace, name);
      if (!live) throw refuse.notFound(type, name);
      const draft = normalise(object, type, namespace);
      if (draft.metadata.name && draft.metadata.name !== name)
        throw refuse.badRequest(
          `the name of the object (${draft.metadata.name}) does not match the name on the URL (${name})`,
        );
      const expected = draft.metadata.resourceVersion;
      if (!expected && type.schema)
        throw refuse.invalid(type, name, [
          {
            reason: 'FieldValueInvalid',
            field: 'metadata.resourceVersion',
            message: 'Invalid value: 0x0: must be specified for an update',
          },
        ]);
      if (draft.metadata.uid && draft.metadata.uid !== live.metadata.uid)
        throw refuse.uidMismatch(type, name, draft.metadata.uid, live.metadata.uid ?? '');
      const next = keepIdentity(live, withDefaults(withinSubresource(live, draft, type, options.subresource), type));
      return commit(type, live, recordUpdate(live, next, type, writer(options)), options, expected);
    },
    patch: (type, namespace, name, patchType, patch, options) => {
      const live = store.get(type, namespace, name);
      if (patchType === 'apply') {
        const config = normalise(patch as ClusterObject, type, namespace);
        if (config.metadata.name && config.metadata.name !== name)
          throw refuse.badRequest(
            `the name of the object (${config.metadata.name}) does not match the name on the URL (${name})`,
          );
        config.metadata.name = name;
        if (config.metadata.managedFields) throw refuse.badRequest('metadata.managedFields must be nil');
        const expected = config.metadata.resourceVersion;
        if (!live && options.subresource) throw refuse.notFound(type, name);
        if (!live) requireNamespace(type, namespace);
        if (!live && expected) throw refuse.changed(type, name);
        if (live && config.metadata.uid && config.metadata.uid !== live.metadata.uid)
          throw refuse.uidMismatch(type, name, config.metadata.uid, live.metadata.uid ?? '');
        if (expected && live && expected !== live.metadata.resourceVersion) throw refuse.changed(type, name);
        const applied = apply(live, withSecretData(config, type), type, writer(options), options.force ?? false);
        const next = withDefaults(
          live ? keepIdentity(live, withinSubresource(live, applied, type, options.subresource)) : applied,
          type,
        );
        return { object: commit(type, live, next, options), created: !live };
      }
      if (!live) throw refuse.notFound(type, name);
      if (patchType === 'strategic' && type.schema)
        throw refuse.unsupportedMediaType([
          'application/json-patch+json',
          'application/merge-patch+json',
          'application/apply-patch+yaml',
        ]);
      const patched = (
        patchType === 'json'
          ? jsonPatch(live, patch)
          : patchType === 'strategic'
            ? strategicMergePatch(live, patch, type)
            : mergePatch(live, patch)
      ) as ClusterObject;
      const expected = (patched.metadata as ClusterObject['metadata'] | undefined)?.resourceVersion;
      const draft = normalise(patched, type, namespace);
      if (draft.metadata.name !== name)
        throw refuse.badRequest('the name of the object does not match the name on the URL');
      const next = keepIdentity(live, withDefaults(withinSubresource(live, draft, type, options.subresource), type));
      return {
        object: commit(type, live, recordUpdate(live, next, type, writer(options)), options, expected),
        created: false,
      };
    },
    remove: (type, namespace, name, preconditions = {}, dryRun = false) => {
      const live = store.get(type, namespace, name);
      if (!live) throw refuse.notFound(type, name);
      if (preconditions.uid && preconditions.uid !== live.metadata.uid)
        throw refuse.uidMismatch(type, name, preconditions.uid, live.metadata.uid ?? '');
      if (preconditions.resourceVersion && preconditions.resourceVersion !== live.metadata.resourceVersion)
        throw refuse.changed(type, name);
      if (dryRun) return live;
      store.remove(type, namespace, name);
      if (type.plural === 'namespaces')
        for (const inside of store.types().filter(({ namespaced }) => namespaced))
          for (const object of store.list(inside, name)) store.remove(inside, name, object.metadata.name);
      return live;
    },
  };
  return operations;
}

/** `stringData` is write-only: ownership is recorded for the `data` keys that it becomes. */
function withSecretData(config: ClusterObject, type: ResourceType): ClusterObject {
  if (type.plural !== 'secrets' || !config.stringData) return config;
  const { type: _, ...rest } = withDefaults(config, type);
  return { ...rest, ...(config.type ? { type: config.type } : {}) } as ClusterObject;
}
