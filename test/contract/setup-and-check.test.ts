import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { argocd } from '../../lib/consumers/argocd.ts';
import { firstBroken } from '../../lib/model/chain.ts';
import type { Answers, Design } from '../../lib/model/connection.ts';
import { pending, tally } from '../../lib/model/plan.ts';
import type { Ports } from '../../lib/ports.ts';
import { runPlan } from '../../lib/setup/apply.ts';
import { makePlan } from '../../lib/setup/plan.ts';
import { suggestCredentials } from '../../lib/setup/steps.ts';
import { validateAnswer } from '../../lib/setup/validate.ts';
import { runVerification } from '../../lib/setup/verify.ts';
import { scenarios } from '../emulator/scenarios/index.ts';
import { clusterId, federationAudience, productionSubscription } from '../emulator/world/azure.ts';
import { organizations, projects, repositories } from '../emulator/world/devops.ts';
import { contosoTenantId, users } from '../emulator/world/directory.ts';
import { fakeStore } from '../unit/fake-store.ts';
import { connectionOf, operator } from '../unit/fake-world.ts';
import { type Outside, startOutside } from './outside.ts';

const signal = AbortSignal.timeout(300_000);
let outside: Outside;
let ports: Ports;
beforeAll(async () => {
  outside = await startOutside({
    seed: 'demo',
    timing: { latencyMs: 0, principalReplicationMs: 300, credentialPropagationMs: 300, devopsConsistencyMs: 100 },
  });
  // Waits of minutes are short here; everything else is the real thing.
  const clock = { now: () => new Date(), sleep: (ms: number) => pause(Math.min(ms, 150)) };
  ports = { ...outside.ports, clock };
});
afterAll(() => outside?.emulator.stop());

/** The wizard's answers for one cluster, chosen from what the services list. */
async function designFor(clusterName: 'aks-prod-weu' | 'aks-stage-weu'): Promise<Design> {
  const cluster = await ports.arm.getCluster(clusterId(clusterName), signal);
  if (!cluster) throw new Error(`no ${clusterName}`);
  const [found] = await argocd.discover(await ports.kubernetes({ id: cluster.id }), signal);
  if (!found) throw new Error('no Argo CD');
  const project = (await ports.devops.listProjects(organizations.engineering, signal)).find(
    ({ name }) => name === projects.checkout,
  );
  if (!project) throw new Error('no project');
  const repository = (await ports.devops.listRepositories(organizations.engineering, project.id, signal)).find(
    ({ name }) => name === repositories.checkoutDeploy,
  );
  if (!repository) throw new Error('no repository');
  const { id, name, subscriptionId, resourceGroup, location } = cluster;
  return {
    connectionId: 'c1',
    name: 'checkout-gitops',
    revision: 1,
    cluster: { id, name, subscriptionId, resourceGroup, location },
    consumers: [found.consumer],
    identity: {
      mode: 'new',
      name: `id-${clusterName}-checkout`,
      subscriptionId: productionSubscription.id,
      resourceGroup: 'rg-identity-prod',
      location: 'westeurope',
      tags: { owner: 'checkout' },
    },
    credentials: suggestCredentials(clusterName, [found.consumer]),
    devops: {
      organization: organizations.engineering,
      tenantId: contosoTenantId,
      project,
      repositories: [{ id: repository.id, name: repository.name, url: repository.url, access: 'read' }],
      grant: 'project-group',
    },
    tenantId: contosoTenantId,
    federationAudience,
  };
}

async function apply(design: Design) {
  const plan = await makePlan(ports, design, signal);
  const store = fakeStore(connectionOf(design));
  const run = await store.runs.create({
    connectionId: design.connectionId,
    tenantId: design.tenantId,
    plan,
    startedBy: operator,
  });
  const lease = await store.runs.acquireLease(run.id, operator, 30_000);
  if (!lease) throw new Error('no lease');
  const state = await runPlan({ store, ports, run, holder: operator, lease, signal, emit: () => undefined });
  return { plan, state, store, problem: (await store.runs.get(run.id))?.problem };
}
async function verify(design: Design) {
  const store = fakeStore(connectionOf(design));
  const check = await runVerification({ store, ports, design, startedBy: operator, signal, emit: () => undefined });
  const [chain] = check.chains;
  if (!chain) throw new Error('no chain');
  return { check, chain, broken: firstBroken(chain) };
}
/** Argo CD compares on its own schedule; its word is asked again until it has spoken. */
async function verifiedWorking(design: Design) {
  let last = await verify(design);
  for (let round = 0; round < 40 && last.check.status !== 'works'; round++) {
    await pause(250);
    last = await verify(design);
  }
  return last;
}

