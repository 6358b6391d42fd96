/** One row of Resource Graph: the fields that a query may name. */
export type Row = Readonly<Record<string, unknown>>;

export class QueryError extends Error {
  readonly line: number;
  readonly position: number;
  readonly token: string;
  constructor(query: string, offset: number, token: string) {
    super('ParserFailure');
    const before = query.slice(0, offset).split('\n');
    this.line = before.length;
    this.position = before.at(-1)?.length ?? 0;
    this.token = token;
  }
}

/** `properties.oidcIssuerProfile.enabled`, ignoring case of the first segment as Resource Graph does for its columns. */
function valueAt(row: Row, path: string): unknown {
  let value: unknown = row;
  for (const segment of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    const entries = Object.entries(value);
    value =
      entries.find(([key]) => key === segment)?.[1] ??
      entries.find(([key]) => key.toLowerCase() === segment.toLowerCase())?.[1];
  }
  return value;
}

type Predicate = (row: Row) => boolean;
const text = (value: unknown) => (value === undefined || value === null ? '' : String(value));

/** Comparison operators of the subset; those with `~` and `has`/`contains` ignore case. */
const operators: Record<string, (left: string, right: string) => boolean> = {
  '==': (left, right) => left === right,
  '=~': (left, right) => left.toLowerCase() === right.toLowerCase(),
  '!=': (left, right) => left !== right,
  '!~': (left, right) => left.toLowerCase() !== right.toLowerCase(),
  contains: (left, right) => left.toLowerCase().includes(right.toLowerCase()),
  has: (left, right) => left.toLowerCase().includes(right.toLowerCase()),
  startswith: (left, right) => left.toLowerCase().startsWith(right.toLowerCase()),
};

function parseCondition(query: string, offset: number, source: string): Predicate {
  const inList = /^([\w.]+)\s+(in~|in)\s*\(([^)]*)\)$/.exec(source);
  if (inList) {
    const [, path = '', operator, list = ''] = inList;
    const values = [...list.matchAll(/'([^']*)'|"([^"]*)"/g)].map((match) => match[1] ?? match[2] ?? '');
    const compare = operators[operator === 'in~' ? '=~' : '=='];
    return (row) => values.some((value) => compare?.(text(valueAt(row, path)), value));
  }
  const match =
    /^(?:(tolower)\(([\w.]+)\)|([\w.]+))\s*(==|=~|!=|!~|contains|has|startswith)\s*('[^']*'|"[^"]*"|true|false|\d+)$/i.exec(
      source,
    );
  if (!match) throw new QueryError(query, offset, source.split(/\s/)[0] || '<EOF>');
  const [, lower, lowered, plain, operator = '', literal = ''] = match;
  const path = lowered ?? plain ?? '';
  const wanted = /^['"]/.test(literal) ? literal.slice(1, -1) : literal;
  const compare = operators[operator.toLowerCase()];
  return (row) => {
    const value = text(valueAt(row, path));
    return compare?.(lower ? value.toLowerCase() : value, wanted) ?? false;
  };
}

/** Conditions joined by `and` or by `or`; brackets and mixtures are outside the subset. */
function parseWhere(query: string, offset: number, source: string): Predicate {
  const join = / or /i.test(source) && !/ and /i.test(source) ? 'or' : 'and';
  const parts = source
    .split(new RegExp(`\\s${join}\\s`, 'i'))
    .map((part) => parseCondition(query, offset, part.trim()));
  return (row) => (join === 'and' ? parts.every((part) => part(row)) : parts.some((part) => part(row)));
}

function columns(query: string, offset: number, source: string): [name: string, path: string][] {
  return source.split(',').map((column) => {
    const match = /^(?:(\w+)\s*=\s*)?(?:tostring\(([\w.]+)\)|([\w.]+))$/.exec(column.trim());
    if (!match) throw new QueryError(query, offset, column.trim() || '<EOF>');
    const path = match[2] ?? match[3] ?? '';
    return [match[1] ?? path.replaceAll('.', '_'), path];
  });
}

/** Runs a query of the subset: `Table | where … | project … | extend … | order by … | limit n | count`. */
export function runQuery(query: string, tables: Readonly<Record<string, () => Row[]>>): Row[] {
  const stages = query.split('|');
  const table = tables[stages[0]?.trim().toLowerCase() ?? ''];
  if (!table) throw new QueryError(query, 0, stages[0]?.trim() || '<EOF>');
  let rows = table();
  let offset = (stages[0]?.length ?? 0) + 1;
  for (const stage of stages.slice(1)) {
    const source = stage.trim().replace(/\s+/g, ' ');
    const [word = '', ...rest] = source.split(' ');
    const argument = rest.join(' ');
    const current = rows;
    switch (word.toLowerCase()) {
      case 'where': {
        const keep = parseWhere(query, offset, argument);
        rows = current.filter(keep);
        break;
      }
      case 'project': {
        const wanted = columns(query, offset, argument);
        rows = current.map((row) =>
          Object.fromEntries(wanted.map(([name, path]) => [name, valueAt(row, path) ?? null])),
        );
        break;
      }
      case 'extend': {
        const added = columns(query, offset, argument);
        rows = current.map((row) => ({
          ...row,
          ...Object.fromEntries(added.map(([name, path]) => [name, valueAt(row, path) ?? null])),
        }));
        break;
      }
      case 'order':
      case 'sort': {
        const match = /^by ([\w.]+)(?: (asc|desc))?$/i.exec(argument);
        if (!match) throw new QueryError(query, offset, argument || '<EOF>');
        // Kusto sorts descending unless told otherwise.
        const sign = match[2]?.toLowerCase() === 'asc' ? 1 : -1;
        rows = [...current].sort(
          (a, b) => sign * text(valueAt(a, match[1] ?? '')).localeCompare(text(valueAt(b, match[1] ?? ''))),
        );
        break;
      }
      case 'limit':
      case 'take': {
        if (!/^\d+$/.test(argument)) throw new QueryError(query, offset, argument || '<EOF>');
        rows = current.slice(0, Number(argument));
        break;
      }
      case 'count':
        rows = [{ Count: current.length }];
        break;
      default:
        throw new QueryError(query, offset, word || '<EOF>');
    }
    offset += stage.length + 1;
  }
  return rows;
}
