import type { ResourceType, Schema } from './resources.ts';

/** How server-side apply merges a value at a path. Source: kubernetes-sigs/structured-merge-diff, Kubernetes API conventions. */
export type Topology =
  | { readonly type: 'granular' }
  | { readonly type: 'atomic' }
  | { readonly type: 'set' }
  | { readonly type: 'map'; readonly keys: readonly string[] };

const granular: Topology = { type: 'granular' };
const atomic: Topology = { type: 'atomic' };

/** `x-kubernetes-list-map-keys` of the built-in kinds that this server stores. */
const builtInLists: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  conditions: ['type'],
};
const atomicMaps: ReadonlySet<string> = new Set([
  'matchLabels',
  'nodeSelector',
  'labelSelector',
  'podSelector',
  'namespaceSelector',
]);

/** Defaults of list-map keys: an entry that leaves the key out has this value. */
export const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/** `path` names fields only; steps into list items are `[]`. */
export function topologyAt(type: ResourceType, path: readonly string[], value: unknown): Topology {
  const last = path.at(-1) ?? '';
  if (path[0] === 'metadata') return metadataTopology(path);
  if (type.schema) return customTopology(type.schema, path, value);
  if (Array.isArray(value)) {
    if (last === 'ports')
      return {
        type: 'map',
        keys:
          path.includes('containers') || path.includes('initContainers')
            ? ['containerPort', 'protocol']
            : ['port', 'protocol'],
      };
    const keys = builtInLists[last];
    return keys ? { type: 'map', keys } : atomic;
  }
  if (atomicMaps.has(last)) return atomic;
  if (last === 'selector') return atomic;
  return granular;
}

function metadataTopology(path: readonly string[]): Topology {
  if (path[1] === 'ownerReferences' && path.length === 2) return { type: 'map', keys: ['uid'] };
  if (path[1] === 'finalizers' && path.length === 2) return { type: 'set' };
  return granular;
}

function customTopology(root: Schema, path: readonly string[], value: unknown): Topology {
  let schema: Schema | undefined = root;
  for (const step of path) schema = step === '[]' ? schema?.items : schema?.properties?.[step];
  if (Array.isArray(value)) {
    if (schema?.['x-kubernetes-list-type'] === 'map')
      return { type: 'map', keys: schema['x-kubernetes-list-map-keys'] ?? ['name'] };
    return schema?.['x-kubernetes-list-type'] === 'set' ? { type: 'set' } : atomic;
  }
  return schema?.['x-kubernetes-map-type'] === 'atomic' ? atomic : granular;
}
