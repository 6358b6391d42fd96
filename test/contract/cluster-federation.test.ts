import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { clusterId, seedAzure } from '../emulator/world/azure.ts';
import { seedDirectory, users } from '../emulator/world/directory.ts';
import { failureOf, type Outside, startOutside } from './outside.ts';

const signal = AbortSignal.timeout(120_000);
let outside: Outside;
beforeAll(async () => {
  outside = await startOutside({
    seed: async (world) => {
      await seedDirectory(world);
      await seedAzure(world);
    },
  });
});
afterEach(() => outside.world.faults.clear());
afterAll(() => outside?.emulator.stop());

describe('switching federation on', () => {
  test('puts the whole cluster back with both switches and waits for the end', async () => {
    const { arm } = outside.ports;
    const id = clusterId('aks-stage-weu');
    outside.world.timing.clusterUpdateMs = 1_000;
    const progress: string[] = [];
    const before = outside.world.azure.clusters.get(id.toLowerCase());
    const properties = structuredClone(before?.properties);
    const { correlationId } = await arm.enableFederation(
      id,
      { oidcIssuer: true, workloadIdentity: true },
      (text) => progress.push(text),
      signal,
    );
    expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(progress[0]).toMatch(/accepted/);
    expect(await arm.getCluster(id, signal)).toMatchObject({
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,
      provisioningState: 'Succeeded',
      issuerUrl: expect.stringMatching(/\/$/),
    });
    expect(outside.world.azure.clusters.get(id.toLowerCase())?.properties).toMatchObject(properties ?? {});
    // Already so: nothing is written.
    const writes = outside.world.ledger.entries().length;
    await arm.enableFederation(id, { oidcIssuer: true, workloadIdentity: true }, () => {}, signal);
    expect(outside.world.ledger.entries()).toHaveLength(writes);
  });

  test('an operation in progress is waited for, and nothing is written when it brought what was wanted', async () => {
    const id = clusterId('aks-tools-weu');
    const cluster = outside.world.azure.clusters.get(id.toLowerCase());
    if (!cluster) throw new Error('no cluster');
    Object.assign(cluster, { provisioningState: 'Upgrading', workloadIdentityEnabled: false });
    setTimeout(() => Object.assign(cluster, { provisioningState: 'Succeeded', workloadIdentityEnabled: true }), 500);
    const writes = outside.world.ledger.entries().length;
    const progress: string[] = [];
    const switches = { oidcIssuer: true, workloadIdentity: true };
    await outside.ports.arm.enableFederation(id, switches, (text) => progress.push(text), signal);
    expect(progress[0]).toMatch(/in progress on the cluster \(Upgrading\)/);
    expect(outside.world.ledger.entries()).toHaveLength(writes);
  });

  test("an abort while waiting rejects with the signal's reason", async () => {
    const id = clusterId('aks-tools-weu');
    const cluster = outside.world.azure.clusters.get(id.toLowerCase());
    Object.assign(cluster ?? {}, { provisioningState: 'Upgrading', workloadIdentityEnabled: false });
    const controller = new AbortController();
    const reason = new Error('the run was stopped');
    const switches = { oidcIssuer: true, workloadIdentity: true };
    const waiting = outside.ports.arm.enableFederation(id, switches, () => controller.abort(reason), controller.signal);
    await expect(waiting).rejects.toBe(reason);
    Object.assign(cluster ?? {}, { provisioningState: 'Succeeded', workloadIdentityEnabled: true });
  });

  test('without the right: refused', async () => {
    const id = clusterId('aks-prod-neu');
    const cluster = outside.world.azure.clusters.get(id.toLowerCase());
    if (cluster) cluster.workloadIdentityEnabled = false;
    const error = await failureOf(
      outside
        .portsOf(users.auditor)
        .arm.enableFederation(id, { oidcIssuer: true, workloadIdentity: true }, () => {}, signal),
    );
    expect(error).toMatchObject({ kind: 'refused', code: 'AuthorizationFailed', operation: 'switch on federation' });
  });

  test('a status address on another host is not polled, and the write stays unresolved', async () => {
    const id = clusterId('aks-prod-neu');
    const off = outside.world.azure.clusters.get(id.toLowerCase());
    if (off) off.workloadIdentityEnabled = false;
    const cluster = {
      id,
      name: 'aks-prod-neu',
      location: 'westeurope',
      properties: { provisioningState: 'Updating' },
    };
    outside.world.faults.add({
      service: 'arm',
      operation: 'cluster.put',
      action: {
        type: 'status',
        status: 200,
        headers: { 'azure-asyncoperation': 'https://management.azure.com.example.com/next' },
        body: JSON.stringify(cluster),
      },
    });
    const switches = { oidcIssuer: true, workloadIdentity: true };
    const error = await failureOf(outside.ports.arm.enableFederation(id, switches, () => {}, signal));
    expect(error).toMatchObject({ code: 'EgressRefused', outcomeUnknown: true });
  });
});
