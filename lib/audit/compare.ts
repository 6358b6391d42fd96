import type { AuditRow, ScanScope } from '../model/audit.ts';

export interface Comparison {
  readonly added: ReadonlySet<string>;
  readonly changed: ReadonlySet<string>;
  readonly gone: readonly AuditRow[];
}

/** The trust itself: what decides who gets in. */
const trustOf = ({ credential }: AuditRow) =>
  JSON.stringify(
    credential && [credential.issuer, credential.subject, credential.audiences, credential.claimsMatchingExpression],
  );

/**
 * `gone` is only what this scan could have seen: a credential of an identity that was refused this time, or of a subscription that is
 * not in sight any more, is not gone.
 */
export function compareScans(before: readonly AuditRow[], now: readonly AuditRow[], scope: ScanScope): Comparison {
  const old = new Map(before.filter(({ credential }) => credential).map((row) => [row.key, row]));
  const current = now.filter(({ credential }) => credential);
  const keys = new Set(current.map(({ key }) => key));
  const unread = new Set(scope.notVisible.map(({ what }) => what));
  const seen = ({ identity }: AuditRow) =>
    scope.subscriptions.includes(identity.subscriptionName) &&
    !unread.has(`Identities of ${identity.subscriptionName}`) &&
    !unread.has(`Credentials of ${identity.name}`);
  const changed = current.filter((row) => {
    const earlier = old.get(row.key);
    return earlier !== undefined && trustOf(earlier) !== trustOf(row);
  });
  return {
    added: new Set(current.filter(({ key }) => !old.has(key)).map(({ key }) => key)),
    changed: new Set(changed.map(({ key }) => key)),
    gone: [...old.values()].filter((row) => !keys.has(row.key) && seen(row)),
  };
}
