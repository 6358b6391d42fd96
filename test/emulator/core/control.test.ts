import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestEmulator } from '../test-emulator.ts';
import { applicationSecret, contosoTenantId, users } from '../world/directory.ts';
import { type Emulator, startEmulator } from './emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

const control = (method: string, path: string, body?: unknown, base = emulator.pagesUrl) =>
  fetch(`${base}/_emulator/${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    redirect: 'manual',
  });
const configuration = () => fetch(`${emulator.tlsUrl}/${contosoTenantId}/v2.0/.well-known/openid-configuration`);

test('both ports take control', async () => {
  for (const base of [emulator.pagesUrl, emulator.tlsUrl]) {
    expect((await control('GET', 'scenarios', undefined, base)).status).toBe(200);
  }
});

test('the state is readable and holds no secret', async () => {
  const text = await (await control('GET', 'state')).text();
  expect(JSON.parse(text)).toMatchObject({
    directory: [{ name: 'Contoso', users: { length: 4 } }, { name: 'Fabrikam' }],
  });
  expect(text).not.toContain(applicationSecret);
});

test('the ledger lists accepted writes in order, and can be emptied', async () => {
  emulator.world.ledger.record({ service: 'arm', operation: 'identity.put', target: '/x', actor: users.operator.oid });
  emulator.world.ledger.record({
    service: 'arm',
    operation: 'credential.put',
    target: '/y',
    actor: users.operator.oid,
  });
  const { entries } = (await (await control('GET', 'ledger')).json()) as {
    entries: { seq: number; operation: string }[];
  };
  expect(entries.map(({ seq, operation }) => [seq, operation])).toEqual([
    [1, 'identity.put'],
    [2, 'credential.put'],
  ]);
  expect((await control('DELETE', 'ledger')).status).toBe(204);
  expect(await (await control('GET', 'ledger')).json()).toEqual({ entries: [] });
});

test('a status fault waits for its nth call and acts as often as it says', async () => {
  await control('POST', 'faults', {
    service: 'entra',
    operation: 'configuration.get',
    nth: 2,
    times: 2,
    action: { type: 'status', status: 429, headers: { 'retry-after': '7' }, body: '{}' },
  });
  const seen = [];
  for (let call = 0; call < 4; call++) seen.push((await configuration()).status);
  expect(seen).toEqual([200, 429, 429, 200]);
});

test('faults can be taken back', async () => {
  await control('POST', 'faults', { service: 'entra', operation: '*', action: { type: 'status', status: 503 } });
  expect((await control('DELETE', 'faults')).status).toBe(204);
  expect((await configuration()).status).toBe(200);
});

test('a reset drops the connection before, in the middle of, or after the work', async () => {
  const reset = (when: string) =>
    control('POST', 'faults', { service: 'entra', operation: 'configuration.get', action: { type: 'reset', when } });
  for (const when of ['before', 'after']) {
    await reset(when);
    await expect(configuration()).rejects.toThrow('fetch failed');
  }
  await reset('mid');
  const half = await configuration();
  expect(half.status).toBe(200);
  await expect(half.text()).rejects.toThrow('terminated');
  expect((await configuration()).status).toBe(200);
});

test('a claims fault is a challenge of continuous access evaluation', async () => {
  await control('POST', 'faults', {
    service: 'entra',
    operation: 'configuration.get',
    action: { type: 'claims', claims: '{"a":1}' },
  });
  const response = await configuration();
  expect(response.status).toBe(401);
  const claims = /claims="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1] ?? '';
  expect(Buffer.from(claims, 'base64').toString()).toBe('{"a":1}');
});

test('latency is added to services and not to the control interface', async () => {
  await control('POST', 'timing', { latencyMs: 120 });
  const timed = async (call: () => Promise<unknown>) => {
    const start = performance.now();
    await call();
    return performance.now() - start;
  };
  expect(await timed(configuration)).toBeGreaterThanOrEqual(119);
  expect(await timed(() => control('GET', 'scenarios'))).toBeLessThan(100);
});

test('the clock moves forward only', async () => {
  const before = emulator.world.clock.now();
  await control('POST', 'clock/advance', { ms: 3_600_000 });
  expect(emulator.world.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  expect((await control('POST', 'clock/advance', { ms: -1 })).status).toBe(400);
});

test('a reset puts the world back', async () => {
  const before = emulator.world;
  before.directory.tenants.length = 0;
  expect((await control('POST', 'reset')).status).toBe(200);
  expect(emulator.world).not.toBe(before);
  expect(emulator.world.directory.tenants).toHaveLength(2);
});

test.each([
  ['POST', 'faults', {}, 400],
  ['POST', 'faults', { service: 'entra', operation: 'x', action: { type: 'explode' } }, 400],
  ['POST', 'timing', { latency: 5 }, 400],
  ['POST', 'timing', { latencyMs: -5 }, 400],
  ['POST', 'scenarios/no-such', undefined, 404],
  ['POST', 'people/nobody@contoso.example', {}, 404],
  ['GET', 'nothing', undefined, 404],
])('%s %s with %j is refused', async (method, path, body, status) => {
  expect((await control(method, path, body)).status).toBe(status);
});

test('the page shows people and ledger to a person', async () => {
  emulator.world.ledger.record({ service: 'arm', operation: 'identity.put', target: '<b>x</b>', actor: 'a' });
  const page = await (await control('GET', '')).text();
  expect(page).toContain('operator@contoso.example');
  expect(page).toContain('identity.put');
  expect(page).not.toContain('<b>x</b>');
});

test('a taken port is refused, and leaves no other port behind', async () => {
  const taken = startEmulator({ pagesPort: emulator.world.ports.pages });
  await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE', port: emulator.world.ports.pages });
});
