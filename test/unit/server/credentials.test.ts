import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AcceptedRisk, Scan } from '../../../lib/model/audit.ts';
import { cleanRow } from '../findings/rows.ts';

const tenantId = '22222222-0000-4000-8000-000000000000';
const scanId = '33333333-0000-4000-8000-000000000001';
const othersScanId = '33333333-0000-4000-8000-000000000002';
const foreignScanId = '33333333-0000-4000-8000-000000000003';
const riskId = '44444444-0000-4000-8000-000000000001';
const origin = 'https://patless.contoso.example';
const state = vi.hoisted(() => ({
  session: undefined as undefined | { id: string; person: object },
  headers: new Headers(),
  audit: [] as { action: string; outcome: string }[],
  written: [] as string[],
}));
class Signal extends Error {}
vi.mock('next/headers', () => ({
  headers: async () => state.headers,
  cookies: async () => ({ get: () => ({ value: 'cookie' }), set: () => {} }),
}));
vi.mock('next/navigation', () => ({
  redirect: (href: string) => {
    throw new Signal(`redirect ${href}`);
  },
  notFound: () => {
    throw new Signal('404');
  },
  unstable_rethrow: (error: unknown) => {
    if (error instanceof Signal) throw error;
  },
}));
vi.mock('next/cache', () => ({ revalidatePath: () => {} }));
vi.mock('../../../lib/server/env.ts', () => ({
  env: () => ({ appOrigin: origin, secureCookies: true, sessionIdleMs: 1_000, logLevel: 'silent' }),
}));
vi.mock('../../../lib/server/services.ts', () => {
  const scans = new Map<string, Scan>(
    [
      [scanId, 'o', tenantId],
      [othersScanId, 'somebody', tenantId],
      [foreignScanId, 'o', 'another-tenant'],
    ].map(([id = '', oid = '', tenant = '']) => [
      id,
      {
        id,
        tenantId: tenant,
        startedBy: { oid, name: oid },
        startedAt: '2026-11-20T09:00:00.000Z',
        endedAt: '2026-11-20T09:12:00.000Z',
        state: 'done',
        scope: { subscriptions: [], clusters: [], organizations: [], identities: 1, credentials: 1, notVisible: [] },
      },
    ]),
  );
  const finding = {
    kind: 'F7',
    severity: 'high',
    title: '=x',
    evidence: [],
    remedy: { type: 'delete-credential' },
  } as const;
  return {
    services: async () => ({
      env: { sessionIdleMs: 1_000 },
      portsFor: () => {
        throw new Error('No cloud is asked here.');
      },
      store: {
        sessions: { find: async () => state.session, isLive: async () => true },
        audit: { append: async (entry: { action: string; outcome: string }) => state.audit.push(entry) },
        scans: {
          get: async (id: string) => scans.get(id),
          listOf: async (tenant: string, oid: string) =>
            [...scans.values()].filter((scan) => scan.tenantId === tenant && scan.startedBy.oid === oid),
          rows: async () => [cleanRow({ key: 'row', name: '=HYPERLINK("x")', findings: [finding] })],
          eventsAfter: async () => [{ seq: 1, type: 'scan-end', at: 'x', state: 'done', rows: 1 }],
          finish: async () => {
            state.written.push('finish');
            return true;
          },
          appendEvent: async () => 1,
        },
        acceptedRisks: {
          list: async () => [],
          get: async (id: string) => (id === riskId ? { id, tenantId } : undefined),
          accept: async (risk: AcceptedRisk) => {
            state.written.push(`accept ${risk.findingKey}`);
            return risk;
          },
          takeBack: async (id: string) => state.written.push(`take back ${id}`),
        },
      },
    }),
  };
});

const actions = await import('../../../app/(console)/credentials/actions.ts');
const { credentialsExport } = await import('../../../lib/server/audit/export.ts');
const { scanEvents } = await import('../../../lib/server/streams.ts');

