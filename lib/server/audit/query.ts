import 'server-only';
import { type JudgedRow, matchesTerms, parseFilter, type Term } from '../../audit/filter.ts';
import { type SortKey, sortKeys, sortRows } from '../../audit/view.ts';
import type { LoadedAudit } from './load.ts';

export interface AuditQuery {
  /** As typed, without doubled spaces. */
  readonly q: string;
  readonly terms: readonly Term[];
  readonly sort: SortKey;
  readonly ascending: boolean;
  readonly page: number;
  readonly open?: string;
  readonly finding?: string;
}

type Parameters = Readonly<Record<string, string | string[] | undefined>>;

/** Whatever stands in the address; what is none of ours becomes the default. */
export function readQuery(parameters: Parameters): AuditQuery {
  const text = (name: string) => {
    const value = parameters[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  };
  const q = [text('q'), text('add')].join(' ').trim().replace(/\s+/g, ' ').slice(0, 1_000);
  const sort = sortKeys.find((key) => key === text('sort')) ?? 'severity';
  const page = Number(text('page'));
  const open = text('open');
  const finding = text('finding');
  return {
    q,
    terms: parseFilter(q),
    sort,
    ascending: text('dir') === 'asc' || (text('dir') === '' && sort !== 'severity'),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    ...(open ? { open } : {}),
    ...(finding ? { finding } : {}),
  };
}

export function filteredRows(
  { rows }: Pick<LoadedAudit, 'rows'>,
  { terms, sort, ascending }: AuditQuery,
): readonly JudgedRow[] {
  return sortRows(
    rows.filter((row) => matchesTerms(row, terms)),
    sort,
    ascending,
  );
}
