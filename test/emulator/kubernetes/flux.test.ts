import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { startTestEmulator } from '../test-emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ seed: 'demo', timing: { latencyMs: 0, reconcileMs: 60_000 } });
});
afterAll(() => emulator?.stop());
test('try', async () => {
  const cluster = [...emulator.world.azure.clusters.values()].find(({ name }) => name === 'aks-tools-weu');
  const admin = emulator.world.kubernetes.get(cluster?.id.toLowerCase() ?? '')?.admin;
  for (const [api, kind] of [['source.toolkit.fluxcd.io/v1', 'GitRepository'], ['image.toolkit.fluxcd.io/v1', 'ImageUpdateAutomation'], ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization']])
    for (const o of await admin?.list(api ?? '', kind ?? '') ?? []) console.log(o.metadata.name, JSON.stringify(o.metadata.managedFields).slice(0, 300), JSON.stringify(o.status, undefined, 1));
  expect(1).toBe(1);
});
