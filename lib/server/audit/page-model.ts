import 'server-only';
import { compareScans } from '../../audit/compare.ts';
import type { JudgedRow, Term } from '../../audit/filter.ts';
import { facetsOf, issuerText, mostRemoving, opensText, sortKeys } from '../../audit/view.ts';
import { visibleLine } from '../../audit/visible.ts';
import { type AuditRow, severities } from '../../model/audit.ts';
import { credentialsPerIdentity } from '../../model/azure.ts';
import { type CredentialsQuery, routes } from '../../routes.ts';
import type { LoadedAudit } from './load.ts';
import { openedRow } from './opened.ts';
import { type AuditQuery, filteredRows } from './query.ts';

/** Ten thousand rows would be megabytes of HTML. */
const rowsAPage = 40;
const accountLead = 'system:serviceaccount:';

/** Everything that the page draws, as texts and addresses. */
export function pageModel(audit: LoadedAudit, query: AuditQuery) {
  const rows = filteredRows(audit, query);
  const pages = Math.max(1, Math.ceil(rows.length / rowsAPage));
  const page = Math.min(query.page, pages);
  const here: CredentialsQuery = {
    q: query.q,
    ...(query.sort === 'severity' ? {} : { sort: query.sort }),
    ...(query.ascending === (query.sort !== 'severity') ? {} : { dir: query.ascending ? 'asc' : 'desc' }),
  };
  const onPage = { ...here, ...(page > 1 ? { page } : {}) };
  const changes =
    audit.before && audit.shown?.scope && compareScans(audit.before.rows, plain(audit), audit.shown.scope);
  const shown = rows.slice((page - 1) * rowsAPage, page * rowsAPage);
  const opened = shown.find(({ row }) => row.key === query.open);
  const removing = rows.length === 0 ? mostRemoving(audit.rows, query.terms) : undefined;
  return {
    total: audit.rows.length,
    matching: rows.length,
    page,
    pages,
    pageHref: (number: number) => routes.credentials({ ...here, page: number }),
    hidden: Object.fromEntries(Object.entries(here).filter(([name]) => name !== 'q')) as Record<string, string>,
    terms: query.terms.map((term) => termView(term, query, here)),
    facets: facetViews(audit, query, here),
    rows: shown.map((judged) => rowView(judged, opened === judged, onPage, changes)),
    sort: {
      key: query.sort,
      direction: query.ascending ? ('ascending' as const) : ('descending' as const),
      hrefs: Object.fromEntries(
        sortKeys.map((key) => {
          const turned = key === query.sort ? !query.ascending : key !== 'severity';
          return [key, routes.credentials({ q: query.q, sort: key, dir: turned ? 'asc' : 'desc' })];
        }),
      ),
    },
    ...(opened
      ? {
          opened: openedRow(opened, query.finding, (finding) =>
            routes.credentials({ ...onPage, open: opened.row.key, finding }),
          ),
        }
      : {}),
    ...(removing
      ? { removing: { text: removing.text, href: routes.credentials({ ...here, q: without(query, removing) }) } }
      : {}),
    export: {
      csv: routes.credentialsExport('csv', here),
      json: routes.credentialsExport('json', here),
    },
    ...(changes && audit.before
      ? {
          compared: {
            added: changes.added.size,
            changed: changes.changed.size,
            gone: changes.gone.map(({ name, identity }) => visibleLine(`${name} of ${identity.name}`)),
            at: audit.before.scan.endedAt ?? audit.before.scan.startedAt,
          },
        }
      : {}),
  };
}

const plain = ({ rows }: LoadedAudit): readonly AuditRow[] => rows.map(({ row }) => row);

function without(query: AuditQuery, term: Term): string {
  return query.terms
    .filter((other) => other !== term)
    .map(({ text }) => text)
    .join(' ');
}

function termView(term: Term, query: AuditQuery, here: CredentialsQuery) {
  const { text, qualifier, invalid } = term;
  const nearest = invalid?.nearest;
  return {
    text: visibleLine(text),
    ...(qualifier ? { qualifier } : {}),
    value: visibleLine(qualifier ? text.slice(qualifier.length + 1) : text),
    dropHref: routes.credentials({ ...here, q: without(query, term) }),
    ...(invalid
      ? {
          invalid: {
            why: visibleLine(invalid.why),
            ...(nearest
              ? {
                  nearest: {
                    text: visibleLine(nearest),
                    href: routes.credentials({ ...here, q: `${without(query, term)} ${nearest}`.trim() }),
                  },
                }
              : {}),
          },
        }
      : {}),
  };
}

function facetViews(audit: LoadedAudit, query: AuditQuery, here: CredentialsQuery) {
  const counts = facetsOf(audit.rows, query.terms);
  const others = query.terms
    .filter(({ qualifier }) => qualifier !== 'severity' && qualifier !== 'state')
    .map(({ text }) => text)
    .join(' ');
  const set = query.terms
    .filter(({ qualifier }) => qualifier === 'severity' || qualifier === 'state')
    .map(({ text }) => text.toLowerCase());
  const facet = (label: string, count: number, term?: string) => ({
    label,
    count,
    href: routes.credentials({ ...here, q: [others, term].filter(Boolean).join(' ') }),
    current: term === undefined ? set.length === 0 : set.length === 1 && set[0] === term,
  });
  return [
    facet('All', counts.all),
    ...severities
      .filter((severity) => severity !== 'info' || counts.severity.info > 0)
      .map((severity) => ({ ...facet(severity, counts.severity[severity], `severity:${severity}`), severity })),
    { ...facet('No finding', counts.clean, 'state:clean'), works: true },
    facet('Accepted risk', counts.accepted, 'state:accepted'),
  ];
}

function rowView(
  { row, open, accepted, severity }: JudgedRow,
  opened: boolean,
  onPage: CredentialsQuery,
  changes: ReturnType<typeof compareScans> | undefined,
) {
  const { credential, identity, issuer, key } = row;
  const place = issuerText(issuer);
  const opens = opensText(row);
  const [first] = open;
  const note = changes?.added.has(key)
    ? ('New' as const)
    : changes?.changed.has(key)
      ? ('Changed' as const)
      : undefined;
  const subject = visibleLine(credential?.subject ?? '');
  return {
    key,
    href: routes.credentials(opened ? onPage : { ...onPage, open: key }),
    opened,
    ...(severity ? { severity } : {}),
    partly: [row.roles, row.devops, ...(row.serviceAccount ? [row.account] : [])].some(({ state }) => state !== 'read'),
    accepted: accepted.length,
    name: visibleLine(row.name),
    ...(note ? { note } : {}),
    identity: visibleLine(identity.name),
    fill: `${identity.credentials} of ${credentialsPerIdentity}`,
    full: identity.credentials >= credentialsPerIdentity - 2,
    issuer: {
      first: visibleLine(place.host.replace(/\.azure\.com$/, '')),
      ...(place.behind ? { second: place.behind } : {}),
      ...(place.hidden ? { state: 'not-visible' as const } : {}),
    },
    subject: subject.startsWith(accountLead)
      ? { lead: accountLead, text: subject.slice(accountLead.length) }
      : { text: credential ? subject || 'an expression decides' : 'no credential' },
    opens: { first: visibleLine(opens.what), second: visibleLine(opens.more), state: opens.state },
    findings: {
      first: visibleLine(first?.title ?? (accepted[0] ? `${accepted[0].finding.title}, accepted` : 'None')),
      ...(open.length > 1 ? { second: `and ${open.length - 1} more` } : {}),
    },
    readAt: row.readAt,
  };
}
