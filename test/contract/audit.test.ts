import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScanResult, scanEstate } from '../../lib/audit/scan.ts';
import { findingKinds } from '../../lib/findings/index.ts';
import type { AuditRow, ScanEvent } from '../../lib/model/audit.ts';
import { productionSubscription } from '../emulator/world/azure.ts';
import { contosoTenantId, users } from '../emulator/world/directory.ts';
import { failureOf, identityNamed, type Outside, startOutside } from './outside.ts';

let outside: Outside;
beforeAll(async () => {
  outside = await startOutside({ seed: 'demo' });
});
afterAll(() => outside?.emulator.stop());

async function scan(person: 'operator' | 'auditor', more: Partial<Parameters<typeof scanEstate>[0]> = {}) {
  const events: ScanEvent[] = [];
  const saved: AuditRow[][] = [];
  const result = await scanEstate({
    ports: outside.portsOf(users[person]),
    tenantId: contosoTenantId,
    earlier: [],
    emit: (event) => events.push(event),
    save: async (rows) => {
      saved.push([...rows]);
    },
    signal: AbortSignal.timeout(120_000),
    ...more,
  });
  return { ...result, events, saved };
}
const kindsOf = ({ rows }: ScanResult) =>
  Object.fromEntries(
    rows.map(({ identity, name, findings }) => [
      `${identity.name}/${name}`,
      findings
        .map(({ kind }) => kind)
        .toSorted()
        .join(' '),
    ]),
  );

/** Identity and credential → what is wrong with it. Whatever is not listed here has no finding. */
const demo = {
  'id-argocd-neu/aks-prod-neu-argocd-repo-server': 'F7',
  'id-argocd-tools/aks-tools-weu-argocd-repo-server': 'F7',
  'id-flux-lab/aks-lab-swc-source-controller': 'F15',
  'id-flux-legacy/aks-old-neu-source-controller': 'F4 F9',
  'id-flux-legacy/aks-prod-neu-source-controller': 'F7 F9',
  'id-web-preview/deploy-preview': 'F2',
  'id-build-bridge/build-bridge': 'F1',
  'id-partner-sync/aks-partner-sync': 'F3',
  'id-pull-requests/any-pull-request': 'F5',
  'id-image-lab/lab-image-automation': 'F15 F6',
  'id-agents-tools/tools-agent': 'F8',
  'id-terraform/infrastructure-main': 'F10',
  'id-release/release-service-connection': 'F11',
  'id-reports/reports-export': 'F15',
  'id-billing/billing-reports': 'F16',
  'id-retired-sync/id-retired-sync': 'F17',
};
const shared = /^id-(catalog|flux-shared)\//;

