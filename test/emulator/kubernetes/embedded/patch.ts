import { isRecord, keyOf } from './fields.ts';
import type { ResourceType } from './resources.ts';
import { topologyAt } from './schema.ts';
import { refuse } from './status.ts';

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return structuredClone(patch);
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

/** Merge patch that also merges keyed lists and understands `$patch: delete`. */
export function strategicMergePatch(
  target: unknown,
  patch: unknown,
  type: ResourceType,
  names: readonly string[] = [],
): unknown {
  if (Array.isArray(patch)) {
    const topology = topologyAt(type, names, patch);
    if (topology.type !== 'map') return structuredClone(patch);
    let result: unknown[] = Array.isArray(target) ? [...(target as unknown[])] : [];
    for (const item of patch as unknown[]) {
      const key = keyOf(item, topology.keys);
      const index = result.findIndex((candidate) => keyOf(candidate, topology.keys) === key);
      if (isRecord(item) && item.$patch === 'delete') result = result.filter((_, position) => position !== index);
      else if (index < 0) result.push(strategicMergePatch({}, item, type, [...names, '[]']));
      else result[index] = strategicMergePatch(result[index], item, type, [...names, '[]']);
    }
    return result;
  }
  if (!isRecord(patch)) return structuredClone(patch);
  if (patch.$patch === 'replace') {
    const { $patch: _, ...rest } = patch;
    return structuredClone(rest);
  }
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = strategicMergePatch(result[name], value, type, [...names, name]);
  }
  return result;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}
const decode = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** RFC 6902. A failed `test` and a missing path refuse the whole patch. */
export function jsonPatch(target: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations))
    throw refuse.badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let document: unknown = structuredClone(target);
  for (const operation of operations as Operation[]) document = step(document, operation);
  return document;
}

function read(document: unknown, path: readonly string[]): unknown {
  let node = document;
  for (const part of path) {
    if (Array.isArray(node)) node = (node as unknown[])[Number(part)];
    else if (isRecord(node) && part in node) node = node[part];
    else return undefined;
  }
  return node;
}

function step(document: unknown, { op, path, from, value }: Operation): unknown {
  const parts = decode(path);
  // The API server hides what failed: only its log has the path.
  const fail = () => refuse.unprocessable('the server rejected our request due to an error in our request');
  if (op === 'test') {
    if (JSON.stringify(read(document, parts)) !== JSON.stringify(value)) throw fail();
    return document;
  }
  if (op === 'move' || op === 'copy') {
    const source = decode(from ?? '');
    const moved = read(document, source);
    if (moved === undefined) throw fail();
    const kept = op === 'move' ? step(document, { op: 'remove', path: from ?? '' }) : document;
    return step(kept, { op: 'add', path, value: structuredClone(moved) });
  }
  const last = parts.at(-1);
  if (last === undefined) return op === 'remove' ? {} : value;
  const parent = read(document, parts.slice(0, -1));
  if (Array.isArray(parent)) {
    const list = parent as unknown[];
    const index = last === '-' ? list.length : Number(last);
    if (op === 'add') list.splice(index, 0, value);
    else if (index >= list.length) throw fail();
    else if (op === 'remove') list.splice(index, 1);
    else list[index] = value;
  } else if (isRecord(parent)) {
    if (op !== 'add' && !(last in parent)) throw fail();
    if (op === 'remove') delete parent[last];
    else parent[last] = value;
  } else throw fail();
  return document;
}
