import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CloudEnvironment } from '../../lib/model/cloud.ts';
import type { Emulator } from '../emulator/core/emulator.ts';
import { entraState } from '../emulator/entra/state.ts';
import { SignInBrowser } from '../emulator/entra/testing/browser.ts';
import { startTestEmulator } from '../emulator/test-emulator.ts';
import { applicationClientId, applicationSecret, contosoTenantId, users } from '../emulator/world/directory.ts';
import { cloudOf, failureOf } from './outside.ts';

const origin = 'http://localhost:3000';
const held = vi.hoisted(() => ({ jar: new Map<string, string>(), environment: {} as Record<string, unknown> }));
vi.mock('next/headers', () => ({
  headers: async () => new Headers(),
  cookies: async () => ({
    get: (name: string) => (held.jar.has(name) ? { name, value: held.jar.get(name) } : undefined),
    set: (name: string, value: string, { maxAge }: { maxAge: number }) =>
      maxAge > 0 ? held.jar.set(name, value) : held.jar.delete(name),
  }),
}));
vi.mock('../../lib/server/env.ts', () => ({ env: () => held.environment }));

const { beginSignIn, endSignIn } = await import('../../lib/server/sign-in.ts');
const { currentSession, signOut } = await import('../../lib/server/session.ts');
const { closeServices, services } = await import('../../lib/server/services.ts');

const dataDir = mkdtempSync(join(tmpdir(), 'sign-in-'));
const signal = AbortSignal.timeout(120_000);
let emulator: Emulator;
let browser: SignInBrowser;

