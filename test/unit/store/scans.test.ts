import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditRow, ScanScope } from '../../../lib/model/audit.ts';
import { cleanRow } from '../findings/rows.ts';
import { ada, bob, engines, type TestStore, tenant } from './stores.ts';

const scope: ScanScope = {
  subscriptions: ['Contoso Production'],
  clusters: [],
  organizations: [],
  identities: 1,
  credentials: 1,
  notVisible: [],
};

describe.each(engines)('scans on %s', (_name, open) => {
  let test: TestStore;
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test?.close());
  const start = (startedBy = ada) => test.store.scans.create({ tenantId: tenant, startedBy });

  it('keeps rows by key, the newest of each', async () => {
    const { id } = await start();
    const row = cleanRow({ name: "'; drop table scans; --" });
    await test.store.scans.saveRows(id, [row, cleanRow({ key: 'other' })]);
    await test.store.scans.saveRows(id, [{ ...row, name: 'changed' }]);
    const rows = await test.store.scans.rows(id);
    expect(rows.map(({ name }) => name).toSorted()).toEqual(['argocd', 'changed']);
    expect(rows.find(({ name }) => name === 'changed')).toEqual({ ...row, name: 'changed' });
  });
  it('takes more rows than one statement has room for', async () => {
    const { id } = await start();
    const rows: AuditRow[] = Array.from({ length: 1_200 }, (_, index) => cleanRow({ key: `row-${index}` }));
    await test.store.scans.saveRows(id, rows);
    expect(await test.store.scans.rows(id)).toHaveLength(1_200);
  });
  it('ends once', async () => {
    const { id } = await start();
    expect(await test.store.scans.finish(id, { state: 'done', scope })).toBe(true);
    expect(await test.store.scans.finish(id, { state: 'failed' })).toBe(false);
    expect(await test.store.scans.get(id)).toMatchObject({ state: 'done', scope, startedBy: ada });
  });
  it('numbers events without a gap', async () => {
    const { id } = await start();
    const seqs = await Promise.all(
      Array.from({ length: 20 }, () =>
        test.store.scans.appendEvent(id, { type: 'scan-start', at: '2026-11-20T09:00:00Z' }),
      ),
    );
    expect(seqs.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect((await test.store.scans.eventsAfter(id, 18)).map(({ seq }) => seq)).toEqual([19, 20]);
  });
  it('shows each person their own scans alone', async () => {
    const { id } = await start(bob);
    expect((await test.store.scans.listOf(tenant, ada.oid, 100)).map((scan) => scan.id)).not.toContain(id);
    expect(await test.store.scans.listOf('99999999-0000-4000-8000-000000000000', bob.oid, 100)).toEqual([]);
  });
  it('prunes finished scans with their rows, never one that runs', async () => {
    const carol = { oid: '11111111-0000-4000-8000-00000000000c', name: 'Carol' };
    const running = await start(carol);
    const ended: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      const { id } = await start(carol);
      await test.store.scans.saveRows(id, [cleanRow()]);
      await test.store.scans.finish(id, { state: 'done', scope });
      ended.push(id);
    }
    await test.store.scans.prune(tenant, carol.oid, 2);
    const left = (await test.store.scans.listOf(tenant, carol.oid, 10)).map(({ id }) => id);
    expect(new Set(left)).toEqual(new Set([running.id, ...ended.slice(2)]));
    expect(await test.store.scans.rows(ended[0] ?? '')).toEqual([]);
  });
  it('answers an id that is none with nothing', async () => {
    expect(await test.store.scans.get("' or 1=1 --")).toBeUndefined();
    expect(await test.store.scans.rows('1')).toEqual([]);
  });

  describe('accepted risks', () => {
    const risk = (findingKey: string) => ({
      tenantId: tenant,
      findingKey,
      reason: 'Until the migration',
      owner: 'lead@contoso.example',
      endsOn: '2027-01-31',
      acceptedBy: ada,
    });
    it('stand until they are taken back, and stay as rows', async () => {
      const accepted = await test.store.acceptedRisks.accept(risk('F7:a'));
      expect(await test.store.acceptedRisks.get(accepted.id)).toEqual(accepted);
      expect(await test.store.acceptedRisks.list(tenant)).toContainEqual(accepted);
      await test.store.acceptedRisks.takeBack(accepted.id, bob);
      expect(await test.store.acceptedRisks.get(accepted.id)).toBeUndefined();
      const [row] = await test.query(`select taken_back_by from accepted_risks where id = '${accepted.id}'`);
      expect(row?.taken_back_by).toEqual(bob);
    });
    it('are one for each finding: a second replaces the first', async () => {
      await test.store.acceptedRisks.accept(risk('F7:b'));
      const second = await test.store.acceptedRisks.accept({ ...risk('F7:b'), endsOn: '2027-02-28' });
      const standing = (await test.store.acceptedRisks.list(tenant)).filter(({ findingKey }) => findingKey === 'F7:b');
      expect(standing).toEqual([second]);
    });
    it('belong to one tenant', async () => {
      expect(await test.store.acceptedRisks.list('99999999-0000-4000-8000-000000000000')).toEqual([]);
    });
  });
});