const as = (...roles: string[]) => {
  state.session = { id: 's', person: { oid: 'o', tid: tenantId, name: 'Ada', upn: 'ada@contoso.example', roles } };
};
const form = (values: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
};
const accept = {
  scanId,
  row: 'row',
  kind: 'F7',
  reason: 'Until the migration in January',
  owner: 'lead@contoso.example',
  endsOn: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
};
const calls: readonly (readonly [string, FormData])[] = [
  ['readCredentials', form({})],
  ['stopScan', form({ scanId })],
  ['acceptRisk', form(accept)],
  ['takeBackRisk', form({ riskId })],
];

beforeEach(() => {
  state.headers = new Headers({ origin, 'sec-fetch-site': 'same-origin' });
  state.written = [];
  state.audit = [];
  as('Auditor');
});

describe('actions', () => {
  it('are all in the table of this test', () => {
    expect(new Set(calls.map(([name]) => name))).toEqual(new Set(Object.keys(actions)));
  });
  it.each(calls)('%s is refused to a viewer, and to a foreign origin', async (name, data) => {
    const action = actions[name as keyof typeof actions];
    as('Viewer');
    expect(await action({}, data)).toMatchObject({ problem: { code: 'app/role-missing' } });
    as('Auditor');
    state.headers = new Headers({ origin: 'https://evil.example' });
    expect(await action({}, data)).toMatchObject({ problem: { code: 'app/origin-refused' } });
    expect(state.written).toEqual([]);
  });
  it('accept a risk of one’s own scan, and journal it', async () => {
    expect(await actions.acceptRisk({}, form(accept))).toMatchObject({ status: 'ok' });
    expect(state.written).toEqual(['accept F7:row']);
    expect(state.audit.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'credentials.accept-risk started',
      'credentials.accept-risk ok',
    ]);
  });
  it.each([
    ['a scan of somebody else', { scanId: othersScanId }, 'app/not-found'],
    ['a scan of another tenant', { scanId: foreignScanId }, 'app/foreign'],
    ['a row that is not there', { row: 'nobody' }, 'app/not-found'],
    ['a finding that is not there', { kind: 'F1' }, 'app/not-found'],
  ])('do not accept for %s', async (_what, change, code) => {
    expect(await actions.acceptRisk({}, form({ ...accept, ...change }))).toMatchObject({ problem: { code } });
    expect(state.written).toEqual([]);
  });
  it.each([
    ['reason', 'short'],
    ['owner', ''],
    ['endsOn', '2026-02-30'],
    ['endsOn', '2020-01-01'],
    ['endsOn', '2099-01-01'],
  ])('want a sensible %s: not %s', async (field, value) => {
    const answer = await actions.acceptRisk({}, form({ ...accept, [field]: value }));
    expect(answer).toMatchObject({ status: 'invalid', fieldErrors: { [field]: [expect.any(String)] } });
  });
});

describe('the export', () => {
  const get = (query = '', headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }) =>
    credentialsExport(new Request(`${origin}/credentials/export?format=csv${query}`, { headers }));
  it('asks for origin, session and role', async () => {
    expect((await get('', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await get('', {})).status).toBe(403);
    as('Viewer');
    expect((await get()).status).toBe(403);
    state.session = undefined;
    expect((await get()).status).toBe(401);
  });
  it('holds what the filter leaves, inert, and is journalled', async () => {
    const answer = await get('&q=severity:high');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="federated-credentials-[\d-]+\.csv"$/,
    );
    const text = await answer.text();
    expect(text).toContain('# filter,severity:high');
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(await (await get('&q=severity:low')).text()).not.toContain('HYPERLINK');
    expect(state.audit[0]).toMatchObject({ action: 'credentials.export', detail: { rows: '1' } });
  });
});

describe('the stream of a scan', () => {
  const open = (id: string) =>
    scanEvents(new Request(`${origin}/x`, { headers: { 'sec-fetch-site': 'same-origin' } }), id);
  it('is of one’s own scans, for auditors', async () => {
    expect((await (await open(scanId)).text()).trim()).toContain('scan-end');
    expect((await open(othersScanId)).status).toBe(404);
    expect((await open(foreignScanId)).status).toBe(403);
    as('Viewer');
    expect((await open(scanId)).status).toBe(403);
  });
});
