import { describe, expect, it } from 'vitest';
import { pending, tally } from '../../../lib/model/plan.ts';
import type { Run } from '../../../lib/model/run.ts';
import { runPlan } from '../../../lib/setup/apply.ts';
import { makePlan } from '../../../lib/setup/plan.ts';
import { type FakePorts, fakePorts, refused } from '../fake-ports.ts';
import { type FakeStore, fakeStore } from '../fake-store.ts';
import { connectionOf, credential, design, FakeWorld, ids, issuer, operator, subject } from '../fake-world.ts';

const { signal } = new AbortController();

interface Started {
  readonly ports: FakePorts;
  readonly store: FakeStore;
  readonly run: Run;
}
async function start(ports: FakePorts, made = design()): Promise<Started> {
  const plan = await makePlan(ports, made, signal);
  const store = fakeStore(connectionOf(made));
  const run = await store.runs.create({
    connectionId: made.connectionId,
    tenantId: made.tenantId,
    plan,
    startedBy: operator,
  });
  return { ports, store, run };
}
async function apply({ ports, store, run }: Started, stop: AbortSignal = signal) {
  const lease = await store.runs.acquireLease(run.id, operator, 30_000);
  if (!lease) throw new Error('no lease');
  return runPlan({ store, ports, run, holder: operator, lease, signal: stop, emit: () => undefined });
}
const problemOf = async ({ store, run }: Started) => (await store.runs.get(run.id))?.problem;

/** A cluster with both switches off and Argo CD on a PAT. */
function switchedOff(): FakeWorld {
  const world = new FakeWorld();
  if (world.cluster)
    world.cluster = {
      ...world.cluster,
      oidcIssuerEnabled: false,
      workloadIdentityEnabled: false,
      issuerUrl: undefined,
    };
  return world;
}

