import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flux } from '../../lib/consumers/flux.ts';
import { firstBroken } from '../../lib/model/chain.ts';
import type { Design } from '../../lib/model/connection.ts';
import { pending, tally } from '../../lib/model/plan.ts';
import type { Ports } from '../../lib/ports.ts';
import { runPlan } from '../../lib/setup/apply.ts';
import { makePlan } from '../../lib/setup/plan.ts';
import { suggestCredentials } from '../../lib/setup/steps.ts';
import { validateAnswer } from '../../lib/setup/validate.ts';
import { runVerification } from '../../lib/setup/verify.ts';
import type { ClusterAdmin } from '../emulator/core/world.ts';
import { findGroup } from '../emulator/devops/model.ts';
import { patFor } from '../emulator/devops/pats.ts';
import { basic } from '../emulator/kubernetes/controllers/flux/credentials.ts';
import { checkOutBranch } from '../emulator/kubernetes/controllers/flux/push.ts';
import { reconcile } from '../emulator/kubernetes/controllers/index.ts';
import { scenarios } from '../emulator/scenarios/index.ts';
import { clusterId, federationAudience, productionSubscription } from '../emulator/world/azure.ts';
import { organizations, projects, repositories, toolsBootstrap } from '../emulator/world/devops.ts';
import { contosoTenantId } from '../emulator/world/directory.ts';
import { fakeStore } from '../unit/fake-store.ts';
import { connectionOf, operator } from '../unit/fake-world.ts';
import { failureOf, type Outside, startOutside } from './outside.ts';

const signal = AbortSignal.timeout(300_000);
const cluster = 'aks-tools-weu';
const gitRepository = 'source.toolkit.fluxcd.io/v1';
let outside: Outside;
let ports: Ports;
beforeAll(async () => {
  outside = await startOutside({
    seed: 'demo',
    timing: { latencyMs: 0, principalReplicationMs: 0, credentialPropagationMs: 0, devopsConsistencyMs: 0 },
  });
  // Waits of minutes are short here; everything else is the real thing.
  const clock = { now: () => new Date(), sleep: (ms: number) => pause(Math.min(ms, 100)) };
  ports = { ...outside.ports, clock };
});
afterAll(() => outside?.emulator.stop());

function admin(): ClusterAdmin {
  const backend = outside.world.kubernetes.get(clusterId(cluster).toLowerCase());
  if (!backend) throw new Error(`${cluster} does not run`);
  return backend.admin;
}
const discover = async (name: Parameters<typeof clusterId>[0]) => {
  const [found] = await flux.discover(await ports.kubernetes({ id: clusterId(name) }), signal);
  if (!found) throw new Error(`no Flux on ${name}`);
  return found;
};

/** The wizard's answers, chosen from what the services list. */
async function designFor(chosen: Readonly<Record<string, 'read' | 'contribute'>>): Promise<Design> {
  const live = await ports.arm.getCluster(clusterId(cluster), signal);
  const listed = await ports.devops.listProjects(organizations.engineering, signal);
  const project = listed.find(({ name }) => name === projects.fulfilment);
  if (!live || !project) throw new Error('no cluster or no project');
  const all = await ports.devops.listRepositories(organizations.engineering, project.id, signal);
  const { consumer } = await discover(cluster);
  const { id, name, subscriptionId, resourceGroup, location } = live;
  return {
    connectionId: 'c1',
    name: 'fulfilment-flux',
    revision: 1,
    cluster: { id, name, subscriptionId, resourceGroup, location },
    consumers: [consumer],
    identity: {
      mode: 'new',
      name: 'id-tools-flux',
      subscriptionId: productionSubscription.id,
      resourceGroup: 'rg-identity-prod',
      location: 'westeurope',
      tags: {},
    },
    credentials: suggestCredentials(cluster, [consumer]),
    devops: {
      organization: organizations.engineering,
      tenantId: contosoTenantId,
      project,
      repositories: all.flatMap((each) => {
        const access = chosen[each.name];
        return access ? [{ id: each.id, name: each.name, url: each.url, access }] : [];
      }),
      grant: 'project-group',
    },
    tenantId: contosoTenantId,
    federationAudience,
  };
}

async function apply(design: Design) {
  const plan = await makePlan(ports, design, signal);
  const store = fakeStore(connectionOf(design));
  const { connectionId, tenantId } = design;
  const run = await store.runs.create({ connectionId, tenantId, plan, startedBy: operator });
  const lease = await store.runs.acquireLease(run.id, operator, 30_000);
  if (!lease) throw new Error('no lease');
  const state = await runPlan({ store, ports, run, holder: operator, lease, signal, emit: () => undefined });
  return { plan, state, problem: (await store.runs.get(run.id))?.problem };
}
async function verify(design: Design) {
  await reconcile(outside.world);
  const store = fakeStore(connectionOf(design));
  return runVerification({ store, ports, design, startedBy: operator, signal, emit: () => undefined });
}
const both = { [repositories.fulfilmentDeploy]: 'read', [repositories.fulfilmentEnvironments]: 'contribute' } as const;
const specOf = async (namespace: string, name: string) =>
  (await admin().get(gitRepository, 'GitRepository', namespace, name))?.spec as Record<string, unknown>;

