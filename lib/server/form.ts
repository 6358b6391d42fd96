type FormValue = string | FormValue[] | { [name: string]: FormValue };

const secretName = /secret|password|token|credentialValue|\bpat\b|key$/i;
/** Deeper or longer than any form of ours; more is an attempt to make the parser work. */
const limits = { depth: 6, fields: 2_000, index: 999 } as const;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Names like `repositories.0.id` become nested values; a name that occurs twice becomes a list. Files and the fields that React adds
 * for itself (`$ACTION_…`) are left out. Values stay strings: schemas that read forms parse strings.
 */
export function parseForm(form: FormData): Record<string, FormValue> {
  const root: Record<string, FormValue> = Object.create(null);
  let count = 0;
  for (const name of new Set(form.keys())) {
    count += 1;
    const segments = name.split('.');
    if (name.startsWith('$') || count > limits.fields || segments.length > limits.depth) continue;
    if (segments.some((segment) => forbidden.has(segment) || segment === '')) continue;
    const values = form.getAll(name).filter((value) => typeof value === 'string');
    const [only] = values;
    if (only !== undefined) place(root, segments, values.length === 1 ? only : values);
  }
  return toLists(root) as Record<string, FormValue>;
}

function place(root: Record<string, FormValue>, segments: readonly string[], value: FormValue): void {
  let at = root;
  for (const segment of segments.slice(0, -1)) {
    const next = at[segment];
    const child: Record<string, FormValue> =
      typeof next === 'object' && !Array.isArray(next) ? next : Object.create(null);
    at[segment] = child;
    at = child;
  }
  at[segments.at(-1) ?? ''] = value;
}

/** Objects whose names are all indices are lists; gaps close. */
function toLists(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, child]) => [name, toLists(child)] as const);
  if (entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name) && Number(name) <= limits.index))
    return entries.sort(([left], [right]) => Number(left) - Number(right)).map(([, child]) => child);
  return Object.fromEntries(entries);
}

/** What a form may show again. A field whose name smells of a secret is dropped, whoever named it. */
export function echoForm(form: FormData): Record<string, string[]> {
  const echo: Record<string, string[]> = {};
  for (const [name, value] of form) {
    if (name.startsWith('$') || typeof value !== 'string' || secretName.test(name) || forbidden.has(name)) continue;
    echo[name] = [...(echo[name] ?? []), value.slice(0, 2_000)];
  }
  return echo;
}