describe('the demo world', () => {
  test('as the operator: every kind of finding, each where it belongs', async () => {
    const found = await scan('operator');
    const kinds = kindsOf(found);
    const wrong = Object.entries(kinds).filter(([name, kind]) => kind !== '' && !shared.test(name));
    expect(Object.fromEntries(wrong)).toEqual(demo);
    expect(new Set(Object.entries(kinds).flatMap(([name, kind]) => (shared.test(name) ? [kind] : [])))).toEqual(
      new Set(['F19 F7 F9']),
    );
    expect(new Set(found.rows.flatMap(({ findings }) => findings.map(({ kind }) => kind)))).toEqual(
      new Set(findingKinds.map(({ id }) => id)),
    );
    expect(found.scope).toMatchObject({
      subscriptions: ['Contoso Development', 'Contoso Production'],
      organizations: ['contoso-eng', 'contoso-platform'],
      notVisible: [],
    });
  });

  test('the clean identity, AKS’s own credential and GitHub on one branch have none, and all of them was read', async () => {
    const { rows } = await scan('operator');
    const named = (name: string) => rows.find(({ identity }) => identity.name === name);
    for (const name of ['id-handbook', 'id-identity-binding', 'id-web-deploy'])
      expect(named(name)?.findings).toEqual([]);
    expect(named('id-handbook')).toMatchObject({
      account: { state: 'read', value: { exists: true, workloads: [{ labelled: true }] } },
      roles: { state: 'read', value: [] },
      devops: {
        state: 'read',
        value: [
          {
            license: { value: { license: 'express' } },
            groups: { value: [{ name: 'Readers', project: 'Catalog', repositories: 2 }] },
          },
        ],
      },
    });
  });

  test('as the auditor: what a right hides is named, and nothing is made of it', async () => {
    const { rows, scope } = await scan('auditor');
    expect(scope.subscriptions).toEqual(['Contoso Production']);
    expect(scope.notVisible.map(({ what }) => what)).toContain('Service accounts of aks-prod-neu');
    const ofHidden = rows.filter(({ issuer }) => issuer?.cluster?.name === 'aks-prod-neu');
    expect(ofHidden.length).toBeGreaterThan(0);
    for (const { account, findings } of ofHidden) {
      expect(account.state).toBe('not-visible');
      expect(findings.map(({ kind }) => kind)).not.toContain('F7');
    }
    // The tools cluster lets the auditor read.
    expect(rows.find(({ name }) => name === 'aks-tools-weu-argocd-repo-server')?.findings[0]?.kind).toBe('F7');
  });

  test('reads, and writes nowhere', async () => {
    const before = outside.world.ledger.entries().length;
    await scan('operator');
    expect(outside.world.ledger.entries().slice(before)).toEqual([]);
  });

  test('the first rows are kept long before the end, and all of them at the end', async () => {
    const { events, saved, rows } = await scan('operator');
    expect(saved[0]?.length).toBeLessThanOrEqual(25);
    expect(new Set(saved.flat().map(({ key }) => key))).toEqual(new Set(rows.map(({ key }) => key)));
    const phases = [...new Set(events.flatMap((event) => (event.type === 'scan-progress' ? [event.phase] : [])))];
    expect(phases[0]).toBe('clusters');
    expect(phases.at(-1)).toBe('findings');
  });

  test('a cluster that an earlier scan saw, and that is gone from a subscription that was read, no longer exists', async () => {
    const first = await scan('operator');
    const legacy = first.rows.find(({ name }) => name === 'aks-old-neu-source-controller');
    const [known] = first.scope.clusters;
    if (!legacy?.credential || !known) throw new Error('The world has no dead cluster.');
    const gone = {
      id: known.id.replace(/[^/]+$/, 'aks-old-neu'),
      name: 'aks-old-neu',
      issuer: legacy.credential.issuer,
    };
    const { rows } = await scan('operator', { earlier: [{ at: '2026-09-01T00:00:00.000Z', clusters: [gone] }] });
    expect(rows.find(({ key }) => key === legacy.key)?.findings[0]).toMatchObject({
      kind: 'F4',
      severity: 'high',
      title: 'Cluster no longer exists',
    });
  });

  test('is stopped by its signal', async () => {
    const stop = new AbortController();
    const running = scan('operator', { signal: stop.signal, save: async () => stop.abort(new Error('Stopped')) });
    await expect(running).rejects.toThrow('Stopped');
  });
});

describe('what the scan reads with', () => {
  const signal = AbortSignal.timeout(60_000);
  test('role assignments of a subscription, by the names of their roles', async () => {
    const roles = await outside.ports.arm.listRoleAssignments(productionSubscription.id, signal);
    const { principalId } = identityNamed(outside.world, 'id-terraform');
    expect(roles.filter((role) => role.principalId === principalId)).toEqual([
      {
        principalId,
        principalType: 'ServicePrincipal',
        role: 'Contributor',
        scope: `/subscriptions/${productionSubscription.id}`,
      },
    ]);
    const lead = outside.portsOf(users.lead).arm;
    expect(await failureOf(lead.listRoleAssignments(productionSubscription.id, signal))).toMatchObject({
      kind: 'refused',
    });
  });

  test('service principals of an organisation, past its empty first page, and the groups they are in', async () => {
    const { devops } = outside.ports;
    const members = await devops.listServicePrincipals('contoso-eng', signal);
    const handbook = members.find(
      ({ originId }) => originId === identityNamed(outside.world, 'id-handbook').principalId,
    );
    if (!handbook) throw new Error('The clean identity is no member.');
    expect(handbook.displayName).toBe('id-handbook');
    const groups = await devops.listGroups('contoso-eng', signal);
    expect(groups.find(({ name }) => name === 'Project Collection Administrators')).not.toHaveProperty('project');
    const containers = await devops.listContainers('contoso-eng', handbook.descriptor, signal);
    const held = groups.filter(({ descriptor }) => containers.includes(descriptor));
    expect(held.map(({ name, project }) => `${project} ${name}`)).toContain('Catalog Readers');
    expect(await devops.getEntitlement('contoso-eng', handbook.descriptor, signal)).toMatchObject({
      license: 'express',
    });
    expect((await failureOf(devops.listContainers('contoso-eng', 'aadsp.nobody', signal))).kind).toBe('absent');
  });
});
