import { type FieldPath, isRecord, keyOf } from './fields.ts';
import type { ResourceType } from './resources.ts';
import { topologyAt } from './schema.ts';

/** Lays what was applied over what is live: maps by field, keyed lists by key, everything else as a whole. */
export function mergeApplied(
  live: unknown,
  applied: unknown,
  type: ResourceType,
  names: readonly string[] = [],
): unknown {
  const topology = topologyAt(type, names, applied);
  if (isRecord(applied) && topology.type !== 'atomic') {
    const result: Record<string, unknown> = isRecord(live) ? { ...live } : {};
    for (const [name, value] of Object.entries(applied))
      if (value !== undefined) result[name] = mergeApplied(result[name], value, type, [...names, name]);
    return result;
  }
  if (Array.isArray(applied) && topology.type === 'map') {
    const result: unknown[] = Array.isArray(live) ? [...(live as unknown[])] : [];
    for (const item of applied as unknown[]) {
      const key = keyOf(item, topology.keys);
      const index = result.findIndex((candidate) => keyOf(candidate, topology.keys) === key);
      const merged = mergeApplied(index < 0 ? {} : result[index], item, type, [...names, '[]']);
      if (index < 0) result.push(merged);
      else result[index] = merged;
    }
    return result;
  }
  if (Array.isArray(applied) && topology.type === 'set') {
    const known = new Set((Array.isArray(live) ? live : []).map((item) => JSON.stringify(item)));
    return [
      ...(Array.isArray(live) ? (live as unknown[]) : []),
      ...(applied as unknown[]).filter((item) => !known.has(JSON.stringify(item))),
    ];
  }
  return structuredClone(applied);
}

/** Takes one owned field out of an object; a keyed item goes as a whole. */
export function removeField(object: Record<string, unknown>, path: FieldPath): void {
  let node: unknown = object;
  for (const [index, element] of path.entries()) {
    const last = index === path.length - 1;
    if (element.startsWith('f:')) {
      if (!isRecord(node)) return;
      if (last) delete node[element.slice(2)];
      else node = node[element.slice(2)];
    } else if (Array.isArray(node)) {
      const items = node as unknown[];
      const position = items.findIndex((item) =>
        element.startsWith('v:')
          ? JSON.stringify(item) === element.slice(2)
          : keyOf(item, Object.keys(JSON.parse(element.slice(2)) as object)) === element,
      );
      if (position < 0) return;
      if (last) items.splice(position, 1);
      else node = items[position];
    } else return;
  }
}
