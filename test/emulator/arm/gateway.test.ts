import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityId, productionSubscription as production } from '../world/azure.ts';
import { fabrikamTenantId, users } from '../world/directory.ts';
import { guid } from '../world/guid.ts';
import { type ArmWorld, expectError, startArm } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm();
});
afterAll(() => arm.emulator.stop());

const subscription = `/subscriptions/${production.id}`;

describe('token', () => {
  test('a missing one is AuthenticationFailed with the tenant in the challenge', async () => {
    const response = await fetch(`${arm.endpoint}${subscription}?api-version=2022-12-01`);
    const body = (await response.json()) as { error: { code: string } };
    expect([response.status, body.error.code]).toEqual([401, 'AuthenticationFailed']);
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer authorization_uri="[^"]+", error="invalid_token"/,
    );
    expect(response.headers.get('x-ms-failure-cause')).toBe('gateway');
  });
  test('garbage, an expired one and one for another service have three codes', async () => {
    const get = (authorization: string) => arm.call('GET', subscription, { headers: { authorization } });
    expectError(await get('Bearer abc'), 401, 'InvalidAuthenticationToken');
    const expired = await get(`Bearer ${await arm.token('operator', 'arm', -400)}`);
    expectError(expired, 401, 'ExpiredAuthenticationToken');
    expect(expired.json.error.message).toMatch(
      /UTC time '\d+\/\d+\/\d{4} \d+:\d\d:\d\d [AP]M' is earlier than current UTC time '\d+\/\d+\/\d{4} /,
    );
    expectError(await get(`Bearer ${await arm.token('operator', 'aks')}`), 401, 'InvalidAuthenticationTokenAudience');
  });
  test('one of another tenant is refused on the subscription', async () => {
    const token = await arm.world.tokens.issue(
      {
        kind: 'user',
        tenantId: fabrikamTenantId,
        oid: users.operator.oid,
        name: 'a@fabrikam.example',
        displayName: 'A',
      },
      'arm',
      3_600,
    );
    const raw = await arm.call('GET', subscription, { headers: { authorization: `Bearer ${token}` } });
    expectError(raw, 401, 'InvalidAuthenticationTokenTenant');
    expect(raw.json.error.message).toContain(`https://sts.windows.net/${fabrikamTenantId}/`);
  });
});

test('api-version is required and has a form', async () => {
  const headers = { authorization: `Bearer ${await arm.token('operator')}` };
  const missing = await fetch(`${arm.endpoint}${subscription}`, { headers });
  expect([missing.status, await missing.text()]).toEqual([
    400,
    '{"error":{"code":"MissingApiVersionParameter","message":"The api-version query parameter (?api-version=) is required for all requests."}}',
  ]);
  expectError(await arm.call('GET', `${subscription}?api-version=latest`), 400, 'InvalidApiVersionParameter');
});

test('a subscription that is malformed, unknown or not yours', async () => {
  expectError(await arm.call('GET', '/subscriptions/nope'), 400, 'InvalidSubscriptionId');
  expectError(await arm.call('GET', `/subscriptions/${guid('other')}`), 404, 'SubscriptionNotFound');
  expectError(await arm.call('GET', subscription, { as: 'newcomer' }), 403, 'AuthorizationFailed');
});

test('without rights, what exists and what does not look the same', async () => {
  const path = (name: string) => identityId(production.id, 'rg-identity-prod', name);
  const real = await arm.call('GET', path('id-catalog'), { as: 'lead' });
  const none = await arm.call('GET', path('id-nothing'), { as: 'lead' });
  expectError(real, 403, 'AuthorizationFailed');
  expectError(none, 403, 'AuthorizationFailed');
  expect(real.json.error.message.replace('id-catalog', 'X')).toBe(none.json.error.message.replace('id-nothing', 'X'));
  expect(real.json.error.message).toContain(
    `The client '${users.lead.upn}' with object id '${users.lead.oid}' does not have authorization to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/read' over scope '${path('id-catalog')}'`,
  );
  expectError(await arm.call('GET', path('id-nothing')), 404, 'ResourceNotFound');
});

test('every answer carries the ids and headers of the front door', async () => {
  const raw = await arm.call('GET', subscription, {
    headers: {
      'x-ms-client-request-id': 'mine',
      'x-ms-return-client-request-id': 'true',
      'x-ms-correlation-request-id': 'a5b5c1f2-0000-4000-8000-000000000001',
    },
  });
  expect(Object.fromEntries(raw.headers)).toMatchObject({
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-ms-client-request-id': 'mine',
    'x-ms-correlation-request-id': 'a5b5c1f2-0000-4000-8000-000000000001',
  });
  expect(raw.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(raw.headers.get('x-ms-routing-request-id')).toMatch(/^WESTEUROPE:\d{8}T\d{6}Z:[0-9a-f-]{36}$/);
  expect(Number(raw.headers.get('x-ms-ratelimit-remaining-subscription-reads'))).toBeLessThan(250);
});

test('what is not modelled is 501', async () => {
  expectError(
    await arm.call('GET', `${subscription}/providers/Microsoft.Insights/eventtypes/management/values`),
    501,
    'NotModelled',
  );
});

test('250 reads, then 429 with Retry-After; a call before that is refused again, one after it passes', async () => {
  const own = await startArm();
  try {
    let refused = await own.call('GET', subscription);
    // Real time refills 25 a second while this runs, so it takes a few more than 250.
    for (let count = 0; count < 2_000 && refused.status === 200; count += 20)
      [refused] = (await Promise.all(Array.from({ length: 20 }, () => own.call('GET', subscription)))).sort(
        (a, b) => b.status - a.status,
      ) as [typeof refused];
    expectError(refused, 429, 'SubscriptionRequestsThrottled');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.json.error.message).toContain(`subscription '${production.id}'`);
    expect((await own.call('GET', subscription, { as: 'auditor' })).status).toBe(200);
    own.world.clock.advance(1_000);
    expect((await own.call('GET', subscription)).status).toBe(200);
  } finally {
    await own.emulator.stop();
  }
});
