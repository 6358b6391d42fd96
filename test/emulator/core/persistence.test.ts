import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestEmulator } from '../test-emulator.ts';
import { clusterId, identityId, productionSubscription } from '../world/azure.ts';
import { users } from '../world/directory.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { type KeptWorld, readWorld, writeWorld } from './kept-world.ts';
import { isRefusal, type World } from './world.ts';

let dataDir: string;
let warnings: string[];
let running: Emulator | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'emulator-kept-'));
  warnings = [];
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

/** Controllers stand still: what differs after a restart was lost or made up by it. */
const quiet = { latencyMs: 0, reconcileMs: 3_600_000, clusterUpdateMs: 3_600_000 };
async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  running = await startTestEmulator({
    dataDir,
    seed: 'demo',
    warn: (message) => warnings.push(message),
    ...options,
  });
  return running;
}
async function restart(emulator: Emulator): Promise<Emulator> {
  await emulator.stop();
  return start({ tlsPort: emulator.world.ports.tls });
}
const graph = (world: World): KeptWorld => readWorld(writeWorld(world, ''));
const folderOf = ({ world }: Emulator) => join(dataDir, `world-${world.ports.tls}`);
const snapshotOf = (emulator: Emulator) => join(folderOf(emulator), 'world.snapshot');
const control = ({ pagesUrl }: Pick<Emulator, 'pagesUrl'>, method: string, path: string, body?: unknown) =>
  fetch(`${pagesUrl}/_emulator/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

function operatorToken(world: World): Promise<string> {
  const { oid, upn: name, name: displayName } = users.operator;
  const tenantId = world.directory.tenants[0]?.id ?? '';
  return world.tokens.issue({ kind: 'user', tenantId, oid, name, displayName }, 'arm', 3600);
}
async function arm({ world, tlsUrl }: Emulator, path: string, body?: unknown): Promise<Response> {
  return fetch(`${tlsUrl}/management.azure.com${path}`, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { authorization: `Bearer ${await operatorToken(world)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
const backendOf = (world: World) => {
  const backend = world.kubernetes.get(clusterId('aks-prod-weu').toLowerCase());
  if (!backend) throw new Error('no cluster');
  return backend;
};

/** An identity that trusts the repo-server of aks-prod-weu, by two writes. */
async function federate(emulator: Emulator): Promise<void> {
  const identity = identityId(productionSubscription.id, 'rg-identity-prod', 'id-kept');
  const made = await arm(emulator, `${identity}?api-version=2024-11-30`, { location: 'westeurope' });
  expect(made.status).toBe(201);
  const credential = await arm(
    emulator,
    `${identity}/federatedIdentityCredentials/repo-server?api-version=2024-11-30`,
    {
      properties: {
        issuer: [...emulator.world.azure.clusters.values()].find(({ name }) => name === 'aks-prod-weu')?.issuerUrl,
        subject: 'system:serviceaccount:argocd:argocd-repo-server',
        audiences: ['api://AzureADTokenExchange'],
      },
    },
  );
  expect(credential.status).toBe(201);
}

test('what was changed is there after a restart, all of it', async () => {
  const first = await start({ timing: quiet });
  const { world } = first;
  await federate(first);
  await control(first, 'POST', `people/${users.lead.upn}`, { roles: ['Operator'], stepUp: '{"a":1}' });
  await control(first, 'POST', 'clock/advance', { ms: 60_000 });
  world.directory.tenants[0]?.applications[0]?.consents.set(users.operator.oid, new Set(['arm']));
  const [pat] = world.devops.pats ?? [];
  if (!pat) throw new Error('no token');
  pat.revoked = true;
  await backendOf(world).admin.put(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: 'argocd' }, data: { a: 'b' } },
    'kubectl',
  );
  const assertion = await backendOf(world).admin.projectedToken('argocd', 'argocd-repo-server', 'api://x');
  const before = graph(world);
  expect(before.ledger.map(({ operation }) => operation)).toEqual(['identity.put', 'credential.put']);

  const second = await restart(first);
  const after = graph(second.world);
  expect(warnings).toEqual([]);
  expect(second.world).not.toBe(world);
  expect(after).toEqual(before);
  expect(second.world.clock.now() - Date.now()).toBeGreaterThan(59_000);
  // Secrets stay out of sight, and stay secrets.
  expect(second.world.devops.pats?.map(({ token }) => token)).toEqual(world.devops.pats?.map(({ token }) => token));
  expect(JSON.stringify(second.world.devops)).not.toContain(pat.token);
  // The issuer signs with the key of before.
  const { keys } = await backendOf(second.world).jwks();
  const [header = ''] = assertion.split('.');
  expect(keys.map(({ kid }) => kid)).toContain(JSON.parse(Buffer.from(header, 'base64url').toString()).kid);
});

test('repositories are still there, and a token of before still opens its service', async () => {
  const first = await start({ timing: quiet });
  const token = await operatorToken(first.world);
  const head = ({ world }: Emulator) => {
    const repository = world.devops.organizations.get('contoso-eng')?.projects[0]?.repositories[0];
    return execFileSync('git', ['--git-dir', repository?.path ?? '', 'rev-parse', 'main'], { encoding: 'utf8' });
  };
  const commit = head(first);
  const second = await restart(first);
  expect(head(second)).toBe(commit);
  const judged = await second.world.tokens.verify(`Bearer ${token}`, 'arm');
  expect(isRefusal(judged) ? judged : judged.oid).toBe(users.operator.oid);
});

