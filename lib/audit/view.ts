import { issuerWords } from '../findings/issuer.ts';
import { type AuditRow, type IssuerPlace, type Severity, severities } from '../model/audit.ts';
import { type JudgedRow, matchesTerms, type Term } from './filter.ts';

export const sortKeys = ['severity', 'credential', 'identity', 'issuer', 'subject'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Facets {
  readonly all: number;
  readonly severity: Readonly<Record<Severity, number>>;
  readonly clean: number;
  readonly accepted: number;
}

/** Counts under every filter but severity and state, which the facets themselves set. */
export function facetsOf(rows: readonly JudgedRow[], terms: readonly Term[]): Facets {
  const others = terms.filter(({ qualifier }) => qualifier !== 'severity' && qualifier !== 'state');
  const within = rows.filter((row) => matchesTerms(row, others));
  const severity = Object.fromEntries(severities.map((each) => [each, 0])) as Record<Severity, number>;
  for (const row of within) if (row.severity) severity[row.severity] += 1;
  return {
    all: within.length,
    severity,
    clean: within.filter(({ open, accepted }) => open.length === 0 && accepted.length === 0).length,
    accepted: within.filter(({ accepted }) => accepted.length > 0).length,
  };
}

const compare = new Intl.Collator('en', { numeric: true }).compare;

export function sortRows(rows: readonly JudgedRow[], key: SortKey, ascending: boolean): readonly JudgedRow[] {
  const rank = ({ severity }: JudgedRow) => (severity ? severities.indexOf(severity) : severities.length);
  const text = ({ row }: JudgedRow): string => {
    if (key === 'identity') return row.identity.name;
    if (key === 'issuer') return row.issuer?.host ?? '';
    if (key === 'subject') return row.credential?.subject ?? '';
    return row.name;
  };
  const direction = ascending ? 1 : -1;
  return rows.toSorted((left, right) => {
    // The worst is at the top when severity falls.
    const first =
      key === 'severity' ? (rank(right) - rank(left)) * direction : compare(text(left), text(right)) * direction;
    return first || compare(left.row.identity.name, right.row.identity.name) || compare(left.row.key, right.row.key);
  });
}

/** The filter that removes most, for a list that is empty: the one without which most rows would show. */
export function mostRemoving(rows: readonly JudgedRow[], terms: readonly Term[]): Term | undefined {
  const counted = terms
    .filter(({ invalid }) => !invalid)
    .map((term) => ({
      term,
      left: rows.filter((row) =>
        matchesTerms(
          row,
          terms.filter((other) => other !== term),
        ),
      ).length,
    }))
    .toSorted((left, right) => right.left - left.left);
  return counted[0]?.term;
}

/** Host and, below it, what stands behind it. */
export function issuerText(issuer: IssuerPlace | undefined): {
  readonly host: string;
  readonly behind: string;
  readonly hidden: boolean;
} {
  if (!issuer) return { host: '', behind: '', hidden: false };
  const { kind, cluster, goneCluster, host } = issuer;
  if (cluster) return { host, behind: cluster.name, hidden: false };
  if (goneCluster) return { host, behind: `${goneCluster.name}, gone`, hidden: false };
  if (kind === 'aks') return { host, behind: 'Not visible to you', hidden: true };
  return { host, behind: issuerWords[kind], hidden: false };
}

/** What the identity opens in Azure DevOps, in two lines. */
export function opensText({ devops }: AuditRow): {
  readonly what: string;
  readonly more: string;
  readonly state: 'read' | 'unknown' | 'not-visible';
} {
  if (devops.state !== 'read') return { what: '', more: devops.why, state: devops.state };
  if (devops.value.length === 0) return { what: 'Nothing', more: 'No member', state: 'read' };
  const parts = devops.value.map(({ organization, groups, license }) => ({
    what:
      groups.state === 'read'
        ? groups.value.length === 0
          ? `${organization}, no group`
          : groups.value.map(({ name, project }) => `${project ?? organization}, ${accessOf(name)}`).join('; ')
        : `${organization}, groups ${groups.state === 'not-visible' ? 'not visible to you' : 'unknown'}`,
    repositories:
      groups.state === 'read' ? groups.value.reduce((sum, { repositories = 0 }) => sum + repositories, 0) : 0,
    license: license.state === 'read' ? license.value.name || license.value.license : 'licence not visible to you',
  }));
  const repositories = parts.reduce((sum, part) => sum + part.repositories, 0);
  return {
    what: parts.map(({ what }) => what).join('; '),
    more: [
      repositories > 0 ? `${repositories} ${repositories === 1 ? 'repository' : 'repositories'}` : '',
      [...new Set(parts.map(({ license }) => license))].join(', '),
    ]
      .filter(Boolean)
      .join(', '),
    state: 'read',
  };
}

const accesses: Readonly<Record<string, string>> = {
  Readers: 'read',
  Contributors: 'contribute',
  'Project Administrators': 'administers',
  'Build Administrators': 'administers builds',
  'Project Collection Administrators': 'administers all',
};
function accessOf(group: string): string {
  return accesses[group] ?? group;
}