function cloud(): CloudEnvironment {
  const { tlsUrl, pagesUrl, world } = emulator;
  const authority = `${tlsUrl.replace(/\/$/, '')}/${contosoTenantId}`;
  return {
    ...cloudOf(world),
    authorityHost: tlsUrl.replace(/\/$/, ''),
    authorityMetadata: {
      // Entra's issuer is the tenant's, whatever name it was reached by.
      issuer: `https://login.microsoftonline.com/${contosoTenantId}/v2.0`,
      authorization_endpoint: `${pagesUrl.replace(/\/$/, '')}/${contosoTenantId}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
    },
  };
}

beforeAll(async () => {
  emulator = await startTestEmulator();
  held.environment = {
    appOrigin: origin,
    secureCookies: false,
    tenantId: contosoTenantId,
    clientId: applicationClientId,
    credential: { kind: 'secret', secret: applicationSecret },
    cloud: cloud(),
    sessionKey: new Uint8Array(randomBytes(32)),
    sessionIdleMs: 60_000,
    sessionMs: 3_600_000,
    dataDir,
    logLevel: 'silent',
  };
});
afterAll(async () => {
  await closeServices();
  await emulator.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  held.jar.clear();
  browser = new SignInBrowser();
  emulator.world.faults.clear();
});

/** Starts in the app, passes Entra as this person, and hands the answer to the app. */
async function signIn(query: Record<string, string> = {}, upn: string = users.operator.upn): Promise<string> {
  const answer = await browser.signIn(await beginSignIn(new URLSearchParams(query)), upn);
  return endSignIn(answer.searchParams);
}
const tokens = async () => {
  const session = await currentSession();
  if (!session) throw new Error('not signed in');
  return (await services()).portsFor(session);
};

describe('signing in', () => {
  test('leads back to where it began, with the roles of the id token', async () => {
    expect(await signIn({ returnTo: '/runs/1?tab=a' })).toBe('/runs/1?tab=a');
    expect((await currentSession())?.person).toEqual({
      oid: users.operator.oid,
      tid: contosoTenantId,
      name: 'Olivia Operator',
      upn: users.operator.upn,
      roles: ['Operator'],
    });
  });
  test('admits somebody without a role as nobody in particular', async () => {
    await signIn({}, users.newcomer.upn);
    expect((await currentSession())?.person.roles).toEqual([]);
  });
  test('gives a new cookie each time, and the old one opens nothing any more', async () => {
    await signIn();
    const first = held.jar.get('patless') ?? '';
    const id = (await currentSession())?.id;
    await signIn({ audience: 'arm' });
    const second = held.jar.get('patless') ?? '';
    expect(second).not.toBe(first);
    expect((await currentSession())?.id).toBe(id);
    held.jar.set('patless', first);
    expect(await currentSession()).toBeUndefined();
  });
  test('does not carry the session of one person on for another', async () => {
    await signIn();
    const first = held.jar.get('patless') ?? '';
    browser = new SignInBrowser();
    await signIn({}, users.auditor.upn);
    expect((await currentSession())?.person.oid).toBe(users.auditor.oid);
    held.jar.set('patless', first);
    expect(await currentSession()).toBeUndefined();
  });
  test('says so when the person declines', async () => {
    const address = await beginSignIn(new URLSearchParams({ audience: 'aks', returnTo: '/connections' }));
    const answer = await browser.signIn(address, users.auditor.upn, 'cancel');
    expect(await endSignIn(answer.searchParams)).toBe('/sign-in?problem=sign-in%2Fcancelled&returnTo=%2Fconnections');
    expect(await currentSession()).toBeUndefined();
  });
});

describe('an answer that is not ours', () => {
  test('is refused without the cookie of the browser that started', async () => {
    const answer = await browser.signIn(await beginSignIn(new URLSearchParams()), users.operator.upn);
    held.jar.clear();
    expect(await endSignIn(answer.searchParams)).toBe('/sign-in?problem=sign-in%2Fexpired');
  });
  test('is refused a second time', async () => {
    const answer = await browser.signIn(await beginSignIn(new URLSearchParams()), users.operator.upn);
    const cookie = held.jar.get('patless-sign-in') ?? '';
    expect(await endSignIn(answer.searchParams)).toBe('/');
    held.jar.set('patless-sign-in', cookie);
    expect(await endSignIn(answer.searchParams)).toBe('/sign-in?problem=sign-in%2Fexpired');
  });
  test('is refused with another state', async () => {
    const answer = await browser.signIn(await beginSignIn(new URLSearchParams()), users.operator.upn);
    answer.searchParams.set('state', 'forged');
    expect(await endSignIn(answer.searchParams)).toBe('/sign-in?problem=sign-in%2Fstate-mismatch');
  });
  test('is refused when the code was swapped for the one of another sign-in', async () => {
    const foreign = await new SignInBrowser().signIn(await beginSignIn(new URLSearchParams()), users.auditor.upn);
    const answer = await browser.signIn(await beginSignIn(new URLSearchParams()), users.operator.upn);
    answer.searchParams.set('code', foreign.searchParams.get('code') ?? '');
    expect(await endSignIn(answer.searchParams)).toMatch(/^\/sign-in\?problem=/);
    expect(await currentSession()).toBeUndefined();
  });
  test('never brings a text from the address onto a page', async () => {
    const address = new URL(await beginSignIn(new URLSearchParams()));
    const answer = new URLSearchParams({
      error: 'access_denied',
      error_description: '<script>alert(1)</script> AADSTS53003',
      state: address.searchParams.get('state') ?? '',
    });
    expect(await endSignIn(answer)).toBe('/sign-in?problem=sign-in%2Fblocked');
  });
});

describe('tokens of the signed-in person', () => {
  test('ask for consent where there is none, and come by refresh where there is', async () => {
    await signIn({}, users.lead.upn);
    const before = await failureOf((await tokens()).arm.listSubscriptions(signal));
    expect(before).toMatchObject({ kind: 'sign-in', audience: 'arm', code: 'AADSTS65001' });
    await signIn({ audience: 'arm' }, users.lead.upn);
    expect(await (await tokens()).arm.listSubscriptions(signal)).toEqual([]);
  });
  test('carry the claims of a step-up, and go on once they were answered', async () => {
    await signIn({ audience: 'devops' });
    await signIn({ audience: 'arm' });
    const claims = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}';
    const { stepUps } = entraState(emulator.world);
    stepUps.set(users.operator.oid, claims);
    const failure = await failureOf((await tokens()).devops.listOrganizations(signal));
    expect(failure).toMatchObject({ kind: 'sign-in', audience: 'devops', code: 'AADSTS50076', claims });
    const address = new URL(await beginSignIn(new URLSearchParams({ audience: 'devops', claims })));
    expect(JSON.parse(address.searchParams.get('claims') ?? '')).toMatchObject(JSON.parse(claims));
    expect(address.searchParams.get('login_hint')).toBe(users.operator.upn);
    await endSignIn((await browser.signIn(address.href, users.operator.upn)).searchParams);
    expect(stepUps.size).toBe(0);
    expect(await (await tokens()).devops.listOrganizations(signal)).toEqual([]);
  });
  test('are gone after sign-out, for whatever still runs', async () => {
    await signIn({ audience: 'arm' });
    const ports = await tokens();
    await signOut();
    expect(await currentSession()).toBeUndefined();
    expect(await failureOf(ports.arm.listSubscriptions(signal))).toMatchObject({ kind: 'sign-in', audience: 'arm' });
  });
});
