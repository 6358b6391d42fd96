import type { AuditRow, Read, RoleHeld } from '../model/audit.ts';
import type { Identity } from '../model/azure.ts';
import { auditIdentity } from './join.ts';
import type { DevopsFacts } from './read-devops.ts';
import { type AccountFacts, accountKey } from './read-workloads.ts';

export interface Facts {
  readonly roles: (principalId: string) => Read<readonly RoleHeld[]>;
  readonly devops: DevopsFacts;
  readonly accounts: AccountFacts;
  /** What to say of an identity that was found in no organisation, where not all of them were read. */
  readonly membersUnread?: Read<never>;
}

export function addFacts(rows: readonly AuditRow[], { roles, devops, accounts, membersUnread }: Facts): AuditRow[] {
  return rows.map((row) => {
    const { principalId } = row.identity;
    const places = devops.places.get(principalId.toLowerCase());
    return {
      ...row,
      roles: roles(principalId),
      devops: places || !membersUnread ? { state: 'read', at: devops.at, value: places ?? [] } : membersUnread,
      account: accountOf(row, accounts),
    };
  });
}

function accountOf({ account, issuer, serviceAccount }: AuditRow, accounts: AccountFacts): AuditRow['account'] {
  if (!serviceAccount) return account;
  if (!issuer?.cluster) return { state: 'not-visible', why: 'The cluster is not visible to you' };
  const { namespace, name } = serviceAccount;
  return accounts.get(accountKey(issuer.cluster.id, namespace, name)) ?? account;
}

/** Members of Azure DevOps whose identity was read and has no credential. */
export function memberRows(
  identities: readonly Identity[],
  devops: DevopsFacts,
  roles: Facts['roles'],
  readAt: string,
): readonly AuditRow[] {
  return identities.flatMap((identity) =>
    (devops.places.get(identity.principalId.toLowerCase()) ?? []).map(
      (place): AuditRow => ({
        key: `member:${place.organization}/${place.descriptor}`.toLowerCase(),
        name: identity.name,
        identity: auditIdentity(identity, 0),
        account: { state: 'unknown', why: 'There is no subject' },
        roles: roles(identity.principalId),
        devops: { state: 'read', at: devops.at, value: [place] },
        findings: [],
        readAt,
      }),
    ),
  );
}
