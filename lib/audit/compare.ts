import type { AuditRow } from '../model/audit.ts';

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

/** `gone` is only what both scans could have seen: credentials of an identity that this scan could not read are not gone. */
export function compareScans(
  before: readonly AuditRow[],
  now: readonly AuditRow[],
  unread: readonly string[],
): Comparison {
  const old = new Map(before.filter(({ credential }) => credential).map((row) => [row.key, row]));
  const current = now.filter(({ credential }) => credential);
  const keys = new Set(current.map(({ key }) => key));
  const unreadNames = new Set(unread);
  const subscriptionsUnread = unread.flatMap((what) => (what.startsWith('Identities of ') ? [what.slice(14)] : []));
  return {
    added: new Set(current.filter(({ key }) => !old.has(key)).map(({ key }) => key)),
    changed: new Set(
      current
        .filter((row) => {
          const earlier = old.get(row.key);
          return earlier !== undefined && trustOf(earlier) !== trustOf(row);
        })
        .map(({ key }) => key),
    ),
    gone: [...old.values()].filter(
      ({ key, identity }) =>
        !keys.has(key) &&
        !unreadNames.has(`Credentials of ${identity.name}`) &&
        !subscriptionsUnread.includes(identity.subscriptionName),
    ),
  };
}