describe('discovery', () => {
  test('finds what bootstrap installed, who pushes, and that Git keeps it', async () => {
    const { consumer, notices, notVisible } = await discover(cluster);
    expect(consumer).toMatchObject({
      namespace: 'flux-system',
      version: '2.9.3',
      installedBy: 'bootstrap',
      keptBy: 'Kustomization flux-system/flux-system',
    });
    expect(consumer.workloads.map(({ role, serviceAccount, access }) => [role, serviceAccount, access])).toEqual([
      ['source-controller', 'source-controller', 'read'],
      ['image-automation-controller', 'image-automation-controller', 'contribute'],
    ]);
    expect(consumer.sources.map(({ type, namespace, name, signIn }) => [type, namespace, name, signIn])).toEqual([
      ['GitRepository', 'flux-system', 'flux-system', 'pat'],
      ['GitRepository', 'flux-system', 'fulfilment-deploy', 'pat'],
      ['GitRepository', 'fulfilment', 'fulfilment-env', 'pat'],
      ['ImageUpdateAutomation', 'fulfilment', 'fulfilment', 'pat'],
    ]);
    expect(notices.map(({ problem, blocks }) => [problem.code, blocks])).toEqual([['flux/kept-by-git', false]]);
    expect(notVisible).toEqual([]);
  });

  test('refuses a Flux that is too old', async () => {
    const { consumer, notices } = await discover('aks-lab-swc');
    expect(consumer).toMatchObject({ version: '2.0.0', installedBy: 'manifest' });
    expect(notices).toMatchObject([{ problem: { code: 'flux/version-unsupported' }, blocks: true }]);
  });
});

describe('Flux, from PATs to proved chains', () => {
  let design: Design;
  beforeAll(async () => {
    design = await designFor(both);
  });

  test('every controller proves its own way, and the secret is let go', { timeout: 120_000 }, async () => {
    expect(
      (
        await validateAnswer(
          ports,
          'consumers',
          { consumers: [...design.consumers] },
          connectionOf(design).answers,
          signal,
        )
      ).ok,
    ).toBe(true);
    const { plan, state, problem } = await apply(design);
    expect({ state, problem }).toEqual({ state: 'done', problem: undefined });
    expect(tally(plan)).toMatchObject({ irreversible: 0, blocked: 0 });
    expect(plan.changes.flatMap(({ rights }) => rights).filter(({ held }) => held !== 'yes')).toEqual([]);
    expect(plan.changes.filter(({ change }) => change === 'federated-credential')).toHaveLength(2);
    expect(plan.changes.filter(({ change }) => change === 'flux-git-repository').map(({ id }) => id)).toEqual([
      'flux-git-repository:flux-system/fulfilment-deploy',
      'flux-git-repository:fulfilment/fulfilment-env',
    ]);
    expect(await specOf('fulfilment', 'fulfilment-env')).toMatchObject({ provider: 'azure' });
    expect(await specOf('fulfilment', 'fulfilment-env')).not.toHaveProperty('secretRef');
    // What is not of the design keeps its way, and the secret itself is left where it is.
    expect(await specOf('flux-system', 'flux-system')).toHaveProperty('secretRef');
    expect(await admin().get('v1', 'Secret', 'fulfilment', 'azure-devops')).toBeDefined();
    expect(pending(await makePlan(ports, design, signal))).toEqual([]);
    const check = await verify(design);
    for (const { links } of check.chains)
      expect(links.map(({ id, verified, problem: seen }) => [id, verified.status, seen?.title])).toEqual(
        links.map(({ id }) => [id, 'works', undefined]),
      );
    expect(check.chains.map(({ subject }) => subject)).toEqual([
      'system:serviceaccount:flux-system:source-controller',
      'system:serviceaccount:flux-system:image-automation-controller',
    ]);
  });

  const expected: Readonly<Record<string, readonly [link: string, code: string]>> = {
    'label-removed': ['pod', 'injection/label-missing'],
    'annotation-removed': ['service-account', 'injection/annotation-missing'],
    'credential-deleted': ['federated-credential', 'federation/credential-missing'],
    'membership-removed': ['membership', 'devops/not-a-member'],
    'stakeholder-license': ['membership', 'devops/stakeholder'],
    'no-read': ['repository', 'devops/no-read'],
  };
  for (const [name, [link, code]] of Object.entries(expected))
    test(`${name}: named, and mended by its plan`, { timeout: 120_000 }, async () => {
      const scenario = scenarios.find((each) => each.name === name);
      if (!scenario) throw new Error(`no scenario ${name}`);
      await scenario.apply(outside.world, { cluster });
      const { chains } = await verify(design);
      const broken = chains.flatMap((chain) => firstBroken(chain) ?? []);
      expect(broken.length).toBeGreaterThan(0);
      for (const each of broken) expect([each.id, each.problem?.code]).toEqual([link, code]);
      const { state, problem } = await apply(design);
      expect({ state, problem }).toEqual({ state: 'done', problem: undefined });
      expect((await verify(design)).status).toBe('works');
    });

  test('an identity that may read and not push is named for the controller that pushes', async () => {
    const { world } = outside;
    const organization = world.devops.organizations.get(organizations.engineering);
    const project = organization?.projects.find(({ name }) => name === projects.fulfilment);
    const member = organization?.members.find(({ displayName }) => displayName === 'id-tools-flux');
    if (!organization || !project || !member) throw new Error('not connected');
    const contributors = findGroup(organization, 'contributors', project);
    contributors.members.delete(member.descriptor);
    findGroup(organization, 'readers', project).members.set(member.descriptor, { since: 0 });
    const [source, automation] = (await verify(design)).chains;
    expect(source && firstBroken(source)).toBeUndefined();
    expect(automation && firstBroken(automation)).toMatchObject({
      id: 'repository',
      problem: { code: 'devops/no-contribute' },
    });
    contributors.members.set(member.descriptor, { since: 0 });
    expect((await verify(design)).status).toBe('works');
  });

  test('a PAT that came back is named, and taken out again', async () => {
    await admin().patch(
      gitRepository,
      'GitRepository',
      'flux-system',
      'fulfilment-deploy',
      { spec: { provider: 'generic', secretRef: { name: 'azure-devops' } } },
      'kubectl-edit',
    );
    const { chains } = await verify(design);
    // Image automation goes through another GitRepository, which still signs in as the identity.
    expect(chains.map((chain) => firstBroken(chain)?.problem?.code)).toEqual(['flux/provider-missing', undefined]);
    expect(chains[0]?.links.at(-1)?.configured.word).toBe('Uses a PAT');
    const plan = await makePlan(ports, design, signal);
    expect(plan.changes.find(({ id }) => id.endsWith('/fulfilment-deploy'))?.commands.kubectl).toContain(
      '"secretRef":null',
    );
  });

  test('another value of the provider is taken over, and only with its proof', { timeout: 60_000 }, async () => {
    const { state, problem } = await apply(design);
    expect({ state, problem }).toEqual({ state: 'done', problem: undefined });
    expect((await verify(design)).status).toBe('works');
    await admin().patch(
      gitRepository,
      'GitRepository',
      'flux-system',
      'fulfilment-deploy',
      { spec: { secretRef: { name: 'azure-devops' } } },
      'kubectl-edit',
    );
  });

  test('a field goes only while it has the value that was read', async () => {
    const kubernetes = await ports.kubernetes(design.cluster);
    const ref = {
      apiVersion: gitRepository,
      kind: 'GitRepository',
      namespace: 'flux-system',
      name: 'fulfilment-deploy',
    };
    const path = ['spec', 'secretRef'];
    const stale = kubernetes.removeField(ref, { path, value: { name: 'another' } }, signal);
    expect(await failureOf(stale)).toMatchObject({ kind: 'conflict', code: 'Conflict', status: 422 });
    expect(await specOf('flux-system', 'fulfilment-deploy')).toHaveProperty('secretRef');
    await kubernetes.removeField(ref, { path, value: { name: 'azure-devops' } }, signal);
    expect(await specOf('flux-system', 'fulfilment-deploy')).not.toHaveProperty('secretRef');
  });
});

