import { describe, expect, it } from 'vitest';
import type { FindingContext } from '../../../lib/findings/finding.ts';
import { findingKinds } from '../../../lib/findings/index.ts';
import type { AuditRow, Severity } from '../../../lib/model/audit.ts';
import { at, cleanRow, clusterId, contextOf, foreignTenantId, issuer, withCredential } from './rows.ts';

interface Case {
  readonly kind: string;
  readonly severity: Severity;
  readonly hit: AuditRow;
  readonly context?: Partial<FindingContext>;
  /** Rows that come close and are none. */
  readonly clean: readonly AuditRow[];
  readonly cleanContext?: Partial<FindingContext>;
}

const aks = cleanRow().issuer;
const unseen = (why = 'Refused') => ({ state: 'not-visible', why }) as const;
const account = (
  value: Partial<{ namespaceExists: boolean; exists: boolean; clientId: string | undefined }>,
  labelled = true,
) =>
  ({
    account: {
      state: 'read',
      at,
      value: {
        namespaceExists: true,
        exists: true,
        clientId: cleanRow().identity.clientId,
        workloads: [{ kind: 'Deployment', name: 'argocd-repo-server', labelled }],
        ...value,
      },
    },
  }) as Partial<AuditRow>;
const roles = (...held: { role: string; scope: string }[]) => ({ roles: { state: 'read', at, value: held } }) as const;
const group = (name: string, project?: string): Partial<AuditRow> => ({
  devops: {
    state: 'read',
    at,
    value: [
      {
        organization: 'contoso-eng',
        descriptor: 'aadsp.one',
        license: unseen(),
        groups: { state: 'read', at, value: [{ name, descriptor: 'vssgp.x', ...(project ? { project } : {}) }] },
      },
    ],
  },
});
const elsewhere = cleanRow({
  key: 'other',
  issuer: {
    kind: 'aks',
    host: 'x',
    cluster: { id: `${clusterId}2`, name: 'aks-stage', issuer: 'https://x/', exact: true, environment: 'staging' },
  },
});
const withoutCluster: AuditRow['issuer'] = { kind: 'aks', host: aks?.host ?? '', region: 'westeurope' };
const filled = (credentials: number) => ({ identity: { ...cleanRow().identity, credentials } });
const { credential: _credential, ...memberOnly } = cleanRow();

const cases: readonly Case[] = [
  {
    kind: 'F1',
    severity: 'critical',
    hit: cleanRow({ issuer: { kind: 'unknown', host: 'login.builds.contoso.example' } }),
    clean: [cleanRow({ issuer: { kind: 'github', host: 'token.actions.githubusercontent.com' } })],
  },
  {
    kind: 'F2',
    severity: 'critical',
    hit: cleanRow({ issuer: { kind: 'self-hostable', host: 'x.azurewebsites.net' } }),
    clean: [cleanRow({ issuer: { kind: 'devops', host: 'vstoken.dev.azure.com' } })],
  },
  {
    kind: 'F3',
    severity: 'critical',
    hit: cleanRow({ issuer: { kind: 'aks-foreign', host: 'x', tenantId: foreignTenantId } }),
    clean: [cleanRow({ issuer: withoutCluster })],
  },
  {
    kind: 'F4',
    severity: 'medium',
    hit: cleanRow({ issuer: withoutCluster }),
    clean: [cleanRow(), cleanRow({ issuer: withoutCluster })],
    cleanContext: { clustersComplete: false },
  },
  {
    kind: 'F4',
    severity: 'high',
    hit: cleanRow({ issuer: { ...withoutCluster, goneCluster: { id: clusterId, name: 'aks-old', seenAt: at } } }),
    context: { clustersComplete: false },
    clean: [],
  },
  {
    kind: 'F5',
    severity: 'high',
    hit: withCredential({ subject: undefined, claimsMatchingExpression: "claims['sub'] matches 'repo:*'" }),
    clean: [
      withCredential(
        { subject: undefined },
        { issuer: { kind: 'identity-binding', host: 'ib.oic.prod-aks.azure.com' } },
      ),
    ],
  },
  {
    kind: 'F6',
    severity: 'medium',
    hit: withCredential({ audiences: ['api://azureadtokenexchange'] }),
    clean: [cleanRow()],
  },
  {
    kind: 'F7',
    severity: 'high',
    hit: cleanRow(account({ exists: false })),
    clean: [cleanRow(), cleanRow({ account: unseen() })],
  },
  {
    kind: 'F8',
    severity: 'high',
    hit: cleanRow({ serviceAccount: { namespace: 'agents', name: 'default' } }),
    clean: [cleanRow({ serviceAccount: { namespace: 'default', name: 'agent' } })],
  },
  {
    kind: 'F9',
    severity: 'medium',
    hit: cleanRow(),
    context: { siblings: [cleanRow(), elsewhere] },
    clean: [cleanRow()],
    cleanContext: {
      siblings: [
        cleanRow(),
        cleanRow({ key: 'b', serviceAccount: { namespace: 'argocd', name: 'argocd-commit-server' } }),
      ],
    },
  },
  {
    kind: 'F10',
    severity: 'critical',
    hit: cleanRow(roles({ role: 'Contributor', scope: '/subscriptions/1' })),
    clean: [cleanRow(roles({ role: 'Reader', scope: '/subscriptions/1' })), cleanRow({ roles: unseen() })],
  },
  {
    kind: 'F10',
    severity: 'high',
    hit: cleanRow(roles({ role: 'Owner', scope: '/subscriptions/1/resourceGroups/rg' })),
    clean: [],
  },
  {
    kind: 'F11',
    severity: 'high',
    hit: cleanRow(group('Project Administrators', 'Checkout')),
    clean: [cleanRow(), cleanRow(group('Contributors', 'Checkout')), cleanRow({ devops: unseen() })],
  },
  {
    kind: 'F11',
    severity: 'critical',
    hit: cleanRow(group('Project Collection Administrators')),
    clean: [cleanRow(group('Project Collection Administrators', 'A project of that name'))],
  },
  {
    kind: 'F15',
    severity: 'medium',
    hit: cleanRow(account({ clientId: undefined })),
    clean: [cleanRow(), cleanRow(account({ exists: false })), cleanRow({ account: unseen() })],
  },
  { kind: 'F15', severity: 'medium', hit: cleanRow(account({}, false)), clean: [] },
  {
    kind: 'F16',
    severity: 'medium',
    hit: withCredential(
      { issuer: issuer.slice(0, -1) },
      { issuer: { kind: 'aks', host: 'x', cluster: { id: clusterId, name: 'aks-prod-weu', issuer, exact: false } } },
    ),
    clean: [cleanRow()],
  },
  { kind: 'F17', severity: 'low', hit: memberOnly, clean: [cleanRow(), { ...memberOnly, devops: unseen() }] },
  { kind: 'F19', severity: 'low', hit: cleanRow(filled(18)), clean: [cleanRow(filled(17))] },
];