test('an update of a cluster goes on, and what was broken can be mended', async () => {
  const first = await start({ timing: quiet });
  await federate(first);
  const path = clusterId('aks-stage-weu');
  const address = `${path}?api-version=2025-10-01`;
  const body = (await (await arm(first, address)).json()) as { properties: Record<string, unknown> };
  const properties = { ...body.properties, oidcIssuerProfile: { enabled: true } };
  expect((await arm(first, address, { ...body, properties })).status).toBe(200);
  expect((await control(first, 'POST', 'scenarios/issuer-off')).status).toBe(200);
  const broken = graph(first.world);
  const second = await restart(first);
  expect(graph(second.world)).toEqual(broken);
  expect(second.world.azure.clusters.get(path.toLowerCase())).toMatchObject({
    provisioningState: 'Updating',
    oidcIssuerEnabled: false,
  });
  const said = (await (await control(second, 'POST', 'scenarios/mend')).json()) as { said: string };
  expect(said.said).toContain('the OIDC issuer is on again');
  expect([...second.world.azure.clusters.values()].filter(({ oidcIssuerEnabled }) => !oidcIssuerEnabled)).toEqual([
    expect.objectContaining({ name: 'aks-stage-weu' }),
  ]);
});

test('a reset starts over, and stays so', async () => {
  const first = await start({ timing: quiet });
  first.world.azure.identities.clear();
  await first.reset();
  const before = graph(first.world);
  expect(before.azure.identities.size).toBeGreaterThan(0);
  expect(graph((await restart(first)).world)).toEqual(before);
});

test('a kept world holds secrets, so its file is for its owner alone', async () => {
  const emulator = await start({ timing: quiet });
  expect(statSync(snapshotOf(emulator)).mode & 0o777).toBe(0o600);
});

test.each([
  ['cut off', (file: string) => truncateSync(file, 1_000), /cannot be used/],
  ['overwritten', (file: string) => writeFileSync(file, 'no world'), /cannot be used/],
  ['of another format', (file: string) => writeFileSync(file, serialize({ format: 99 })), /its format is 99/],
  ['of a stranger', (file: string) => writeFileSync(file, serialize({ format: 1 })), /cannot be used/],
])('a snapshot that is %s is set aside, and the world begins anew', async (_, damage, message) => {
  const first = await start({ timing: quiet });
  await first.stop();
  damage(snapshotOf(first));
  const damaged = readFileSync(snapshotOf(first));
  const second = await start({ tlsPort: first.world.ports.tls, timing: quiet });
  expect(warnings).toEqual([expect.stringMatching(message)]);
  const aside = `${folderOf(first)}.unreadable`;
  expect(warnings[0]).toContain(aside);
  expect(readFileSync(join(aside, 'world.snapshot'))).toEqual(damaged);
  expect(second.world.azure.identities.size).toBeGreaterThan(0);
  expect(second.world.kubernetes.size).toBe(5);
  expect(existsSync(snapshotOf(second))).toBe(true);
});

/** The emulator in a process of its own, on the port of a run before, so that the two share a world. */
async function startProcess(tlsPort: number, kubebuilderAssets = '') {
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
    env: {
      ...process.env,
      EMULATOR_DATA: dataDir,
      EMULATOR_PORT: '0',
      EMULATOR_TLS_PORT: String(tlsPort),
      KUBEBUILDER_ASSETS: kubebuilderAssets,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<{ pages: string }>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    child.stdout.on('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString())));
  });
  return {
    pagesUrl: (await ready).pages,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test('a kill loses at most the last second', { timeout: 60_000 }, async () => {
  const first = await start({ timing: quiet });
  const { ports } = first.world;
  await first.stop();
  const killed = await startProcess(ports.tls);
  try {
    await control(killed, 'POST', `people/${users.newcomer.upn}`, { roles: ['Auditor'] });
    // Changes come without a pause, and the first one is kept all the same.
    for (const until = Date.now() + 1_000; Date.now() < until; await pause(20))
      await control(killed, 'POST', 'timing', { latencyMs: 1 });
  } finally {
    await killed.kill();
  }
  const second = await start({ tlsPort: ports.tls });
  expect(warnings).toEqual([]);
  const people = second.world.directory.tenants.flatMap(({ users: all }) => all);
  expect(people.find(({ upn }) => upn === users.newcomer.upn)?.roles).toEqual(['Auditor']);
});

test.runIf(process.env.KUBEBUILDER_ASSETS)(
  'a real API server keeps its objects and keys, over a stop and over a kill',
  { timeout: 300_000 },
  async () => {
    const kubebuilderAssets = process.env.KUBEBUILDER_ASSETS;
    const seen = async ({ world }: Emulator) => {
      const { admin, jwks } = backendOf(world);
      const accounts = await admin.list('v1', 'ServiceAccount', 'argocd');
      return { accounts: accounts.map(({ metadata }) => [metadata.name, metadata.uid]), keys: await jwks() };
    };
    const first = await start({ timing: quiet, kubebuilderAssets });
    const before = await seen(first);
    await first.stop();
    // Its servers outlive it, and hold the databases until the next start ends them.
    await (await startProcess(first.world.ports.tls, kubebuilderAssets)).kill();
    const second = await start({ tlsPort: first.world.ports.tls, timing: quiet, kubebuilderAssets });
    expect(warnings).toEqual([]);
    expect(await seen(second)).toEqual(before);
    expect(before.accounts.length).toBeGreaterThan(3);
  },
);
