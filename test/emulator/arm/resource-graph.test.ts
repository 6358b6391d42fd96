import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clusterIds, developmentSubscription as development } from '../world/azure.ts';
import { type ArmWorld, expectError, startArm, type Who } from './test-world.ts';

let arm: ArmWorld;
beforeAll(async () => {
  arm = await startArm();
});
afterAll(() => arm.emulator.stop());
beforeEach(() => arm.world.clock.advance(6_000));

const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';
const query = (text: string, more: object = {}, as: Who = 'operator') =>
  arm.call('POST', path, { as, body: { query: text, ...more } });

test('clusters with the columns that were asked for', async () => {
  const client = new ResourceGraphClient(arm.credential('operator'), { endpoint: arm.endpoint });
  const result = await client.resources({
    query:
      "Resources | where type =~ 'Microsoft.ContainerService/managedClusters' | project id, name, issuer=properties.oidcIssuerProfile.issuerURL | order by name asc",
  });
  expect([result.totalRecords, result.count, result.resultTruncated]).toEqual([6, 6, 'false']);
  expect(result.data[0]).toMatchObject({ id: clusterIds['aks-dr-neu'], name: 'aks-dr-neu' });
  const stage = (result.data as { name: string; issuer: string | null }[]).find(({ name }) => name === 'aks-stage-weu');
  expect(stage?.issuer).toBeNull();
});

test('identities of one subscription; types are lower-case', async () => {
  const { json, headers } = await query(
    "resources | where type == 'microsoft.managedidentity/userassignedidentities' and name startswith 'id-'",
    {
      subscriptions: [development.id],
    },
  );
  expect(json.data.map(({ name }: { name: string }) => name)).toEqual(['id-flux-lab', 'id-web-deploy']);
  expect(Object.keys(json)).toEqual(['totalRecords', 'count', 'data', 'facets', 'resultTruncated']);
  expect(headers.get('x-ms-user-quota-resets-after')).toBe('00:00:05');
  expect(headers.get('x-ms-user-quota-remaining')).toBe('14');
});

test('missing rights mean fewer rows, never a refusal', async () => {
  const clusters = "Resources | where type =~ 'microsoft.containerservice/managedclusters' | count";
  expect((await query(clusters, {}, 'auditor')).json.data).toEqual([{ Count: 4 }]);
  expect((await query(clusters, {}, 'newcomer')).json.data).toEqual([{ Count: 0 }]);
});

test('pages by $skipToken', async () => {
  const text = 'ResourceContainers | project id, name';
  const first = await query(text, { options: { $top: 5 } });
  expect(first.json.count).toBe(5);
  const second = await query(text, { options: { $skipToken: first.json.$skipToken } });
  expect(first.json.count + second.json.count).toBe(first.json.totalRecords);
  expect(second.json.$skipToken).toBeUndefined();
  const cut = await query('ResourceContainers | project name', { options: { $top: 5 } });
  expect([cut.json.resultTruncated, cut.json.$skipToken]).toEqual(['true', undefined]);
});

test('what the parser does not know is 400 as recorded', async () => {
  const raw = await query('Resources | project');
  expectError(raw, 400, 'BadRequest');
  expect(raw.json.error.message).toMatch(
    /^Please provide below info when asking for support: timestamp = .+, correlationId = [0-9a-f-]{36}\.$/,
  );
  expect(raw.json.error.details).toMatchObject([
    { code: 'InvalidQuery' },
    { code: 'ParserFailure', message: 'ParserFailure', line: 1, token: '<EOF>', expectedToken: 'Ǐ' },
  ]);
  expectError(await query('Nothing'), 400, 'BadRequest');
  expectError(await query('Resources | summarize count() by type'), 400, 'BadRequest');
});

test('fifteen in five seconds, then 429', async () => {
  let last = await query('Resources | count');
  for (let count = 0; count < 40 && last.status === 200; count += 1) last = await query('Resources | count');
  expectError(last, 429, 'RateLimiting');
  expect(last.headers.get('x-ms-user-quota-remaining')).toBe('0');
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
});
