import { findingKinds } from '../findings/index.ts';
import { issuerWords } from '../findings/issuer.ts';
import {
  type AcceptedRisk,
  type AuditRow,
  type Finding,
  findingKey,
  type Severity,
  severities,
  worst,
} from '../model/audit.ts';

/** A row as a reader of the list sees it: what was accepted stands apart from what is open. */
export interface JudgedRow {
  readonly row: AuditRow;
  readonly open: readonly Finding[];
  readonly accepted: readonly { readonly finding: Finding; readonly risk: AcceptedRisk }[];
  readonly severity?: Severity;
}

/** `today` is a calendar day: a risk whose last day is over is open again. */
export function judgedRows(
  rows: readonly AuditRow[],
  risks: readonly AcceptedRisk[],
  today: string,
): readonly JudgedRow[] {
  const standing = new Map(risks.filter(({ endsOn }) => endsOn >= today).map((risk) => [risk.findingKey, risk]));
  return rows.map((row) => {
    const open: Finding[] = [];
    const accepted: { finding: Finding; risk: AcceptedRisk }[] = [];
    for (const finding of row.findings) {
      const risk = standing.get(findingKey(row, finding.kind));
      if (risk) accepted.push({ finding, risk });
      else open.push(finding);
    }
    const severity = worst(open);
    return { row, open, accepted, ...(severity ? { severity } : {}) };
  });
}

const states = ['open', 'accepted', 'clean'] as const;

interface Qualifier {
  readonly name: string;
  /** The only values that there are; any text where it is absent. */
  readonly values?: readonly string[];
  matches(row: JudgedRow, value: string): boolean;
}
const has = (text: string | undefined, part: string) => text?.toLowerCase().includes(part) ?? false;

const issuerAliases: Readonly<Record<string, string>> = { foreign: 'aks-foreign', binding: 'identity-binding' };
const issuerValues = [...Object.keys(issuerWords), ...Object.keys(issuerAliases)];

export const qualifiers: readonly Qualifier[] = [
  { name: 'severity', values: severities, matches: ({ severity }, value) => severity === value },
  { name: 'state', values: states, matches: stateMatches },
  {
    name: 'issuer',
    matches: ({ row }, value) =>
      issuerValues.includes(value)
        ? row.issuer?.kind === (issuerAliases[value] ?? value)
        : has(row.credential?.issuer, value),
  },
  {
    name: 'cluster',
    matches: ({ row: { issuer } }, value) => has(issuer?.cluster?.name ?? issuer?.goneCluster?.name, value),
  },
  { name: 'subject', matches: ({ row }, value) => has(row.credential?.subject, value) },
  { name: 'identity', matches: ({ row }, value) => has(row.identity.name, value) },
  { name: 'subscription', matches: ({ row }, value) => has(row.identity.subscriptionName, value) },
  {
    name: 'org',
    matches: ({ row: { devops } }, value) =>
      devops.state === 'read' && devops.value.some(({ organization }) => has(organization, value)),
  },
  {
    name: 'finding',
    values: findingKinds.flatMap(({ id, slug }) => [id.toLowerCase(), slug]),
    matches: ({ row }, value) => {
      const id = findingKinds.find((kind) => kind.id.toLowerCase() === value || kind.slug === value)?.id;
      return row.findings.some(({ kind }) => kind === id);
    },
  },
];

function stateMatches({ open, accepted }: JudgedRow, value: string): boolean {
  if (value === 'open') return open.length > 0;
  if (value === 'accepted') return accepted.length > 0;
  return open.length === 0 && accepted.length === 0;
}

export interface Term {
  /** As it was typed. */
  readonly text: string;
  readonly qualifier?: string;
  /** Lower-case alternatives: `critical,high`. */
  readonly values: readonly string[];
  /** Set where the qualifier or a value is none: what it says, and what was probably meant. */
  readonly invalid?: { readonly why: string; readonly nearest?: string };
}

const maximumLength = 1_000;
const maximumTerms = 20;

/** `severity:high,critical issuer:unknown argocd`; a value with spaces is quoted: `subscription:"Contoso Production"`. */
export function parseFilter(text: string): readonly Term[] {
  const parts = text.slice(0, maximumLength).match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
  return parts.slice(0, maximumTerms).map(parseTerm);
}

function parseTerm(text: string): Term {
  const match = /^([a-z]+):(.*)$/is.exec(text);
  if (!match?.[1]) return { text, values: [unquote(text)] };
  const name = match[1].toLowerCase();
  const values = (match[2] ?? '').split(',').map(unquote).filter(Boolean);
  const known = qualifiers.find((qualifier) => qualifier.name === name);
  if (!known) {
    // `https:` and `system:` begin things that people paste; they are text.
    const nearest = nearestOf(
      name,
      qualifiers.map((qualifier) => qualifier.name),
    );
    if (!nearest) return { text, values: [unquote(text)] };
    return {
      text,
      qualifier: name,
      values,
      invalid: { why: `There is no ${name}:`, nearest: `${nearest}:${match[2] ?? ''}` },
    };
  }
  if (values.length === 0) return { text, qualifier: name, values, invalid: { why: `${name}: needs a value` } };
  const wrong = known.values && values.find((value) => !known.values?.includes(value));
  if (wrong !== undefined && known.values) {
    const nearest = nearestOf(wrong, known.values, 99);
    return {
      text,
      qualifier: name,
      values,
      invalid: { why: `${name}: has no ${wrong}`, ...(nearest ? { nearest: `${name}:${nearest}` } : {}) },
    };
  }
  return { text, qualifier: name, values };
}

const unquote = (text: string) => text.replaceAll('"', '').toLowerCase();

/** An invalid term stays in the bar and filters nothing: what was meant is not guessed. */
export function matchesTerms(judged: JudgedRow, terms: readonly Term[]): boolean {
  return terms.every(({ qualifier, values, invalid }) => {
    if (invalid) return true;
    if (qualifier === undefined) return values.every((value) => hasText(judged.row, value));
    const known = qualifiers.find(({ name }) => name === qualifier);
    return values.some((value) => known?.matches(judged, value) ?? true);
  });
}

function hasText({ name, credential, identity, issuer, findings }: AuditRow, part: string): boolean {
  return (
    has(name, part) ||
    has(identity.name, part) ||
    has(credential?.issuer, part) ||
    has(credential?.subject, part) ||
    has(issuer?.cluster?.name, part) ||
    findings.some(({ title }) => has(title, part))
  );
}

function nearestOf(wrong: string, known: readonly string[], furthest = 2): string | undefined {
  const [best] = known
    .map((word) => ({ word, distance: distanceBetween(wrong.slice(0, 40), word) }))
    .toSorted((left, right) => left.distance - right.distance);
  return best && best.distance <= furthest ? best.word : undefined;
}

/** Levenshtein. */
export function distanceBetween(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1)
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1),
        ),
      );
    previous = current;
  }
  return previous[right.length] ?? 0;
}
