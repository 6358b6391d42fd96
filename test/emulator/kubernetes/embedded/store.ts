import { randomUUID } from 'node:crypto';
import type { ClusterObject, KeptCluster } from '../../core/world.ts';
import { apiVersionOf, builtInTypes, customTypes, type ResourceType } from './resources.ts';
import { refuse } from './status.ts';

export interface StoredEvent {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  readonly object: ClusterObject;
}
export type Listener = (event: StoredEvent) => void;

const history = 2_000;
const collection = ({ group, plural }: Pick<ResourceType, 'group' | 'plural'>) => `${group}/${plural}`;
const itemKey = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`;

/** Objects of one cluster by kind, with one resource version for all of them as etcd has. */
export interface ObjectStore {
  version(): string;
  types(): readonly ResourceType[];
  find(group: string, version: string, plural: string): ResourceType | undefined;
  findKind(apiVersion: string, kind: string): ResourceType | undefined;
  get(type: ResourceType, namespace: string | undefined, name: string): ClusterObject | undefined;
  list(type: ResourceType, namespace?: string): ClusterObject[];
  /** Refuses when `expected` is not the stored version. Returns what was stored. */
  write(type: ResourceType, object: ClusterObject, expected?: string): ClusterObject;
  remove(type: ResourceType, namespace: string | undefined, name: string): ClusterObject | undefined;
  events(type: ResourceType, after: number): readonly StoredEvent[] | 'expired';
  subscribe(type: ResourceType, listener: Listener): () => void;
  keep(): KeptObjects;
}
export type KeptObjects = Pick<Extract<KeptCluster, { kind: 'embedded' }>, 'version' | 'objects'>;

/** A store that was kept forgets its history, as after a compaction: a watch from before it is told to list again. */
export function createObjectStore(
  now: () => number,
  changed: () => void = () => undefined,
  kept?: KeptObjects,
): ObjectStore {
  let revision = kept?.version ?? 1_000;
  const objects = new Map([...(kept?.objects ?? [])].map(([key, items]) => [key, new Map(items)]));
  const past: StoredEvent[] = [];
  const listeners = new Set<{ key: string; listener: Listener }>();
  let dropped = revision;

  const emit = (type: ResourceType, kind: StoredEvent['type'], object: ClusterObject) => {
    changed();
    const event: StoredEvent = { version: revision, type: kind, key: collection(type), object };
    past.push(event);
    if (past.length > history) dropped = past.shift()?.version ?? dropped;
    for (const entry of [...listeners]) if (entry.key === event.key) entry.listener(event);
  };
  const items = (type: ResourceType) => {
    const key = collection(type);
    const found = objects.get(key) ?? new Map<string, ClusterObject>();
    objects.set(key, found);
    return found;
  };
  const definitions = builtInTypes.find(({ plural }) => plural === 'customresourcedefinitions') as ResourceType;
  let known: { revision: number; types: readonly ResourceType[] } = { revision: -1, types: builtInTypes };
  let definitionsChanged = 0;
  const types = () => {
    if (known.revision !== definitionsChanged)
      known = {
        revision: definitionsChanged,
        types: [...builtInTypes, ...[...items(definitions).values()].flatMap(customTypes)],
      };
    return known.types;
  };

  return {
    version: () => String(revision),
    types,
    find: (group, version, plural) =>
      types().find((type) => type.group === group && type.version === version && type.plural === plural),
    findKind: (apiVersion, kind) => types().find((type) => apiVersionOf(type) === apiVersion && type.kind === kind),
    get: (type, namespace, name) => structuredClone(items(type).get(itemKey(namespace, name))),
    list: (type, namespace) =>
      [...items(type).entries()]
        .filter(([, object]) => !namespace || object.metadata.namespace === namespace)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, object]) => structuredClone(object)),
    write: (type, object, expected) => {
      const { name, namespace } = object.metadata;
      const key = itemKey(namespace, name);
      const stored = items(type).get(key);
      if (expected && stored && stored.metadata.resourceVersion !== expected) throw refuse.changed(type, name);
      const next = structuredClone(object);
      next.metadata.uid = stored?.metadata.uid ?? randomUUID();
      next.metadata.creationTimestamp =
        stored?.metadata.creationTimestamp ?? new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
      if (stored) {
        next.metadata.resourceVersion = stored.metadata.resourceVersion;
        if (JSON.stringify(next) === JSON.stringify(stored)) return structuredClone(stored);
      }
      revision += 1;
      next.metadata.resourceVersion = String(revision);
      items(type).set(key, next);
      if (type.plural === 'customresourcedefinitions') definitionsChanged += 1;
      emit(type, stored ? 'MODIFIED' : 'ADDED', next);
      return structuredClone(next);
    },
    remove: (type, namespace, name) => {
      const key = itemKey(namespace, name);
      const stored = items(type).get(key);
      if (!stored) return undefined;
      items(type).delete(key);
      revision += 1;
      if (type.plural === 'customresourcedefinitions') definitionsChanged += 1;
      emit(type, 'DELETED', {
        ...stored,
        metadata: { ...stored.metadata, resourceVersion: String(revision) },
      });
      return structuredClone(stored);
    },
    events: (type, after) =>
      after < dropped ? 'expired' : past.filter(({ key, version }) => key === collection(type) && version > after),
    subscribe: (type, listener) => {
      const entry = { key: collection(type), listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    keep: () => ({ version: revision, objects }),
  };
}
