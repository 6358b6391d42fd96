import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { isRefusal } from '../core/world.ts';
import { startTestEmulator } from '../test-emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ seed: 'demo', timing: { latencyMs: 0 } });
});
afterAll(() => emulator.stop());

async function exchange(tenantId: string, clientId: string, assertion: string) {
  const response = await fetch(`${emulator.tlsUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: '499b84ac-1321-427f-aa17-267ca6975798/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  return (await response.json()) as { access_token?: string; error_codes?: number[] };
}

test('nothing in the ledger was written by seeding', () => {
  expect(emulator.world.ledger.entries()).toEqual([]);
});

function find<T extends { name: string }>(values: Iterable<T>, name: string): T {
  for (const value of values) if (value.name === name) return value;
  throw new Error(`no ${name} in the demo`);
}

test('the tokens of a simulated cluster are judged by that cluster’s published keys', async () => {
  const { azure, kubernetes, tokens } = emulator.world;
  const identity = find(azure.identities.values(), 'id-argocd-neu');
  const [credential] = identity.credentials;
  if (!credential) throw new Error('no credential');
  const assertionOf = (cluster: string, serviceAccount: string) => {
    const backend = kubernetes.get(find(azure.clusters.values(), cluster).id.toLowerCase());
    if (!backend) throw new Error(`${cluster} does not run`);
    return backend.admin.projectedToken('argocd', serviceAccount, 'api://AzureADTokenExchange');
  };
  const attempt = (assertion: string) => exchange(identity.tenantId, identity.clientId, assertion);
  const own = await assertionOf('aks-prod-neu', 'argo-cd-argocd-repo-server');

  expect(await attempt(await assertionOf('aks-prod-weu', 'argocd-repo-server'))).toMatchObject({
    error_codes: [700211],
  });
  expect(await attempt(own)).toMatchObject({ error_codes: [700213] });
  credential.subject = 'system:serviceaccount:argocd:argo-cd-argocd-repo-server';
  const { access_token } = await attempt(own);
  const principal = await tokens.verify(`Bearer ${access_token}`, 'devops');
  expect(isRefusal(principal) ? principal : principal.oid).toBe(identity.principalId);
  find(azure.clusters.values(), 'aks-prod-neu').oidcIssuerEnabled = false;
  expect(await attempt(own)).toMatchObject({ error_codes: [50166] });
});

test('a second start over is the same world', async () => {
  const names = () => [...emulator.world.azure.clusters.keys()];
  const before = names();
  await emulator.reset();
  expect(names()).toEqual(before);
});