const kindOf = (id: string) => {
  const kind = findingKinds.find((each) => each.id === id);
  if (!kind) throw new Error(`No finding ${id}`);
  return kind;
};

describe.each(cases)('$kind, $severity', ({ kind, severity, hit, context, clean, cleanContext }) => {
  it('is found, with evidence that says when it was read', () => {
    const found = kindOf(kind).judge(hit, contextOf(hit, context));
    expect(found?.severity).toBe(severity);
    expect(found?.evidence.length).toBeGreaterThan(0);
    expect(found?.evidence.some((evidence) => evidence.at !== undefined)).toBe(true);
    expect(found?.evidence.every(({ text }) => text !== '')).toBe(true);
    expect(
      kindOf(kind)
        .why(hit)
        .match(/[.](?= |$)/g)?.length,
    ).toBeGreaterThanOrEqual(2);
  });
  it.each(clean.map((row, index) => [index, row] as const))('is not found in the clean case %i', (_index, row) => {
    expect(kindOf(kind).judge(row, contextOf(row, cleanContext))).toBeUndefined();
  });
});

describe('all kinds', () => {
  it('have a case here', () => {
    expect(new Set(findingKinds.map(({ id }) => id))).toEqual(new Set(cases.map(({ kind }) => kind)));
  });
  it('leave a trust alone that is as it should be', () => {
    expect(findingKinds.flatMap((kind) => kind.judge(cleanRow(), contextOf(cleanRow())) ?? [])).toEqual([]);
  });
  it('find nothing where nothing could be read', () => {
    const row = cleanRow({ account: unseen(), roles: unseen(), devops: unseen(), issuer: withoutCluster });
    expect(findingKinds.flatMap((kind) => kind.judge(row, contextOf(row, { clustersComplete: false })) ?? [])).toEqual(
      [],
    );
  });
  it('never call the credential of an identity binding wrong', () => {
    const { serviceAccount: _account, ...row } = withCredential(
      { name: 'aks-identity-binding', subject: 'bound', audiences: ['api://AKSIdentityBinding'] },
      { issuer: { kind: 'identity-binding', host: 'ib.oic.prod-aks.azure.com' } },
    );
    expect(
      findingKinds.flatMap((kind) => kind.judge(row, contextOf(row, { siblings: [row, cleanRow()] })) ?? []),
    ).toEqual([]);
  });
  it('have ids and slugs of their own', () => {
    expect(new Set(findingKinds.flatMap(({ id, slug }) => [id, slug])).size).toBe(findingKinds.length * 2);
  });
});