describe('runPlan', () => {
  it('leads from a PAT to a federated identity, each write once and in the order of its needs', async () => {
    const ports = fakePorts(switchedOff());
    const started = await start(ports);
    expect(tally(started.run.plan)).toEqual({ create: 4, change: 4, irreversible: 1, blocked: 0, right: 1 });
    expect(ports.world.writes).toEqual([]);
    expect(await apply(started)).toBe('done');
    const { writes } = ports.world;
    expect(writes).toHaveLength(9);
    expect(new Set(writes)).toEqual(
      new Set([
        'addMember',
        'addServicePrincipal',
        'apply Deployment argocd-repo-server',
        'apply Secret repo-checkout-deploy',
        'apply ServiceAccount argocd-repo-server',
        'createIdentity',
        'enableFederation',
        'putCredential aks-prod-weu-argocd-repo-server',
        'removeSecretKeys repo-checkout-deploy password,username',
      ]),
    );
    expect(writes.at(-2)).toBe('apply Secret repo-checkout-deploy');
    expect(ports.world.credentials).toMatchObject([{ issuer, subject, audiences: ['api://AzureADTokenExchange'] }]);
    expect(ports.world.secrets[0]?.data).toEqual({
      type: 'git',
      url: 'https://dev.azure.com/contoso-eng/Checkout/_git/checkout-deploy',
      useAzureWorkloadIdentity: 'true',
    });
    const { journalRows } = started.store;
    // Workload identity came with the issuer's request: nothing was left to write, so there is no row for it.
    expect(journalRows).toHaveLength(8);
    expect(journalRows.every(({ outcome }) => outcome === 'done')).toBe(true);
    const created = journalRows
      .filter(({ createdByRun }) => createdByRun)
      .map(({ changeId }) => changeId.split(':')[0]);
    expect(new Set(created)).toEqual(
      new Set(['devops-group-membership', 'devops-membership', 'federated-credential', 'identity']),
    );
  });

  it('makes no change the second time', async () => {
    const ports = fakePorts(switchedOff());
    await apply(await start(ports));
    const count = ports.world.writes.length;
    const again = await start(ports);
    expect(pending(again.run.plan)).toEqual([]);
    expect(await apply(again)).toBe('done');
    expect(ports.world.writes).toHaveLength(count);
  });

  it('plans nothing for a connection that works', async () => {
    const plan = await makePlan(fakePorts(new FakeWorld().connect()), design(), signal);
    expect(plan.changes.map(({ verdict }) => verdict.state)).toEqual(plan.changes.map(() => 'right'));
  });

  it('waits for Microsoft replication with the reason, and journals each attempt', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    const vs403283 = {
      details: {
        service: 'devops',
        kind: 'absent',
        status: 200,
        code: 'VS403283',
        message: "VS403283: Could not add user '44444444-4444-4444-8444-444444444444' at this time.",
      },
    } as const;
    ports.fail('devops.addServicePrincipal', vs403283, vs403283);
    expect(await apply(started)).toBe('done');
    const waits = started.store.events.filter(
      (event) => event.type === 'change-wait' && event.changeId.startsWith('devops-membership'),
    );
    expect(waits).toHaveLength(2);
    expect(waits[0]).toMatchObject({ reason: 'Waiting for Microsoft replication', usually: 'up to 2 minutes' });
    const rows = started.store.journalRows.filter(({ changeId }) => changeId.startsWith('devops-membership'));
    expect(rows.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'done']);
  });

  it('gives up on replication after five minutes, resumably', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    ports.world.replicated = false;
    expect(await apply(started)).toBe('waiting');
    expect((await problemOf(started))?.code).toBe('devops/replicating');
    ports.world.replicated = true;
    expect(await apply(started)).toBe('done');
  });

  it('asks for three accepted exchanges in a row after a credential was written', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    const notYet = refused(
      'entra',
      'AADSTS700213',
      "AADSTS700213: No matching federated identity record found for presented assertion subject 'x'.",
      401,
    );
    // Accepted once, refused, then accepted: a single success proves nothing.
    const accepted = { details: { service: 'entra', kind: 'throttled', status: 429 } } as const;
    ports.fail('entra.exchange', notYet, accepted, notYet);
    expect(await apply(started)).toBe('done');
    const texts = started.store.events.flatMap((event) =>
      event.type === 'change-attempt' && event.changeId.startsWith('federated-credential') ? [event.text] : [],
    );
    expect(texts.slice(-3)).toEqual([
      'Exchange accepted, pass 1 of 3',
      'Exchange accepted, pass 2 of 3',
      'Exchange accepted, pass 3 of 3',
    ]);
    expect(texts).toContain('AADSTS700213, not accepted yet');
  });

  it('resolves a lost answer by reading back, never by writing again', async () => {
    for (const method of [
      'arm.createIdentity',
      'arm.putCredential',
      'devops.addServicePrincipal',
      'devops.addMember',
      'kubernetes.apply',
    ]) {
      const ports = fakePorts(new FakeWorld());
      const started = await start(ports);
      const service = method.split('.')[0] as 'arm' | 'devops' | 'kubernetes';
      ports.fail(method, {
        carriedOut: true,
        details: { service, kind: 'unreachable', outcomeUnknown: true, message: 'socket hang up' },
      });
      expect(await apply(started), method).toBe('done');
      expect(ports.world.writes.length, method).toBe(new Set(ports.world.writes).size);
    }
  });

  it('stops with what is not known when reading back does not show the write, and resumes', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    ports.fail('arm.createIdentity', { details: { service: 'arm', kind: 'unreachable', outcomeUnknown: true } });
    expect(await apply(started)).toBe('waiting');
    expect(await problemOf(started)).toMatchObject({ code: 'setup/outcome-unknown', retryable: true });
    expect(ports.world.writes).toEqual([]);
    expect(await apply(started)).toBe('done');
    expect(ports.world.writes.filter((write) => write === 'createIdentity')).toHaveLength(1);
  });

  it('refuses a plan when the world moved, with the drift, and writes nothing', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    ports.world.serviceAccounts.set('argocd/argocd-repo-server', {
      'azure.workload.identity/client-id': 'somebody-else',
    });
    expect(await apply(started)).toBe('failed');
    const problem = await problemOf(started);
    expect(problem?.code).toBe('setup/plan-stale');
    expect(problem?.evidence.map(({ seen }) => seen).join()).toContain('somebody-else');
    expect(ports.world.writes).toEqual([]);
  });

  it('writes nothing over a target that moved in the middle of the run', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    const create = ports.world.restart.bind(ports.world);
    ports.world.restart = (deployment) => {
      create(deployment);
      const [secret] = ports.world.secrets;
      if (secret) secret.data.useAzureWorkloadIdentity = 'false';
    };
    expect(await apply(started)).toBe('failed');
    expect((await problemOf(started))?.code).toBe('setup/plan-stale');
    expect(ports.world.secrets[0]?.data.password).toBeDefined();
  });

  it('keeps the password when the chain is not proved', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    const tf401019 = {
      details: {
        service: 'git',
        kind: 'absent',
        status: 404,
        code: 'TF401019',
        message: 'TF401019: The Git repository with name or identifier checkout-deploy does not exist.',
      },
    } as const;
    ports.fail('git.listRefs', tf401019);
    expect(await apply(started)).toBe('failed');
    expect((await problemOf(started))?.code).toBe('devops/repository-missing');
    expect(ports.world.secrets[0]?.data.password).toBeDefined();
    expect(ports.world.writes).not.toContain('apply Secret repo-checkout-deploy');
  });

  it('does what it may and waits for the one who may do the rest', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    ports.fail(
      'devops.addServicePrincipal',
      refused(
        'devops',
        '5032',
        'Access Denied: operator needs the following permission(s) on the resource Users to perform this action: Add Users',
        200,
      ),
    );
    expect(await apply(started)).toBe('waiting');
    expect((await problemOf(started))?.code).toBe('devops/add-users-denied');
    expect(ports.world.credentials).toHaveLength(1);
    expect(ports.world.secrets[0]?.data.password).toBeDefined();
    expect(await apply(started)).toBe('done');
  });

  it('asks for a sign-in and goes on after it', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    ports.fail('arm.createIdentity', {
      details: { service: 'arm', kind: 'sign-in', status: 401, claims: '{"access_token":{}}' },
    });
    expect(await apply(started)).toBe('waiting');
    expect((await problemOf(started))?.signIn).toEqual({ audience: 'arm', claims: '{"access_token":{}}' });
    expect(await apply(started)).toBe('done');
  });

  it('ends after the current change when it is interrupted, and resumes', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    const stop = new AbortController();
    const restart = ports.world.restart.bind(ports.world);
    ports.world.restart = (deployment) => {
      restart(deployment);
      stop.abort();
    };
    expect(await apply(started, stop.signal)).toBe('interrupted');
    expect(ports.world.secrets[0]?.data.password).toBeDefined();
    expect(started.store.journalRows.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(await apply(started)).toBe('done');
    expect(ports.world.writes.length).toBe(new Set(ports.world.writes).size);
  });

  it('resolves a row that a killed server left open', async () => {
    for (const carriedOut of [true, false]) {
      const ports = fakePorts(new FakeWorld());
      const started = await start(ports);
      const lease = await started.store.runs.acquireLease(started.run.id, operator, 1);
      await started.store.runs.begin(
        {
          runId: started.run.id,
          changeId: 'identity:id-checkout',
          planHash: started.run.plan.hash,
          actor: { oid: operator.oid, tid: ids.tenant },
          intent: { operation: 'create identity', target: 'id-checkout', bodyHash: '' },
          createdByRun: false,
        },
        lease?.fence ?? 0,
      );
      if (carriedOut)
        await ports.arm.createIdentity(
          { subscriptionId: '', resourceGroup: '', name: '', location: '', tags: {} },
          signal,
        );
      expect(await apply(started)).toBe('done');
      expect(started.store.journalRows[0]).toMatchObject(
        carriedOut ? { outcome: 'done', createdByRun: true } : { outcome: 'failed' },
      );
      expect(ports.world.writes.filter((write) => write === 'createIdentity')).toHaveLength(1);
    }
  });

  it('stops writing once somebody else took over', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    const restart = ports.world.restart.bind(ports.world);
    ports.world.restart = (deployment) => {
      restart(deployment);
      void started.store.runs.acquireLease(started.run.id, operator, 30_000, true);
    };
    expect(await apply(started)).toBe('interrupted');
    expect(ports.world.writes).not.toContain('apply Secret repo-checkout-deploy');
    expect(started.store.events.some(({ type }) => type === 'run-end')).toBe(false);
  });

  it('pauses instead of holding the run open for an hour', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    ports.fail('arm.createIdentity', {
      details: { service: 'arm', kind: 'throttled', status: 429, retryAfterMs: 3_600_000 },
    });
    expect(await apply(started)).toBe('waiting');
    expect((await problemOf(started))?.code).toBe('setup/paused');
  });

  it('tries a write at most four times, never before Retry-After', async () => {
    const ports = fakePorts(new FakeWorld());
    const started = await start(ports);
    const throttled = { details: { service: 'arm', kind: 'throttled', status: 429, retryAfterMs: 7_000 } } as const;
    ports.fail('arm.createIdentity', throttled, throttled, throttled, throttled, throttled);
    expect(await apply(started)).toBe('waiting');
    expect(ports.calls.filter((call) => call === 'arm.createIdentity')).toHaveLength(4);
    expect(ports.sleeps.filter((ms) => ms === 7_000)).toHaveLength(3);
  });

  it('writes the credentials of one identity one by one, four seconds apart', async () => {
    const world = new FakeWorld();
    const { consumers, credentials } = design();
    const [consumer] = consumers;
    const [repoServer] = world.deployments;
    if (!consumer || !repoServer) throw new Error('no consumer');
    world.deployments.push({
      ...repoServer,
      name: 'argocd-commit-server',
      serviceAccount: 'argocd-commit-server',
      templateLabels: {},
      pod: { ...repoServer.pod, name: 'argocd-commit-server-1' },
    });
    world.serviceAccounts.set('argocd/argocd-commit-server', {});
    const made = design({
      consumers: [
        {
          ...consumer,
          workloads: [
            ...consumer.workloads,
            {
              role: 'commit-server',
              deployment: 'argocd-commit-server',
              serviceAccount: 'argocd-commit-server',
              access: 'contribute',
            },
          ],
        },
      ],
      credentials: [
        ...credentials,
        { namespace: 'argocd', serviceAccount: 'argocd-commit-server', name: 'aks-prod-weu-argocd-commit-server' },
      ],
    });
    const ports = fakePorts(world);
    const concurrent = {
      details: {
        service: 'arm',
        kind: 'conflict',
        status: 409,
        code: 'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
      },
    } as const;
    const started = await start(ports, made);
    ports.fail('arm.putCredential', concurrent);
    expect(await apply(started)).toBe('done');
    expect(world.credentials).toHaveLength(2);
    expect(ports.sleeps.some((ms) => ms > 3_000 && ms <= 4_000)).toBe(true);
  });

  it('adopts an equal credential under another name', async () => {
    const world = new FakeWorld().connect();
    world.credentials = [credential('made-by-hand', { issuer, subject, audience: 'api://AzureADTokenExchange' })];
    const plan = await makePlan(fakePorts(world), design(), signal);
    expect(plan.changes.find(({ change }) => change === 'federated-credential')?.verdict).toEqual({
      state: 'right',
      how: 'Adopted: made-by-hand is equal',
    });
  });
});
