import type { FindingContext } from '../findings/finding.ts';
import { toFinding } from '../findings/finding.ts';
import { findingKinds } from '../findings/index.ts';
import { type AuditRow, severities } from '../model/audit.ts';

/** Every row with its findings, worst first. */
export function judgeRows(rows: readonly AuditRow[], context: Omit<FindingContext, 'siblings'>): readonly AuditRow[] {
  const byIdentity = Map.groupBy(rows, ({ identity }) => identity.id.toLowerCase());
  return rows.map((row) => {
    const siblings = byIdentity.get(row.identity.id.toLowerCase()) ?? [row];
    const findings = findingKinds.flatMap((kind) => {
      const hit = kind.judge(row, { ...context, siblings });
      return hit ? [toFinding(kind, hit)] : [];
    });
    findings.sort((left, right) => severities.indexOf(left.severity) - severities.indexOf(right.severity));
    return { ...row, findings };
  });
}
