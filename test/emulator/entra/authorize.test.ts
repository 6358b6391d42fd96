import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { applicationClientId, contosoTenantId, users } from '../world/directory.ts';
import { SignInBrowser } from './testing/browser.ts';

let emulator: Emulator;
let browser: SignInBrowser;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
beforeEach(async () => {
  await emulator.reset();
  browser = new SignInBrowser();
});
afterAll(() => emulator.stop());

const devopsScope = 'openid offline_access 499b84ac-1321-427f-aa17-267ca6975798/user_impersonation';
const redirectUri = 'http://localhost:3917/auth/callback';
function address(change: Record<string, string | undefined> = {}, tenant = contosoTenantId): string {
  const parameters = {
    client_id: applicationClientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile offline_access',
    state: 's-1',
    nonce: 'n-1',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
    ...change,
  };
  const pairs = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${emulator.pagesUrl}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(pairs)}`;
}

test('the page offers the four people, each with a button that a keyboard reaches', async () => {
  const response = await browser.open(address());
  const page = await response.text();
  expect(response.status).toBe(200);
  expect([...page.matchAll(/<button type="submit" name="oid"/g)]).toHaveLength(4);
  for (const { upn } of Object.values(users)) expect(page).toContain(upn);
  expect(page).toContain('<html lang="en">');
  expect(page).not.toContain('<script');
});

test('a pick leads back with code, state and session_state', async () => {
  const back = await browser.signIn(address(), 'auditor@contoso.example');
  expect(`${back.origin}${back.pathname}`).toBe(redirectUri);
  expect([...back.searchParams.keys()]).toEqual(['code', 'state', 'session_state']);
  expect(back.searchParams.get('state')).toBe('s-1');
});

test('response_mode fragment', async () => {
  const back = await browser.signIn(address({ response_mode: 'fragment' }), 'auditor@contoso.example');
  expect(new URLSearchParams(back.hash.slice(1)).get('code')).toBeTruthy();
  expect(back.search).toBe('');
});

test('a resource is consented to once, by user', async () => {
  const first = await browser.open(address({ scope: devopsScope }));
  expect(await first.text()).toContain('Pick an account');
  await browser.signIn(address({ scope: devopsScope }), 'operator@contoso.example');
  const again = await browser.open(address({ scope: devopsScope }));
  expect(again.status).toBe(302);
  const other = new SignInBrowser();
  await expect(other.signIn(address({ scope: devopsScope }), 'lead@contoso.example', 'cancel')).resolves.toMatchObject({
    search: expect.stringContaining('error=access_denied'),
  });
});

test('prompt=none tells what is missing instead of asking', async () => {
  const none = (scope?: string) => browser.open(address({ prompt: 'none', scope: scope ?? 'openid' }));
  const error = async (response: Response) => new URL(response.headers.get('location') ?? '').searchParams.get('error');
  expect(await error(await none())).toBe('login_required');
  await browser.signIn(address(), 'operator@contoso.example');
  expect((await none()).headers.get('location')).toContain('code=');
  expect(await error(await none(devopsScope))).toBe('interaction_required');
});

test('prompt=select_account and another login_hint ask again; the same login_hint does not', async () => {
  await browser.signIn(address(), 'operator@contoso.example');
  expect((await browser.open(address())).status).toBe(302);
  expect((await browser.open(address({ prompt: 'select_account' }))).status).toBe(200);
  expect((await browser.open(address({ login_hint: 'operator@contoso.example' }))).status).toBe(302);
  const other = await browser.open(address({ login_hint: 'lead@contoso.example' }));
  const people = [...(await other.text()).matchAll(/class="upn">([^<]+)</g)].map(([, upn]) => upn);
  expect(people[0]).toBe('lead@contoso.example');
});

test.each<[string, Record<string, string | undefined>, string | undefined, string]>([
  ['an unknown client', { client_id: 'nobody' }, undefined, 'AADSTS700016'],
  ['a foreign redirect URI', { redirect_uri: 'https://evil.example/auth/callback' }, undefined, 'AADSTS50011'],
  ['another path', { redirect_uri: 'http://localhost:3000/elsewhere' }, undefined, 'AADSTS50011'],
  [
    'localhost as somebody’s subdomain',
    { redirect_uri: 'http://localhost.evil.example/auth/callback' },
    undefined,
    'AADSTS50011',
  ],
  ['no client', { client_id: undefined }, undefined, 'AADSTS900144'],
  ['an unknown tenant', {}, '99999999-0000-4000-8000-000000000009', 'AADSTS90002'],
  ['the common endpoint', {}, 'common', 'AADSTS50194'],
])('%s is an error page, never a redirect', async (_, change, tenant, code) => {
  const response = await browser.open(address(change, tenant));
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
  expect(await response.text()).toContain(code);
});

test.each<[string, Record<string, string | undefined>, string, string]>([
  ['another response type', { response_type: 'token' }, 'unsupported_response_type', 'AADSTS700051'],
  ['no PKCE', { code_challenge: undefined }, 'invalid_request', 'AADSTS9002325'],
  ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request', 'AADSTS9002325'],
  ['a challenge that is no SHA-256', { code_challenge: 'short' }, 'invalid_request', 'AADSTS50147'],
  ['an unknown resource', { scope: 'https://nobody.example/.default' }, 'invalid_resource', 'AADSTS500011'],
  ['an unknown scope', { scope: 'https://management.azure.com/everything' }, 'invalid_client', 'AADSTS650053'],
  ['no scope', { scope: undefined }, 'invalid_request', 'AADSTS900144'],
])('%s is told to the application, with its state', async (_, change, error, code) => {
  const response = await browser.open(address(change));
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.searchParams.get('error')).toBe(error);
  expect(back.searchParams.get('error_description')).toContain(code);
  expect(back.searchParams.get('state')).toBe('s-1');
});

test('hostile values are inert on the error page', async () => {
  const page = await (await browser.open(address({ client_id: '<script>alert(1)</script>' }))).text();
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('&#60;script&#62;');
});

test('a forged page context is refused', async () => {
  const response = await browser.open(
    `${emulator.pagesUrl}/${contosoTenantId}/login`,
    new URLSearchParams({ ctx: 'forged', oid: users.operator.oid }),
  );
  expect(response.status).toBe(400);
});

test('signing out ends the session and goes back to registered addresses only', async () => {
  const logout = (target: string) =>
    browser.open(
      `${emulator.pagesUrl}/${contosoTenantId}/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(target)}`,
    );
  await browser.signIn(address(), 'operator@contoso.example');
  const back = await logout('http://localhost:3917/sign-in');
  expect([back.status, back.headers.get('location')]).toEqual([302, 'http://localhost:3917/sign-in']);
  expect(await (await browser.open(address())).text()).toContain('Pick an account');
  const foreign = await logout('https://evil.example/');
  expect([foreign.status, foreign.headers.get('location')]).toEqual([200, null]);
});
