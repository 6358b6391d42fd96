import type { ClusterObject } from '../../core/world.ts';
import { refuse } from './status.ts';

type Predicate = (object: ClusterObject) => boolean;
const all: Predicate = () => true;

/** `a=b,c!=d,e,!f,g in (h,i),j notin (k)` */
export function labelSelector(text: string | null): Predicate {
  if (!text) return all;
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const predicates = parts.filter(Boolean).map((part): Predicate => {
    const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
    if (set) {
      const values = (set[3] ?? '').split(',').map((value) => value.trim());
      return ({ metadata }) => {
        const value = metadata.labels?.[set[1] ?? ''];
        return set[2] === 'in'
          ? value !== undefined && values.includes(value)
          : value === undefined || !values.includes(value);
      };
    }
    const [, key = '', operator, value = ''] = /^([^!=\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(part) ?? [];
    if (operator === '!=') return ({ metadata }) => metadata.labels?.[key] !== value;
    if (operator) return ({ metadata }) => metadata.labels?.[key] === value;
    if (/^![\w./-]+$/.test(part)) return ({ metadata }) => metadata.labels?.[part.slice(1)] === undefined;
    if (/^[\w./-]+$/.test(part)) return ({ metadata }) => metadata.labels?.[part] !== undefined;
    throw refuse.badRequest(`unable to parse requirement: found '${part}', expected: identifier`);
  });
  return (object) => predicates.every((predicate) => predicate(object));
}

const selectable: Readonly<Record<string, (object: ClusterObject) => string>> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
  type: ({ type }) => String(type ?? 'Opaque'),
  'status.phase': ({ status }) => String((status as { phase?: string } | undefined)?.phase ?? ''),
  'spec.nodeName': ({ spec }) => String((spec as { nodeName?: string } | undefined)?.nodeName ?? ''),
  'spec.serviceAccountName': ({ spec }) =>
    String((spec as { serviceAccountName?: string } | undefined)?.serviceAccountName ?? ''),
  'involvedObject.name': ({ involvedObject }) => String((involvedObject as { name?: string } | undefined)?.name ?? ''),
};

export function fieldSelector(text: string | null): Predicate {
  if (!text) return all;
  const predicates = text.split(',').map((part): Predicate => {
    const [, key = '', operator, value = ''] = /^([\w.]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? [];
    const read = selectable[key];
    if (!read) throw refuse.badRequest(`field label not supported: ${key || part}`);
    return (object) => (operator === '!=') !== (read(object) === value);
  });
  return (object) => predicates.every((predicate) => predicate(object));
}
