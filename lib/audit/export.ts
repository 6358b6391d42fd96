import type { Scan } from '../model/audit.ts';
import type { JudgedRow } from './filter.ts';
import { issuerText, opensText } from './view.ts';

export interface ExportAbout {
  readonly scan: Scan;
  /** As typed; empty for everything. */
  readonly filter: string;
  readonly at: string;
  readonly reader: string;
}

const columns = [
  'severity',
  'credential',
  'identity',
  'subscription',
  'resourceGroup',
  'issuer',
  'issuerKind',
  'cluster',
  'subject',
  'audience',
  'opensInAzureDevops',
  'azureRoles',
  'serviceAccount',
  'findings',
  'acceptedRisks',
  'readAt',
] as const;
type Column = (typeof columns)[number];

function valuesOf({ row, open, accepted, severity }: JudgedRow): Record<Column, string> {
  const { credential, identity, issuer, account, roles } = row;
  const opens = opensText(row);
  return {
    severity: severity ?? 'none',
    credential: credential ? row.name : '',
    identity: identity.name,
    subscription: identity.subscriptionName,
    resourceGroup: identity.resourceGroup,
    issuer: credential?.issuer ?? '',
    issuerKind: issuer?.kind ?? '',
    cluster: issuer?.kind === 'aks' ? issuerText(issuer).behind : '',
    subject: credential?.subject ?? '',
    audience: credential?.audiences.join(' ') ?? '',
    opensInAzureDevops:
      opens.state === 'read' ? [opens.what, opens.more].filter(Boolean).join('; ') : unseen(opens.state),
    azureRoles:
      roles.state === 'read'
        ? roles.value.map(({ role, scope }) => `${role} on ${scope}`).join('; ')
        : unseen(roles.state),
    serviceAccount: account.state === 'read' ? (account.value.exists ? 'exists' : 'absent') : unseen(account.state),
    findings: open.map(({ kind, title }) => `${kind} ${title}`).join('; '),
    acceptedRisks: accepted
      .map(({ finding, risk }) => `${finding.kind} until ${risk.endsOn} by ${risk.owner}: ${risk.reason}`)
      .join('; '),
    readAt: row.readAt,
  };
}

const unseen = (state: 'unknown' | 'not-visible') => (state === 'not-visible' ? 'not visible to you' : 'unknown');

function header({ scan, filter, at, reader }: ExportAbout, rows: number): Readonly<Record<string, string>> {
  const { scope } = scan;
  return {
    what: 'Federated credentials',
    filter: filter || 'none',
    rows: String(rows),
    scanned: scan.endedAt ?? scan.startedAt,
    scanState: scan.state,
    exported: at,
    reader,
    subscriptions: scope?.subscriptions.join('; ') ?? '',
    clusters: scope?.clusters.map(({ name }) => name).join('; ') ?? '',
    organizations: scope?.organizations.join('; ') ?? '',
    notVisible: scope?.notVisible.map(({ what }) => what).join('; ') ?? '',
    note: 'What was not seen is not counted as safe, unused or deleted.',
  };
}

/**
 * One cell. A spreadsheet runs what begins like a formula, also behind white space; an apostrophe in front makes it text.
 * Source: owasp.org/www-community/attacks/CSV_Injection.
 */
export function csvCell(value: string): string {
  const clean = value.replaceAll('\u0000', '');
  const inert = /^[\s\uFEFF]*[=+\-@\t\r|%]/.test(clean) ? `'${clean}` : clean;
  return /[",;\r\n]/.test(inert) || inert !== inert.trim() ? `"${inert.replaceAll('"', '""')}"` : inert;
}

export function toCsv(rows: readonly JudgedRow[], about: ExportAbout): string {
  const lines = Object.entries(header(about, rows.length)).map(([name, value]) => `# ${name},${csvCell(value)}`);
  lines.push(columns.join(','));
  for (const row of rows) {
    const values = valuesOf(row);
    lines.push(columns.map((column) => csvCell(values[column])).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

export function toJson(rows: readonly JudgedRow[], about: ExportAbout): string {
  const { scope } = about.scan;
  return `${JSON.stringify(
    {
      about: {
        ...header(about, rows.length),
        rows: rows.length,
        subscriptions: scope?.subscriptions ?? [],
        clusters: scope?.clusters ?? [],
        organizations: scope?.organizations ?? [],
        notVisible: scope?.notVisible.map(({ what, problem }) => ({ what, why: problem.title })) ?? [],
      },
      rows: rows.map(({ row, open, accepted, severity }) => ({
        severity: severity ?? null,
        credential: row.credential ?? null,
        identity: row.identity,
        issuer: row.issuer ?? null,
        serviceAccount: row.serviceAccount ?? null,
        account: row.account,
        roles: row.roles,
        devops: row.devops,
        findings: open,
        accepted,
        readAt: row.readAt,
      })),
    },
    null,
    2,
  )}\n`;
}
