import { createHash, randomBytes } from 'node:crypto';
import { ConfidentialClientApplication, InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { applicationClientId, applicationSecret, contosoTenantId, users } from '../world/directory.ts';
import { SignInBrowser } from './testing/browser.ts';

const arm = ['https://management.azure.com/user_impersonation'];
const devops = ['499b84ac-1321-427f-aa17-267ca6975798/user_impersonation'];
const aks = ['6dae42f8-4368-4678-94ff-3960e28e3630/user.read'];
const redirectUri = 'http://localhost:3917/auth/callback';
const operator = 'operator@contoso.example';

let emulator: Emulator;
let msal: ConfidentialClientApplication;
let browser: SignInBrowser;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
beforeEach(async () => {
  await emulator.reset();
  browser = new SignInBrowser();
  const authority = `${emulator.tlsUrl}/${contosoTenantId}`;
  const document = await fetch(`${authority}/v2.0/.well-known/openid-configuration`);
  msal = new ConfidentialClientApplication({
    auth: {
      clientId: applicationClientId,
      authority,
      knownAuthorities: [new URL(emulator.tlsUrl).host],
      authorityMetadata: await document.text(),
      clientSecret: applicationSecret,
      clientCapabilities: ['CP1'],
    },
  });
});
afterAll(() => emulator.stop());

function proof() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

async function signIn(scopes: string[], upn = operator, options: { extra?: string[]; claims?: string } = {}) {
  const { verifier, challenge } = proof();
  const address = await msal.getAuthCodeUrl({
    scopes,
    extraScopesToConsent: options.extra,
    claims: options.claims,
    redirectUri,
    state: 's',
    nonce: 'n',
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
  });
  const back = await browser.signIn(address, upn);
  const request = {
    code: back.searchParams.get('code') ?? '',
    scopes,
    redirectUri,
    codeVerifier: verifier,
    nonce: 'n',
  };
  return { request, result: await msal.acquireTokenByCode(request) };
}

const silent = async (scopes: string[]) => {
  const [account] = await msal.getTokenCache().getAllAccounts();
  if (!account) throw new Error('nobody is signed in');
  return msal.acquireTokenSilent({ account, scopes, forceRefresh: true });
};
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error,
  );

test('authorization code with PKCE: who it is, in which tenant, with which role', async () => {
  const { result } = await signIn(['openid', 'profile']);
  expect(result.account?.homeAccountId).toBe(`${users.operator.oid}.${contosoTenantId}`);
  expect(result.idTokenClaims).toMatchObject({
    oid: users.operator.oid,
    tid: contosoTenantId,
    preferred_username: operator,
    nonce: 'n',
    roles: ['Operator'],
  });
});

test('a person without a role signs in all the same', async () => {
  const { result } = await signIn(['openid', 'profile'], 'newcomer@contoso.example');
  expect(result.idTokenClaims).not.toHaveProperty('roles');
});

test('a code is good once (54005), for its own verifier (501481) and its own address (500112)', async () => {
  const { request } = await signIn(['openid']);
  expect(await failure(msal.acquireTokenByCode(request))).toMatchObject({
    errorCode: 'invalid_grant',
    errorMessage: expect.stringContaining('AADSTS54005'),
  });
  const fresh = async () => {
    const { verifier, challenge } = proof();
    const address = await msal.getAuthCodeUrl({
      scopes: ['openid'],
      redirectUri,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
    });
    const back = await browser.signIn(address, operator);
    return { code: back.searchParams.get('code') ?? '', scopes: ['openid'], redirectUri, codeVerifier: verifier };
  };
  const wrongVerifier = await failure(msal.acquireTokenByCode({ ...(await fresh()), codeVerifier: proof().verifier }));
  expect(wrongVerifier).toMatchObject({ errorMessage: expect.stringContaining('AADSTS501481') });
  const elsewhere = 'http://localhost:3917/sign-in';
  const wrongAddress = await failure(msal.acquireTokenByCode({ ...(await fresh()), redirectUri: elsewhere }));
  expect(wrongAddress).toMatchObject({ errorMessage: expect.stringContaining('AADSTS500112') });
});

test('a code is over after ten minutes (70008)', async () => {
  const { verifier, challenge } = proof();
  const address = await msal.getAuthCodeUrl({
    scopes: ['openid'],
    redirectUri,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
  });
  const back = await browser.signIn(address, operator);
  emulator.world.clock.advance(11 * 60 * 1000);
  const request = {
    code: back.searchParams.get('code') ?? '',
    scopes: ['openid'],
    redirectUri,
    codeVerifier: verifier,
  };
  expect(await failure(msal.acquireTokenByCode(request))).toMatchObject({
    errorMessage: expect.stringContaining('AADSTS70008'),
  });
});

