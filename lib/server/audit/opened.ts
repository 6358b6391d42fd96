import 'server-only';
import { fixCommands } from '../../audit/commands.ts';
import type { JudgedRow } from '../../audit/filter.ts';
import { opensText } from '../../audit/view.ts';
import { visibleLine, visibleText } from '../../audit/visible.ts';
import { findingKinds } from '../../findings/index.ts';
import type { AcceptedRisk, AuditRow, Finding, FindingEvidence } from '../../model/audit.ts';

const proposedDays = 90;
const languages = [
  ['az', 'az'],
  ['terraform', 'Terraform'],
  ['bicep', 'Bicep'],
  ['kubectl', 'kubectl'],
] as const;

/** What the opened row shows: one finding at a time, the first that is open unless another was asked for. */
export function openedRow(
  { row, open, accepted }: JudgedRow,
  asked: string | undefined,
  href: (kind: string) => string,
) {
  const all: readonly { readonly finding: Finding; readonly risk?: AcceptedRisk }[] = [
    ...open.map((finding) => ({ finding })),
    ...accepted,
  ];
  const chosen = all.find(({ finding }) => finding.kind === asked) ?? all[0];
  return {
    key: row.key,
    tabs: all.map(({ finding, risk }) => ({
      kind: finding.kind,
      title: visibleLine(finding.title),
      href: href(finding.kind),
      current: finding === chosen?.finding,
      accepted: risk !== undefined,
    })),
    ...(chosen ? { finding: explained(row, chosen.finding, chosen.risk) } : {}),
    facts: factsOf(row).map(shown),
    proposedEnd: new Date(Date.now() + proposedDays * 86_400_000).toISOString().slice(0, 10),
  };
}

function explained(row: AuditRow, finding: Finding, risk: AcceptedRisk | undefined) {
  const kind = findingKinds.find(({ id }) => id === finding.kind);
  const fix = fixCommands(row, finding);
  return {
    kind: finding.kind,
    title: visibleLine(finding.title),
    severity: finding.severity,
    why: visibleLine(kind?.why(row) ?? ''),
    source: kind?.source ?? '',
    evidence: finding.evidence.map(shown),
    fix: {
      title: visibleLine(fix.title),
      effect: visibleLine(fix.effect),
      commands: languages.flatMap(([language, label]) => {
        const text = fix[language];
        return text ? [{ language, label, text: visibleText(text) }] : [];
      }),
    },
    ...(risk
      ? {
          accepted: {
            id: risk.id,
            reason: visibleText(risk.reason),
            owner: visibleLine(risk.owner),
            endsOn: risk.endsOn,
            by: visibleLine(risk.acceptedBy.name),
            at: risk.acceptedAt,
          },
        }
      : {}),
  };
}

function shown({ label, text, at }: FindingEvidence) {
  return { label, text: visibleLine(text), ...(at ? { at } : {}) };
}

function factsOf(row: AuditRow): readonly FindingEvidence[] {
  const { credential, identity, account, roles, devops, readAt } = row;
  const at = readAt;
  const opens = opensText(row);
  return [
    ...(credential
      ? [
          { label: 'Issuer', text: credential.issuer, at },
          { label: 'Subject', text: credential.subject ?? 'none: an expression decides', at },
          { label: 'Audience', text: credential.audiences.join(', '), at },
        ]
      : []),
    { label: 'Identity', text: identity.id, at },
    { label: 'Client id', text: identity.clientId, at },
    account.state === 'read'
      ? {
          label: 'Service account',
          text: account.value.exists
            ? `exists, client id ${account.value.clientId ?? 'not set'}, ${account.value.workloads.length} workloads`
            : 'absent',
          at: account.at,
        }
      : { label: 'Service account', text: account.why },
    roles.state === 'read'
      ? {
          label: 'Azure roles',
          text: roles.value.map(({ role, scope }) => `${role} on ${scope}`).join('; ') || 'none found',
          at: roles.at,
        }
      : { label: 'Azure roles', text: roles.why },
    devops.state === 'read'
      ? { label: 'Azure DevOps', text: [opens.what, opens.more].filter(Boolean).join(', '), at: devops.at }
      : { label: 'Azure DevOps', text: devops.why },
  ];
}
