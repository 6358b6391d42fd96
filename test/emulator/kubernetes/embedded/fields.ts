import type { ClusterObject } from '../../core/world.ts';
import type { ResourceType } from './resources.ts';
import { keyDefaults, topologyAt } from './schema.ts';

/** `f:name`, `k:{"name":"x"}` or `v:"x"`: the path elements of FieldsV1. */
export type FieldPath = readonly string[];
/** Paths by their joined text, with the value of a leaf as JSON. */
export type Fields = Map<string, { readonly path: FieldPath; readonly value: string }>;
export type FieldsV1 = { [element: string]: FieldsV1 };

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Never owned by anybody: identity and bookkeeping of the server. */
const bookkeeping = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
  'selfLink',
  'generateName',
]);

export function keyOf(item: unknown, keys: readonly string[]): string {
  const record = isRecord(item) ? item : {};
  const entries = keys.map((key) => [key, record[key] ?? keyDefaults[key]] as const);
  return `k:${JSON.stringify(Object.fromEntries(entries.filter(([, value]) => value !== undefined)))}`;
}

export const joined = (path: FieldPath) => path.join('\u0000');

/** Every field of an object that a manager can own. */
export function flatten(object: ClusterObject, type: ResourceType, subresource?: string): Fields {
  const fields: Fields = new Map();
  const add = (path: FieldPath, value: unknown) => fields.set(joined(path), { path, value: JSON.stringify(value) });

  const walk = (value: unknown, path: FieldPath, names: readonly string[]): void => {
    const topology = topologyAt(type, names, value);
    if (isRecord(value) && topology.type !== 'atomic') {
      const entries = Object.entries(value).filter(([, child]) => child !== undefined);
      if (entries.length === 0) add(path, {});
      for (const [name, child] of entries) walk(child, [...path, `f:${name}`], [...names, name]);
    } else if (Array.isArray(value) && topology.type === 'map') {
      if (value.length === 0) add(path, []);
      for (const item of value as unknown[]) {
        const itemPath = [...path, keyOf(item, topology.keys)];
        add(itemPath, {});
        if (isRecord(item))
          for (const [name, child] of Object.entries(item))
            walk(child, [...itemPath, `f:${name}`], [...names, '[]', name]);
      }
    } else if (Array.isArray(value) && topology.type === 'set') {
      for (const item of value as unknown[]) add([...path, `v:${JSON.stringify(item)}`], item);
    } else {
      add(path, value);
    }
  };

  for (const [name, value] of Object.entries(object)) {
    if (name === 'apiVersion' || name === 'kind' || value === undefined) continue;
    if (name === 'status' && type.subresources.includes('status') && subresource !== 'status') continue;
    if (name === 'spec' && subresource === 'status') continue;
    if (name === 'metadata') {
      for (const [key, child] of Object.entries(object.metadata))
        if (!bookkeeping.has(key) && child !== undefined && !(isRecord(child) && Object.keys(child).length === 0))
          walk(child, ['f:metadata', `f:${key}`], ['metadata', key]);
      continue;
    }
    walk(value, [`f:${name}`], [name]);
  }
  return fields;
}

export function compare(before: Fields, after: Fields): { changed: Set<string>; removed: Set<string> } {
  const changed = new Set<string>();
  for (const [key, { value }] of after) if (before.get(key)?.value !== value) changed.add(key);
  const removed = new Set<string>();
  for (const key of before.keys()) if (!after.has(key)) removed.add(key);
  return { changed, removed };
}

export function toFieldsV1(paths: Iterable<FieldPath>): FieldsV1 {
  const root: FieldsV1 = {};
  const all = [...paths];
  const parents = new Set(all.flatMap((path) => path.slice(0, -1).map((_, index) => joined(path.slice(0, index + 1)))));
  for (const path of all) {
    let node = root;
    for (const element of path) node = node[element] ??= {};
    if (parents.has(joined(path))) node['.'] = {};
  }
  return root;
}

export function fromFieldsV1(fields: FieldsV1): Map<string, FieldPath> {
  const paths = new Map<string, FieldPath>();
  const walk = (node: FieldsV1, path: FieldPath): void => {
    const children = Object.keys(node).filter((element) => element !== '.');
    if (path.length > 0 && (children.length === 0 || '.' in node)) paths.set(joined(path), path);
    for (const element of children) walk(node[element] ?? {}, [...path, element]);
  };
  walk(fields, []);
  return paths;
}

/** As the API server prints a path: `.spec.containers[name="x"].image`. */
export function pathText(path: FieldPath): string {
  return path
    .map((element) => {
      if (element.startsWith('f:')) return `.${element.slice(2)}`;
      if (element.startsWith('v:')) return `[=${element.slice(2)}]`;
      const keys = JSON.parse(element.slice(2)) as Record<string, unknown>;
      return `[${Object.entries(keys)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`;
    })
    .join('');
}