test('a second resource needs its own consent (65001), and then one refresh token serves both', async () => {
  await signIn(arm);
  const refused = await failure(silent(devops));
  expect(refused).toBeInstanceOf(InteractionRequiredAuthError);
  expect(refused).toMatchObject({
    errorCode: 'invalid_grant',
    subError: 'consent_required',
    errorMessage: expect.stringContaining('AADSTS65001'),
  });
  await signIn(devops);
  const [armToken, devopsToken] = [await silent(arm), await silent(devops)];
  expect(await emulator.world.tokens.verify(`Bearer ${armToken.accessToken}`, 'arm')).toMatchObject({
    kind: 'user',
    name: operator,
  });
  expect(await emulator.world.tokens.verify(`Bearer ${devopsToken.accessToken}`, 'devops')).toMatchObject({
    oid: users.operator.oid,
  });
  expect(await emulator.world.tokens.verify(`Bearer ${devopsToken.accessToken}`, 'arm')).toEqual({
    refused: 'audience',
  });
});

test('one sign-in may consent to several resources, each token still for one', async () => {
  await signIn(arm, operator, { extra: [...devops, ...aks] });
  for (const scopes of [arm, devops, aks]) await expect(silent(scopes)).resolves.toMatchObject({ tokenType: 'Bearer' });
  expect(await failure(silent([...arm, ...devops]))).toMatchObject({
    errorMessage: expect.stringContaining('AADSTS28000'),
  });
});

test('MSAL finds in its cache what it was granted', async () => {
  await signIn(arm);
  const [account] = await msal.getTokenCache().getAllAccounts();
  if (!account) throw new Error('nobody is signed in');
  expect((await msal.acquireTokenSilent({ account, scopes: arm })).fromCache).toBe(true);
});

const control = (path: string, body: unknown) =>
  fetch(`${emulator.pagesUrl}/_emulator/${path}`, { method: 'POST', body: JSON.stringify(body) });

test('a step-up (50076) carries claims, and answering them at the authorize page ends it', async () => {
  const claims = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}';
  await signIn(arm);
  await control(`people/${operator}`, { stepUp: claims });
  const refused = await failure(silent(arm));
  expect(refused).toBeInstanceOf(InteractionRequiredAuthError);
  expect(refused).toMatchObject({
    subError: 'basic_action',
    claims,
    errorMessage: expect.stringContaining('AADSTS50076'),
  });
  await signIn(['openid']);
  expect(await failure(silent(arm)), 'a sign-in that does not bring the claims back').toMatchObject({ claims });
  await signIn(arm, operator, { claims });
  await expect(silent(arm)).resolves.toBeTruthy();
});

test('refresh tokens can die (700082), consents be taken back (65001)', async () => {
  await signIn(arm);
  await control(`people/${operator}`, { forgetConsents: true });
  expect(await failure(silent(arm))).toMatchObject({ subError: 'consent_required' });
  await control(`people/${operator}`, { expireRefreshTokens: true });
  expect(await failure(silent(arm))).toMatchObject({ errorMessage: expect.stringContaining('AADSTS700082') });
});

test('a fault names a grant and a code', async () => {
  await signIn(arm);
  await control('faults', {
    service: 'entra',
    operation: 'token.refresh_token',
    action: { type: 'aadsts', code: 700082 },
  });
  expect(await failure(silent(arm))).toMatchObject({ errorMessage: expect.stringContaining('AADSTS700082') });
  await expect(silent(arm)).resolves.toBeTruthy();
});

test('a session outlives a restart of the world: keys are kept, consents are not', async () => {
  await signIn(arm);
  await emulator.reset();
  expect(await failure(silent(arm))).toMatchObject({ subError: 'consent_required' });
});

test('a wrong secret is invalid_client (7000215)', async () => {
  const authority = `${emulator.tlsUrl}/${contosoTenantId}`;
  const other = new ConfidentialClientApplication({
    auth: {
      clientId: applicationClientId,
      authority,
      knownAuthorities: [new URL(emulator.tlsUrl).host],
      clientSecret: 'wrong',
    },
  });
  const request = { code: 'x', scopes: ['openid'], redirectUri, codeVerifier: 'y' };
  const refused = await failure(other.acquireTokenByCode(request));
  expect(refused).toBeInstanceOf(ServerError);
  expect(refused).toMatchObject({
    errorCode: 'invalid_client',
    errorMessage: expect.stringContaining('AADSTS7000215'),
  });
});
