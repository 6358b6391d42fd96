import type { AuditRow, Finding, FindingEvidence, Remedy, Severity } from '../model/audit.ts';
import type { CloudEnvironment } from '../model/cloud.ts';

/** What a finding may ask beyond its own row. */
export interface FindingContext {
  readonly cloud: CloudEnvironment;
  readonly tenantId: string;
  /** Credential rows of the same identity, this one included. */
  readonly siblings: readonly AuditRow[];
  /** True when the clusters of every visible subscription could be read. */
  readonly clustersComplete: boolean;
  readonly clustersRead: number;
}

export interface Hit {
  readonly severity: Severity;
  readonly title: string;
  readonly evidence: readonly FindingEvidence[];
  readonly remedy: Remedy;
}

/**
 * One way in which a trust is wrong. `judge` is pure and knows what was read, nothing else: where a fact it needs is not visible or
 * unknown, it answers undefined. Undefined never means safe.
 */
export interface FindingKind {
  /** `F7`, as lists and filters name it. */
  readonly id: string;
  /** Short name for filters, for example `missing-account`. */
  readonly slug: string;
  readonly label: string;
  /** Why it matters, in two sentences. */
  why(row: AuditRow): string;
  /** Where to read more. */
  readonly source: string;
  judge(row: AuditRow, context: FindingContext): Hit | undefined;
}

export function defineFinding(kind: FindingKind): FindingKind {
  return kind;
}

export function toFinding(kind: FindingKind, hit: Hit): Finding {
  return { kind: kind.id, ...hit };
}

/** What Azure said about the trust itself, with its time: the start of most evidence. */
export function trustEvidence(
  { credential, readAt }: AuditRow,
  ...fields: readonly ('issuer' | 'subject' | 'audience')[]
): readonly FindingEvidence[] {
  if (!credential) return [];
  const texts = {
    issuer: credential.issuer,
    subject: credential.subject ?? 'none: an expression decides',
    audience: credential.audiences.join(', '),
  };
  const labels = { issuer: 'Issuer', subject: 'Subject', audience: 'Audience' };
  return fields.map((field) => ({ label: labels[field], text: texts[field], at: readAt }));
}

/** What the identity opens, where it could be read: it decides how much a stolen trust is worth. */
export function reachEvidence({ devops, roles }: AuditRow): readonly FindingEvidence[] {
  const evidence: FindingEvidence[] = [];
  if (devops.state === 'read')
    for (const place of devops.value) {
      if (place.groups.state !== 'read') continue;
      const groups = place.groups.value.map(({ project, name }) => (project ? `${project} ${name}` : name)).join(', ');
      evidence.push({
        label: 'What it opens',
        text: `${place.organization}: ${groups || 'member without a group'}`,
        at: place.groups.at,
      });
    }
  if (roles.state === 'read' && roles.value.length > 0)
    evidence.push({
      label: 'Azure roles',
      text: roles.value.map(({ role, scope }) => `${role} on ${scope}`).join('; '),
      at: roles.at,
    });
  return evidence;
}
