import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StaleLeaseError } from '../../../lib/store/errors.ts';
import { ada, answers, bob, engines, entry, plan, type TestStore, tenant } from './stores.ts';

describe.each(engines)('store on %s', (_name, open) => {
  let test: TestStore;
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test?.close());

  let names = 0;
  const connect = (tenantId = tenant) => {
    names += 1;
    return test.store.connections.create({ tenantId, name: `argocd-${names}`, answers, createdBy: ada });
  };
  const startRun = async () => {
    const { id: connectionId } = await connect();
    return test.store.runs.create({ connectionId, tenantId: tenant, plan: plan(connectionId), startedBy: ada });
  };

  describe('connections', () => {
    it('keeps what was created', async () => {
      const created = await connect();
      expect(created).toMatchObject({ revision: 1, tenantId: tenant, createdBy: ada });
      expect(await test.store.connections.get(created.id)).toEqual(created);
    });
    it('lists one tenant only', async () => {
      const foreign = await connect('99999999-0000-4000-8000-000000000000');
      expect((await test.store.connections.list(tenant)).map(({ id }) => id)).not.toContain(foreign.id);
    });
    it('saves only on the revision that was read, once', async () => {
      const { id } = await connect();
      const [first, second] = await Promise.all([
        test.store.connections.save(id, 1, { name: `saved-a-${id.slice(0, 8)}` }),
        test.store.connections.save(id, 1, { name: `saved-b-${id.slice(0, 8)}` }),
      ]);
      expect([first, second].filter(Boolean)).toHaveLength(1);
      expect((first ?? second)?.revision).toBe(2);
    });
    it('refuses a name that the tenant has already, until its owner is removed', async () => {
      const taken = await connect();
      const again = () =>
        test.store.connections.create({ tenantId: tenant, name: taken.name, answers, createdBy: bob });
      await expect(again()).rejects.toMatchObject({ problem: { code: 'app/name-taken' } });
      const other = await connect();
      await expect(test.store.connections.save(other.id, 1, { name: taken.name })).rejects.toMatchObject({
        problem: { code: 'app/name-taken' },
      });
      await test.store.connections.remove(taken.id);
      expect(await test.store.connections.get(taken.id)).toBeUndefined();
      expect((await again()).name).toBe(taken.name);
    });
    it('answers an id that is none with nothing', async () => {
      expect(await test.store.connections.get("' or 1=1 --")).toBeUndefined();
      expect(await test.store.runs.get('1')).toBeUndefined();
      expect(await test.store.checks.get('1')).toBeUndefined();
    });
  });

  describe('runs', () => {
    it('lists runs without their plans, with the number of changes, and the newest of each connection', async () => {
      const { id: connectionId } = await connect();
      const verdicts = ['create', 'update', 'right', 'blocked'] as const;
      const changes = verdicts.map((state) => ({ id: state, verdict: { state } }));
      const made = { ...plan(connectionId), changes: changes as never };
      await test.store.runs.create({ connectionId, tenantId: tenant, plan: made, startedBy: ada });
      const second = await test.store.runs.create({ connectionId, tenantId: tenant, plan: made, startedBy: ada });
      const newest = (await test.store.runs.newest(tenant)).get(connectionId);
      expect(newest).toMatchObject({ id: second.id, number: 2, changes: 2, startedBy: ada });
      expect(newest).not.toHaveProperty('plan');
      expect((await test.store.runs.list(tenant, 1))[0]).toMatchObject({ id: second.id, changes: 2 });
    });
    it('numbers the runs of a connection without a gap, however many start at once', async () => {
      const { id: connectionId } = await connect();
      const create = () =>
        test.store.runs.create({ connectionId, tenantId: tenant, plan: plan(connectionId), startedBy: ada });
      const created = await Promise.all([create(), create(), create()]);
      expect(created.map(({ number }) => number).sort()).toEqual([1, 2, 3]);
      expect((await test.store.runs.listOf(connectionId)).map(({ number }) => number)).toEqual([3, 2, 1]);
    });
    it('gives the lease to one of many', async () => {
      const { id } = await startRun();
      const leases = await Promise.all([
        test.store.runs.acquireLease(id, ada, 60_000),
        test.store.runs.acquireLease(id, bob, 60_000),
      ]);
      expect(leases.filter(Boolean)).toHaveLength(1);
      expect((await test.store.runs.currentLease(id))?.holder).toEqual(leases.find(Boolean)?.holder);
    });
    it('refuses every write of a holder whose lease was taken over', async () => {
      const { id } = await startRun();
      const first = await test.store.runs.acquireLease(id, ada, 60_000);
      const open = await test.store.runs.begin(entry(id), first?.fence ?? 0);
      const second = await test.store.runs.acquireLease(id, bob, 60_000, true);
      expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
      const stale = first?.fence ?? 0;
      await expect(test.store.runs.begin(entry(id), stale)).rejects.toThrow(StaleLeaseError);
      await expect(test.store.runs.complete(open, stale, 'done', { createdByRun: true })).rejects.toThrow(
        StaleLeaseError,
      );
      await expect(test.store.runs.setState(id, stale, 'done')).rejects.toThrow(StaleLeaseError);
      expect(await test.store.runs.renewLease(id, stale, 60_000)).toBe(false);
      await test.store.runs.releaseLease(id, stale);
      expect((await test.store.runs.currentLease(id))?.holder).toEqual(bob);
      expect(await test.store.runs.journal(id)).toHaveLength(1);
      await test.store.runs.complete(open, second?.fence ?? 0, 'already', { createdByRun: false });
      expect((await test.store.runs.journal(id))[0]?.outcome).toBe('already');
    });
    it('hands an expired lease on', async () => {
      const { id } = await startRun();
      await test.store.runs.acquireLease(id, ada, 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await test.store.runs.currentLease(id)).toBeUndefined();
      expect((await test.store.runs.acquireLease(id, bob, 60_000))?.fence).toBe(2);
    });
    it('calls a run interrupted when nobody holds it any more', async () => {
      const { id } = await startRun();
      expect((await test.store.runs.get(id))?.state).toBe('running');
      const lease = await test.store.runs.acquireLease(id, ada, 60_000);
      expect((await test.store.runs.get(id))?.state).toBe('running');
      await test.query(`update runs set lease_expires_at = now() - interval '1 second' where id = '${id}'`);
      expect((await test.store.runs.get(id))?.state).toBe('interrupted');
      expect(await test.store.runs.renewLease(id, lease?.fence ?? 0, 60_000)).toBe(true);
      expect((await test.store.runs.get(id))?.state).toBe('running');
      await test.store.runs.setState(id, lease?.fence ?? 0, 'done');
      await test.store.runs.releaseLease(id, lease?.fence ?? 0);
      const done = await test.store.runs.get(id);
      expect(done?.state).toBe('done');
      expect(done?.endedAt).toBeDefined();
    });
    it('keeps the journal in order and an outcome for good, unless it was unknown', async () => {
      const { id } = await startRun();
      const fence = (await test.store.runs.acquireLease(id, ada, 60_000))?.fence ?? 0;
      const first = await test.store.runs.begin(entry(id, 'identity:a'), fence);
      const second = await test.store.runs.begin(entry(id, 'federation:b'), fence);
      await test.store.runs.complete(first, fence, 'unknown', { createdByRun: false });
      await test.store.runs.complete(first, fence, 'done', { correlationId: 'c-1', createdByRun: true });
      await expect(test.store.runs.complete(first, fence, 'failed', { createdByRun: false })).rejects.toThrow(
        /outcome already/,
      );
      const rows = await test.store.runs.journal(id);
      expect(rows.map(({ id, seq }) => [id, seq])).toEqual([
        [first, 1],
        [second, 2],
      ]);
      expect(rows[0]).toMatchObject({ outcome: 'done', correlationId: 'c-1', createdByRun: true });
      expect(rows[1]?.outcome).toBeUndefined();
    });
    it('numbers events without a gap and reads on after any of them', async () => {
      const { id } = await startRun();
      const at = '2026-11-20T10:00:00.000Z';
      const append = (changeId: string) => test.store.runs.appendEvent(id, { type: 'change-start', changeId, at });
      const numbers = await Promise.all(['a', 'b', 'c', 'd'].map(append));
      expect([...numbers].sort()).toEqual([1, 2, 3, 4]);
      expect((await test.store.runs.eventsAfter(id, 2)).map(({ seq }) => seq)).toEqual([3, 4]);
      expect(await test.store.runs.eventsAfter(id, 4)).toEqual([]);
    });
  });

  describe('checks', () => {
    it('gives the newest finished check of each connection', async () => {
      const { id: connectionId } = await connect();
      const create = () => test.store.checks.create({ connectionId, tenantId: tenant, startedBy: ada, chains: [] });
      const [first, second, unfinished] = [await create(), await create(), await create()];
      await test.store.checks.finish(first.id, { status: 'broken', chains: [], passes: 0, tookMs: 900 });
      await test.store.checks.finish(second.id, { status: 'works', chains: [], passes: 1, tookMs: 800 });
      const latest = await test.store.checks.latest(tenant);
      expect(latest.get(connectionId)).toMatchObject({ id: second.id, status: 'works', passes: 1, tookMs: 800 });
      expect((await test.store.checks.listOf(connectionId, 2)).map(({ id }) => id)).toEqual([unfinished.id, second.id]);
      expect(await test.store.checks.latest('somebody-else')).toEqual(new Map());
      await expect(
        test.store.checks.finish(first.id, { status: 'works', chains: [], passes: 1, tookMs: 1 }),
      ).rejects.toThrow();
      await test.store.connections.remove(connectionId);
      expect((await test.store.checks.latest(tenant)).has(connectionId)).toBe(false);
    });
    it('numbers the events of a check', async () => {
      const { id: connectionId } = await connect();
      const { id } = await test.store.checks.create({ connectionId, tenantId: tenant, startedBy: ada, chains: [] });
      await test.store.checks.appendEvent(id, { type: 'link-start', chainId: 'a', linkId: 'pod' });
      await test.store.checks.appendEvent(id, { type: 'link-start', chainId: 'a', linkId: 'issuer' });
      expect(await test.store.checks.eventsAfter(id, 1)).toEqual([
        { type: 'link-start', chainId: 'a', linkId: 'issuer', seq: 2 },
      ]);
    });
  });

  describe('audit', () => {
    it('takes entries and lets nobody change or remove one', async () => {
      await test.store.audit.append({ tenantId: tenant, actor: ada, action: 'connection.create', outcome: 'ok' });
      for (const statement of ['update audit set outcome = $$x$$', 'delete from audit', 'truncate audit'])
        await expect(test.query(statement)).rejects.toThrow(/append-only/);
      expect(await test.query('select action, outcome from audit')).toEqual([
        { action: 'connection.create', outcome: 'ok' },
      ]);
    });
  });
});
