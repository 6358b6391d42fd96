import { randomBytes } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { argocd } from '../../lib/consumers/argocd.ts';
import type { Answers, Design, Person } from '../../lib/model/connection.ts';
import type { Plan } from '../../lib/model/plan.ts';
import type { Run, StoredRunEvent } from '../../lib/model/run.ts';
import type { Ports } from '../../lib/ports.ts';
import { runPlan } from '../../lib/setup/apply.ts';
import { makePlan } from '../../lib/setup/plan.ts';
import { completeDesign, suggestCredentials, withAnswer } from '../../lib/setup/steps.ts';
import { openPglite, type StoreHandle } from '../../lib/store/open-store.ts';
import { type ClusterName, clusterId, productionSubscription } from '../emulator/world/azure.ts';
import { organizations, projects, repositories } from '../emulator/world/devops.ts';
import { contosoTenantId, users } from '../emulator/world/directory.ts';

export const operator: Person = { oid: users.operator.oid, name: users.operator.name };
/** Nothing here may run without end. */
export const within = (ms: number) => AbortSignal.timeout(ms);

export async function memoryStore(): Promise<StoreHandle> {
  return openPglite(await PGlite.create(), new Uint8Array(randomBytes(32)));
}

/** The wizard's answers for Argo CD in one cluster, chosen from what the services list. */
export async function answersFor(ports: Ports, clusterName: ClusterName): Promise<Answers> {
  const signal = within(60_000);
  const cluster = must(await ports.arm.getCluster(clusterId(clusterName), signal), clusterName);
  const [found] = await argocd.discover(await ports.kubernetes({ id: cluster.id }), signal);
  const { consumer } = must(found, 'Argo CD');
  const organization = organizations.engineering;
  const listed = await ports.devops.listProjects(organization, signal);
  const project = must(
    listed.find(({ name }) => name === projects.checkout),
    projects.checkout,
  );
  const all = await ports.devops.listRepositories(organization, project.id, signal);
  const repository = must(
    all.find(({ name }) => name === repositories.checkoutDeploy),
    repositories.checkoutDeploy,
  );
  const { id, name, subscriptionId, resourceGroup, location } = cluster;
  let answers: Answers = {};
  answers = withAnswer(answers, 'cluster', { id, name, subscriptionId, resourceGroup, location });
  answers = withAnswer(answers, 'consumers', { consumers: [consumer] });
  answers = withAnswer(answers, 'identity', {
    mode: 'new',
    name: `id-${clusterName}-bench`,
    subscriptionId: productionSubscription.id,
    resourceGroup: 'rg-identity-prod',
    location: 'westeurope',
    tags: {},
  });
  answers = withAnswer(answers, 'federation', { credentials: suggestCredentials(clusterName, [consumer]) });
  return withAnswer(answers, 'devops', {
    organization,
    tenantId: contosoTenantId,
    project,
    repositories: [{ id: repository.id, name: repository.name, url: repository.url, access: 'read' }],
    grant: 'project-group',
  });
}

export interface Planned {
  readonly design: Design;
  readonly plan: Plan;
}
/** Saves the answers as a connection and plans it. */
export async function planned(ports: Ports, store: StoreHandle, answers: Answers): Promise<Planned> {
  const connection = await store.connections.create({
    tenantId: contosoTenantId,
    name: `bench-${randomBytes(4).toString('hex')}`,
    answers,
    createdBy: operator,
  });
  const complete = completeDesign(connection, ports.cloud);
  if (!('design' in complete)) throw new Error(`The design lacks ${complete.missing.join(', ')}`);
  return { design: complete.design, plan: await makePlan(ports, complete.design, within(60_000)) };
}

export interface AppliedRun {
  readonly run: Run;
  readonly tookMs: number;
  readonly events: readonly StoredRunEvent[];
}
export async function applied(ports: Ports, store: StoreHandle, { design, plan }: Planned): Promise<AppliedRun> {
  const { connectionId, tenantId } = design;
  const run = await store.runs.create({ connectionId, tenantId, plan, startedBy: operator });
  const lease = must(await store.runs.acquireLease(run.id, operator, 30_000), 'lease');
  const events: StoredRunEvent[] = [];
  const startedAt = performance.now();
  const state = await runPlan({
    store,
    ports,
    run,
    holder: operator,
    lease,
    signal: within(300_000),
    emit: (event) => events.push(event),
  });
  const tookMs = performance.now() - startedAt;
  if (state !== 'done') throw new Error(`The run ended as ${state}: ${JSON.stringify(events.at(-1))}`);
  return { run, tookMs, events };
}

function must<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`The world has no ${what}`);
  return value;
}