test('what Git keeps stays in Git: the patch is given, and the secret named until it is there', {
  timeout: 120_000,
}, async () => {
  const design = await designFor({ ...both, [repositories.fleetTools]: 'read' });
  const { plan, state, problem } = await apply(design);
  expect({ state, problem }).toEqual({ state: 'done', problem: undefined });
  const own = plan.changes.find(({ id }) => id === 'flux-git-repository:flux-system/flux-system');
  expect(own?.verdict).toMatchObject({ state: 'update', fields: [{ field: 'spec.provider', new: 'azure' }] });
  expect(own?.commands.kustomize).toContain('path: "/spec/secretRef"');
  for (const kind of ['service-account-annotation', 'pod-template-label'])
    expect(plan.changes.find(({ change }) => change === kind)?.commands.kustomize).toContain('source-controller');
  const { status, chains } = await verify(design);
  expect(status).toBe('attention');
  expect(chains[0]?.links.at(-1)?.problem?.code).toBe('flux/secret-in-git');

  // The patches as they were given, committed by a person.
  const patches = (await makePlan(ports, design, signal)).changes.flatMap(({ commands }) => commands.kustomize ?? []);
  const { world } = outside;
  const { url, path } = toolsBootstrap(world);
  const pat = basic('git', patFor(world, organizations.engineering, 'flux'));
  const checkout = await checkOutBranch(world, url, 'main', pat);
  const file = `${path}/flux-system/kustomization.yaml`;
  const text = await checkout.read(file);
  await checkout.commitAndPush(file, `${text}patches:\n${patches.join('\n')}\n`, 'Sign in without a PAT');
  await checkout.close();
  await reconcile(world);
  expect(await specOf('flux-system', 'flux-system')).not.toHaveProperty('secretRef');
  expect((await verify(design)).status).toBe('works');
  expect(pending(await makePlan(ports, design, signal))).toEqual([]);
});
