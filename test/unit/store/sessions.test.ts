import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealer } from '../../../lib/store/sealed.ts';
import { engines, key, type TestStore } from './stores.ts';

const person = {
  oid: '11111111-0000-4000-8000-000000000001',
  tid: '22222222-0000-4000-8000-000000000000',
  name: 'Ada Contoso',
  upn: 'ada@contoso.example',
  roles: ['Operator' as const],
};
const soon = () => new Date(Date.now() + 60_000);
const canary = 'refresh-token-canary-0123456789';

describe.each(engines)('sessions on %s', (_name, open) => {
  let test: TestStore;
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test?.close());

  it('finds a session by the hash of its cookie until it is removed', async () => {
    const id = await test.store.sessions.create({ cookieHash: 'hash-a', person, expiresAt: soon() });
    expect(await test.store.sessions.find('hash-a', 60_000)).toMatchObject({ id, person });
    await test.store.sessions.remove(id);
    expect(await test.store.sessions.find('hash-a', 60_000)).toBeUndefined();
    expect(await test.store.sessions.writeCache(id, 'late')).toBe(false);
  });
  it('finds none that is over or idle', async () => {
    await test.store.sessions.create({ cookieHash: 'hash-over', person, expiresAt: new Date(Date.now() - 1) });
    expect(await test.store.sessions.find('hash-over', 60_000)).toBeUndefined();
    await test.store.sessions.create({ cookieHash: 'hash-idle', person, expiresAt: soon() });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await test.store.sessions.find('hash-idle', 5)).toBeUndefined();
    await test.store.sessions.removeOver(5);
    expect(await test.store.sessions.find('hash-idle', 60_000)).toBeUndefined();
  });
  it('gives a new cookie at each sign-in and keeps the cache of the same person only', async () => {
    const id = await test.store.sessions.create({ cookieHash: 'hash-old', person, expiresAt: soon() });
    await test.store.sessions.writeCache(id, canary);
    expect(await test.store.sessions.renew(id, { cookieHash: 'hash-new', person, expiresAt: soon() })).toBe(true);
    expect(await test.store.sessions.find('hash-old', 60_000)).toBeUndefined();
    expect((await test.store.sessions.find('hash-new', 60_000))?.id).toBe(id);
    expect(await test.store.sessions.readCache(id)).toBe(canary);
    const stranger = { ...person, oid: '11111111-0000-4000-8000-000000000009' };
    const renewed = await test.store.sessions.renew(id, { cookieHash: 'x', person: stranger, expiresAt: soon() });
    expect(renewed).toBe(false);
  });
  it('holds no token in clear text, and none that opens in another row', async () => {
    const one = await test.store.sessions.create({ cookieHash: 'hash-1', person, expiresAt: soon() });
    const two = await test.store.sessions.create({ cookieHash: 'hash-2', person, expiresAt: soon() });
    await test.store.sessions.writeCache(one, canary);
    await test.store.sessions.beginSignIn(
      'tx-canary',
      { state: 's', verifier: canary, nonce: 'n', returnTo: '/' },
      60_000,
    );
    const dump = JSON.stringify([
      await test.query('select * from sessions'),
      await test.query('select * from sign_ins'),
    ]);
    expect(dump).not.toContain(canary);
    await test.query(
      `update sessions set cache = (select cache from sessions where id = '${one}') where id = '${two}'`,
    );
    expect(await test.store.sessions.readCache(one)).toBe(canary);
    expect(await test.store.sessions.readCache(two)).toBeUndefined();
  });
  it('hands a sign-in transaction out once, and never an old one', async () => {
    const transaction = { state: 's', verifier: 'v', nonce: 'n', returnTo: '/runs', audience: 'arm' as const };
    await test.store.sessions.beginSignIn('tx-1', transaction, 60_000);
    const taken = await Promise.all([test.store.sessions.takeSignIn('tx-1'), test.store.sessions.takeSignIn('tx-1')]);
    expect(taken.filter(Boolean)).toEqual([transaction]);
    await test.store.sessions.beginSignIn('tx-2', transaction, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await test.store.sessions.takeSignIn('tx-2')).toBeUndefined();
  });
});

describe('sealed values', () => {
  const sealer = createSealer(key);
  it('open with their key and row only, and not after a flipped bit', () => {
    const sealed = sealer.seal('secret', 'row');
    expect(sealed).toMatch(/^v1\./);
    expect(sealer.open(sealed, 'row')).toBe('secret');
    expect(sealer.open(sealed, 'other row')).toBeUndefined();
    expect(createSealer(new Uint8Array(32)).open(sealed, 'row')).toBeUndefined();
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    expect(sealer.open(`v1.${bytes.toString('base64url')}`, 'row')).toBeUndefined();
    expect(sealer.open('v2.AAAA', 'row')).toBeUndefined();
  });
});
