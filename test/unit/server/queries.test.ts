import { beforeEach, describe, expect, it, vi } from 'vitest';

const tenantId = '22222222-0000-4000-8000-000000000000';
const state = vi.hoisted(() => ({ session: undefined as undefined | { id: string; person: object }, live: true }));
class Signal extends Error {}
vi.mock('next/headers', () => ({
  headers: async () => new Headers({ 'x-patless-path': '/runs' }),
  cookies: async () => ({ get: () => ({ value: 'cookie' }), set: () => {} }),
}));
vi.mock('next/navigation', () => ({
  redirect: (href: string) => {
    throw new Signal(`redirect ${href}`);
  },
  notFound: () => {
    throw new Signal('404');
  },
  forbidden: () => {
    throw new Signal('403');
  },
}));
vi.mock('../../../lib/server/env.ts', () => ({
  env: () => ({ appOrigin: 'https://patless.contoso.example', secureCookies: true, sessionIdleMs: 1_000 }),
}));
vi.mock('../../../lib/server/services.ts', () => {
  const byId = async (id: string) =>
    id === 'own'
      ? { id, tenantId, state: 'done', name: 'own', endedAt: 'x' }
      : id === 'foreign'
        ? { id, tenantId: 'somebody-else', state: 'done' }
        : undefined;
  const events = async (_id: string, after: number) =>
    [{ seq: 1, type: 'run-end', state: 'done' }].filter(({ seq }) => seq > after);
  return {
    services: async () => ({
      env: { sessionIdleMs: 1_000 },
      store: {
        sessions: { find: async () => state.session, isLive: async () => state.live },
        connections: { get: byId, list: async (tenant: string) => [{ id: 'own', tenantId: tenant }] },
        runs: {
          get: byId,
          list: async (tenant: string) => [{ id: 'own', tenantId: tenant }],
          listOf: async () => [],
          eventsAfter: events,
          journal: async () => [],
          currentLease: async () => undefined,
        },
        checks: { get: byId, latest: async () => new Map(), listOf: async () => [], eventsAfter: async () => [] },
      },
    }),
  };
});
const queries = await import('../../../lib/server/queries.ts');
const { requireRole } = await import('../../../lib/server/session.ts');
const { checkEvents, runEvents } = await import('../../../lib/server/streams.ts');

const as = (...roles: string[]) => {
  state.session = { id: 's', person: { oid: 'o', tid: tenantId, name: 'Ada', upn: 'ada', roles } };
};

const loaders: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['listConnections', () => queries.listConnections()],
  ['loadConnection', () => queries.loadConnection('own')],
  ['listRuns', () => queries.listRuns()],
  ['listRunsOf', () => queries.listRunsOf('own')],
  ['loadRun', () => queries.loadRun('own')],
  ['loadCheck', () => queries.loadCheck('own')],
  ['latestChecks', () => queries.latestChecks()],
  ['listChecksOf', () => queries.listChecksOf('own')],
];

describe('every query', () => {
  beforeEach(() => as('Viewer'));
  it('is in the table of this test', () => {
    expect(new Set(loaders.map(([name]) => name))).toEqual(new Set(Object.keys(queries)));
  });
  it.each(loaders)('%s answers a viewer, and nobody without session or role', async (_name, load) => {
    await expect(load()).resolves.toBeDefined();
    as();
    await expect(load()).rejects.toThrow('redirect /no-role');
    state.session = undefined;
    await expect(load()).rejects.toThrow('redirect /sign-in?returnTo=%2Fruns');
  });
  it.each([
    ['loadConnection', queries.loadConnection],
    ['loadRun', queries.loadRun],
    ['loadCheck', queries.loadCheck],
    ['listRunsOf', queries.listRunsOf],
    ['listChecksOf', queries.listChecksOf],
  ])('%s does not know an unknown id and refuses a foreign one', async (_name, load) => {
    await expect(load('unknown')).rejects.toThrow('404');
    await expect(load('foreign')).rejects.toThrow('403');
  });
});

describe('roles', () => {
  it.each([
    ['Operator', 'Operator', true],
    ['Operator', 'Auditor', false],
    ['Operator', 'Viewer', false],
    ['Auditor', 'Operator', true],
    ['Auditor', 'Auditor', true],
    ['Auditor', 'Viewer', false],
    ['Viewer', 'Auditor', true],
  ] as const)('%s is given to a person who is %s: %s', async (needed, given, allowed) => {
    as(given);
    if (allowed) await expect(requireRole(needed)).resolves.toBeDefined();
    else await expect(requireRole(needed)).rejects.toThrow('403');
  });
});

describe('streams', () => {
  const get = (path = '', headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }) =>
    new Request(`https://patless.contoso.example/runs/x/events${path}`, { headers });
  beforeEach(() => as('Viewer'));
  it.each([
    ['runs', runEvents],
    ['checks', checkEvents],
  ])('of %s ask for origin, session, role and owner', async (_name, open) => {
    expect((await open(get('', { 'sec-fetch-site': 'cross-site' }), 'own')).status).toBe(403);
    expect((await open(get(), 'unknown')).status).toBe(404);
    expect((await open(get(), 'foreign')).status).toBe(403);
    expect((await open(get('?after=x'), 'own')).status).toBe(400);
    as();
    expect((await open(get(), 'own')).status).toBe(403);
    state.session = undefined;
    expect((await open(get(), 'own')).status).toBe(401);
  });
  it('of a run that is over give what is left and end', async () => {
    expect((await (await runEvents(get(), 'own')).text()).trim()).toBe('{"seq":1,"type":"run-end","state":"done"}');
    expect((await (await runEvents(get('?after=1'), 'own')).text()).trim()).toBe('');
  });
});
