import type { ClusterObject } from '../../core/world.ts';
import {
  compare,
  type FieldPath,
  type FieldsV1,
  flatten,
  fromFieldsV1,
  isRecord,
  joined,
  pathText,
  toFieldsV1,
} from './fields.ts';
import { mergeApplied, removeField } from './merge.ts';
import { apiVersionOf, type ResourceType } from './resources.ts';
import { StatusError } from './status.ts';

interface Entry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  subresource?: string;
  paths: Map<string, FieldPath>;
}
export interface Writer {
  readonly manager: string;
  readonly subresource?: string;
  readonly now: string;
}

function entriesOf(object: ClusterObject | undefined): Entry[] {
  const stored = (object?.metadata.managedFields ?? []) as (Omit<Entry, 'paths'> & { fieldsV1: FieldsV1 })[];
  return stored.map(({ fieldsV1, ...entry }) => ({ ...entry, paths: fromFieldsV1(fieldsV1) }));
}
function store(object: ClusterObject, entries: readonly Entry[]): ClusterObject {
  object.metadata.managedFields = entries
    .filter(({ paths }) => paths.size > 0)
    .map(({ paths, subresource, ...entry }) => ({
      ...entry,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(paths.values()),
      ...(subresource ? { subresource } : {}),
    }));
  return object;
}
function isWriter(entry: Entry, writer: Writer, operation: Entry['operation']): boolean {
  return entry.manager === writer.manager && entry.operation === operation && entry.subresource === writer.subresource;
}
const printed = ({ manager, operation, apiVersion, subresource }: Entry) =>
  `"${manager}"${subresource ? ` with subresource "${subresource}"` : ''}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;

function conflictError(conflicts: readonly { owner: Entry; path: FieldPath }[]): StatusError {
  const [first] = conflicts;
  const byOwner = Map.groupBy(conflicts, ({ owner }) => printed(owner));
  const message =
    conflicts.length === 1 && first
      ? `Apply failed with 1 conflict: conflict with ${printed(first.owner)}: ${pathText(first.path)}`
      : `Apply failed with ${conflicts.length} conflicts: ${[...byOwner]
          .sort(([left], [right]) => left.localeCompare(right))
          .map(
            ([owner, list]) => `conflicts with ${owner}:\n${list.map(({ path }) => `- ${pathText(path)}`).join('\n')}`,
          )
          .join('\n')}`;
  return new StatusError(409, 'Conflict', message, {
    causes: conflicts.map(({ owner, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${printed(owner)}`,
      field: pathText(path),
    })),
  });
}

/** Server-side apply. Throws the conflict of the API server unless `force`. `live` undefined creates. */
export function apply(
  live: ClusterObject | undefined,
  config: ClusterObject,
  type: ResourceType,
  writer: Writer,
  force: boolean,
): ClusterObject {
  const wanted = flatten(config, type, writer.subresource);
  const entries = entriesOf(live);
  const own = entries.find((entry) => isWriter(entry, writer, 'Apply'));
  const others = entries.filter((entry) => entry !== own);
  const base: ClusterObject = live
    ? structuredClone(live)
    : { apiVersion: config.apiVersion, kind: config.kind, metadata: { name: config.metadata.name } };
  const merged = mergeApplied(base, config, type) as ClusterObject;
  for (const [key, path] of own?.paths ?? []) {
    const below = `${key}\u0000`;
    const held = others.some(
      ({ paths }) => paths.has(key) || [...paths.keys()].some((other) => other.startsWith(below)),
    );
    const still = wanted.has(key) || [...wanted.keys()].some((other) => other.startsWith(below));
    if (held || still) continue;
    removeField(merged, path);
    // A struct goes with its last field: pruning counts named fields above a leaf as members. Source: structured-merge-diff, prune.
    for (let parent = path.slice(0, -1); parent.length > 1 && isEmptyAt(merged, parent); parent = parent.slice(0, -1)) {
      if (wanted.has(joined(parent)) || others.some(({ paths }) => paths.has(joined(parent)))) break;
      removeField(merged, parent);
    }
  }
  const { changed, removed } = compare(
    live ? flatten(live, type, writer.subresource) : new Map(),
    flatten(merged, type, writer.subresource),
  );
  const conflicts = others.flatMap((owner) =>
    [...owner.paths].filter(([key]) => changed.has(key)).map(([, path]) => ({ owner, path })),
  );
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  for (const { owner, path } of conflicts) owner.paths.delete(joined(path));
  for (const { paths } of others) for (const key of removed) paths.delete(key);

  const paths = new Map([...wanted].map(([key, { path }]) => [key, path] as const));
  const unchanged =
    own &&
    changed.size === 0 &&
    removed.size === 0 &&
    paths.size === own.paths.size &&
    [...paths.keys()].every((key) => own.paths.has(key));
  const mine: Entry = unchanged
    ? own
    : {
        manager: writer.manager,
        operation: 'Apply',
        apiVersion: apiVersionOf(type),
        time: writer.now,
        ...(writer.subresource ? { subresource: writer.subresource } : {}),
        paths,
      };
  return store(merged, own ? entries.map((entry) => (entry === own ? mine : entry)) : [...entries, mine]);
}

function isEmptyAt(object: ClusterObject, path: FieldPath): boolean {
  let node: unknown = object;
  for (const element of path) {
    if (!element.startsWith('f:') || !isRecord(node)) return false;
    node = node[element.slice(2)];
  }
  return isRecord(node) && Object.keys(node).length === 0;
}

/** Ownership after a create, replace or patch: the writer owns what it changed, everybody loses what went away. */
export function recordUpdate(
  live: ClusterObject | undefined,
  next: ClusterObject,
  type: ResourceType,
  writer: Writer,
): ClusterObject {
  const after = flatten(next, type, writer.subresource);
  const before = live ? flatten(live, type, writer.subresource) : new Map();
  const { changed, removed } = compare(before, after);
  const entries = entriesOf(live);
  let own = entries.find((entry) => isWriter(entry, writer, 'Update'));
  if (!own && changed.size > 0) {
    own = {
      manager: writer.manager,
      operation: 'Update',
      apiVersion: apiVersionOf(type),
      time: writer.now,
      ...(writer.subresource ? { subresource: writer.subresource } : {}),
      paths: new Map(),
    };
    entries.push(own);
  }
  for (const entry of entries)
    for (const key of [...changed, ...removed]) if (entry !== own || removed.has(key)) entry.paths.delete(key);
  if (own && (changed.size > 0 || removed.size > 0)) {
    own.time = writer.now;
    for (const key of changed) {
      const field = after.get(key);
      if (field) own.paths.set(key, field.path);
    }
  }
  return store(next, entries);
}