describe('a connection, from PATs to a proved chain', () => {
  test('of a cluster with both switches off', { timeout: 120_000 }, async () => {
    const design = await designFor('aks-stage-weu');
    const answers: Answers = connectionOf(design).answers;
    expect(await validateAnswer(ports, 'devops', design.devops, answers, signal)).toEqual({
      ok: true,
      value: design.devops,
    });
    const before = outside.world.ledger.entries().length;
    const { plan, state, problem } = await apply(design);
    expect({ state, problem }).toEqual({ state: 'done', problem: undefined });
    expect(tally(plan)).toMatchObject({ irreversible: 1, blocked: 0 });
    expect(plan.changes.flatMap(({ rights }) => rights).filter(({ held }) => held !== 'yes')).toEqual([]);
    expect(outside.world.ledger.entries().length).toBeGreaterThan(before);
    expect(pending(await makePlan(ports, design, signal))).toEqual([]);
    const { chain } = await verifiedWorking(design);
    expect(chain.links.map(({ id, verified, problem: seen }) => [id, verified.status, seen?.title])).toEqual(
      chain.links.map(({ id }) => [id, 'works', undefined]),
    );
  });
});

describe('the ten breakages', () => {
  const expected: Readonly<Record<string, readonly [link: string, code: string]>> = {
    'label-removed': ['pod', 'injection/label-missing'],
    'annotation-removed': ['service-account', 'injection/annotation-missing'],
    'issuer-off': ['cluster-issuer', 'cluster/issuer-off'],
    'credential-deleted': ['federated-credential', 'federation/credential-missing'],
    'wrong-subject': ['federated-credential', 'federation/subject-mismatch'],
    'missing-trailing-slash': ['federated-credential', 'federation/issuer-slash'],
    'wrong-audience': ['federated-credential', 'federation/audience-mismatch'],
    'membership-removed': ['membership', 'devops/not-a-member'],
    'stakeholder-license': ['membership', 'devops/stakeholder'],
    'no-read': ['repository', 'devops/no-read'],
  };
  let design: Design;
  beforeAll(async () => {
    design = await designFor('aks-prod-weu');
    const { state, problem } = await apply(design);
    expect({ state, problem }).toEqual({ state: 'done', problem: undefined });
  }, 120_000);

  for (const [name, [link, code]] of Object.entries(expected))
    test(`${name}: named, and mended by its plan`, { timeout: 120_000 }, async () => {
      const scenario = scenarios.find((each) => each.name === name);
      if (!scenario) throw new Error(`no scenario ${name}`);
      await scenario.apply(outside.world, { cluster: 'aks-prod-weu' });
      await pause(500);
      const { broken, chain } = await verify(design);
      expect([broken?.id, broken?.problem?.code]).toEqual([link, code]);
      expect(chain.links.filter(({ verified }) => verified.status === 'broken')).toHaveLength(1);
      const { state, problem } = await apply(design);
      expect({ state, problem }).toEqual({ state: 'done', problem: undefined });
      expect((await verifiedWorking(design)).check.status).toBe('works');
    });
});

test('planning as a person without rights writes nothing', { timeout: 60_000 }, async () => {
  const design = await designFor('aks-prod-weu');
  const asAuditor: Ports = { ...outside.portsOf(users.auditor), clock: ports.clock };
  const before = outside.world.ledger.entries().length;
  const plan = await makePlan(asAuditor, design, signal);
  expect(plan.changes.length).toBeGreaterThan(0);
  expect(outside.world.ledger.entries().length).toBe(before);
});
