import { describe, expect, it } from 'vitest';
import type { Chain } from '../../../lib/model/chain.ts';
import { firstBroken } from '../../../lib/model/chain.ts';
import { tally } from '../../../lib/model/plan.ts';
import { makePlan } from '../../../lib/setup/plan.ts';
import { runVerification } from '../../../lib/setup/verify.ts';
import { type FakePorts, fakePorts, refused } from '../fake-ports.ts';
import { fakeStore } from '../fake-store.ts';
import {
  application,
  connectionOf,
  credential,
  design,
  FakeWorld,
  ids,
  issuer,
  member,
  operator,
  repositoryUrl,
  subject,
} from '../fake-world.ts';

const { signal } = new AbortController();

async function verify(ports: FakePorts, made = design()) {
  const store = fakeStore(connectionOf(made));
  const check = await runVerification({
    store,
    ports,
    design: made,
    startedBy: operator,
    signal,
    emit: () => undefined,
  });
  const [chain] = check.chains;
  if (!chain) throw new Error('no chain');
  return { check, chain, store };
}
const words = ({ links }: Chain) => links.map(({ verified }) => verified.status);
const trust = { issuer, subject, audience: 'api://AzureADTokenExchange' };
const name = 'aks-prod-weu-argocd-repo-server';

interface Breakage {
  readonly breaks: (world: FakeWorld) => void;
  readonly link: string;
  readonly code: string;
  readonly evidence?: { readonly expected?: string; readonly seen?: string };
}

/** The ten ways in which such a connection breaks in practice. */
const breakages: Readonly<Record<string, Breakage>> = {
  'credential deleted': {
    breaks: (world) => {
      world.credentials = [];
    },
    link: 'federated-credential',
    code: 'federation/credential-missing',
  },
  'wrong subject': {
    breaks: (world) => {
      world.credentials = [
        credential(name, { ...trust, subject: 'system:serviceaccount:argocd:argo-cd-argocd-repo-server' }),
      ];
    },
    link: 'federated-credential',
    code: 'federation/subject-mismatch',
    evidence: { expected: subject, seen: 'system:serviceaccount:argocd:argo-cd-argocd-repo-server' },
  },
  'missing trailing slash': {
    breaks: (world) => {
      world.credentials = [credential(name, { ...trust, issuer: issuer.slice(0, -1) })];
    },
    link: 'federated-credential',
    code: 'federation/issuer-slash',
    evidence: { expected: issuer, seen: issuer.slice(0, -1) },
  },
  'wrong audience': {
    breaks: (world) => {
      world.credentials = [credential(name, { ...trust, audience: 'api://AzureADTokenExchangeChina' })];
    },
    link: 'federated-credential',
    code: 'federation/audience-mismatch',
    evidence: { expected: 'api://AzureADTokenExchange', seen: 'api://AzureADTokenExchangeChina' },
  },
  'pod label removed': {
    breaks: (world) => {
      const [deployment] = world.deployments;
      if (!deployment) throw new Error('no deployment');
      delete deployment.templateLabels['azure.workload.identity/use'];
      world.restart(deployment);
    },
    link: 'pod',
    code: 'injection/label-missing',
  },
  'annotation removed': {
    breaks: (world) => {
      world.serviceAccounts.set('argocd/argocd-repo-server', {});
    },
    link: 'service-account',
    code: 'injection/annotation-missing',
  },
  'membership removed': {
    breaks: (world) => {
      world.entitlement = undefined;
    },
    link: 'membership',
    code: 'devops/not-a-member',
    evidence: { expected: ids.principal, seen: ids.principal },
  },
  'Stakeholder licence': {
    breaks: (world) => {
      world.entitlement = member('stakeholder');
    },
    link: 'membership',
    code: 'devops/stakeholder',
    evidence: { expected: 'Basic', seen: 'Stakeholder' },
  },
  'no Read': {
    breaks: (world) => {
      world.groupMembers.get('Readers')?.clear();
    },
    link: 'repository',
    code: 'devops/no-read',
  },
  'issuer switched off': {
    breaks: (world) => {
      if (world.cluster) world.cluster = { ...world.cluster, oidcIssuerEnabled: false, issuerUrl: undefined };
    },
    link: 'cluster-issuer',
    code: 'cluster/issuer-off',
  },
};

describe('the chain', () => {
  it('works when everything is as designed', async () => {
    const { check, chain } = await verify(fakePorts(new FakeWorld().connect()));
    expect(words(chain)).toEqual(Array.from({ length: 8 }, () => 'works'));
    expect(chain.links.map(({ configured }) => configured.word)).toEqual(Array.from({ length: 8 }, () => 'Complete'));
    expect(check).toMatchObject({ status: 'works', passes: 1 });
    expect(check.presented?.[chain.id]).toEqual({
      issuer,
      subject,
      audience: trust.audience,
      expiresAt: '2026-11-20T10:00:00.000Z',
    });
  });

  it('takes no longer than its critical path', async () => {
    // Every fake call takes 10 ms: TokenRequest, exchange, then Azure DevOps and git side by side.
    const { check } = await verify(fakePorts(new FakeWorld().connect()));
    expect(check.tookMs).toBe(30);
  });

  for (const [title, { breaks, link, code, evidence }] of Object.entries(breakages)) {
    it(`names "${title}", leaves what is behind it untested, and plans the repair`, async () => {
      const world = new FakeWorld().connect();
      breaks(world);
      const ports = fakePorts(world);
      world.applications = [
        application('checkout', repositoryUrl, [{ type: 'ComparisonError', message: 'authentication required' }]),
      ];
      const { check, chain } = await verify(ports);
      const broken = firstBroken(chain);
      expect(broken?.id).toBe(link);
      expect(broken?.problem?.code).toBe(code);
      expect(broken?.problem?.fix).toBeTruthy();
      if (evidence) expect(broken?.problem?.evidence).toContainEqual(expect.objectContaining(evidence));
      expect(words(chain).filter((word) => word === 'broken')).toHaveLength(1);
      expect(check.status).toBe('broken');
      expect(chain.links.at(-1)?.verified.status).toBe('not-tested');

      const counts = tally(await makePlan(ports, design(), signal));
      expect(counts.blocked).toBe(0);
      expect(counts.create + counts.change + counts.irreversible).toBeGreaterThan(0);
    });
  }

  it('says that a right credential is propagating, not broken', async () => {
    const ports = fakePorts(new FakeWorld().connect());
    const propagating = 'AADSTS70021: No matching federated identity record found for presented assertion.';
    for (let pass = 0; pass < 40; pass += 1)
      ports.fail('entra.exchange', refused('entra', 'AADSTS70021', propagating, 401));
    const { check, chain } = await verify(ports);
    expect(check.status).toBe('waiting');
    expect(chain.links[3]).toMatchObject({
      verified: { status: 'waiting' },
      problem: { code: 'federation/propagating' },
    });
    expect(words(chain).slice(4, 7)).toEqual(['not-tested', 'not-tested', 'not-tested']);
  });

  it('asks again by itself what propagates, and turns green', async () => {
    const ports = fakePorts(new FakeWorld().connect());
    ports.fail('entra.exchange', refused('entra', 'AADSTS70021', 'AADSTS70021: No matching record.', 401));
    expect((await verify(ports)).check.status).toBe('works');
  });

  it.each([
    ['waits for Argo CD to compare again after a young error', 60_000, 'waiting'],
    ['believes an error that stays', 900_000, 'broken'],
  ] as const)('%s', async (_title, ageMs, status) => {
    const world = new FakeWorld().connect();
    const ports = fakePorts(world);
    const since = new Date(ports.clock.now().getTime() - ageMs).toISOString();
    const message = 'failed to list refs: TF401444: Please sign-in at least once';
    world.applications = [
      application('checkout', repositoryUrl, [{ type: 'ComparisonError', message, lastTransitionTime: since }]),
    ];
    const { check, chain } = await verify(ports);
    expect(check.status).toBe(status);
    expect(chain.links.at(-1)?.verified.status).toBe(status);
  });

  it('blames no credential of another service account', async () => {
    const world = new FakeWorld().connect();
    world.credentials = [
      credential('commit', { ...trust, subject: 'system:serviceaccount:argocd:argocd-commit-server' }),
    ];
    const { chain } = await verify(fakePorts(world));
    expect(firstBroken(chain)?.problem?.code).toBe('federation/credential-missing');
  });

  it('knows the kubelet identity by the third GUID of TF401444', async () => {
    const ports = fakePorts(new FakeWorld().connect());
    ports.fail(
      'workload.whoAmI',
      refused(
        'devops',
        'TF401444',
        `TF401444: Please sign-in at least once as ${ids.tenant}\\${ids.tenant}\\${ids.kubelet} in a web browser to enable access to the service.`,
        401,
      ),
    );
    const { chain } = await verify(ports);
    expect(firstBroken(chain)?.problem?.code).toBe('devops/kubelet-identity');
  });

  it('says "not visible to you" where the operator may not create tokens', async () => {
    const ports = fakePorts(new FakeWorld().connect());
    ports.fail(
      'kubernetes.requestToken',
      refused(
        'kubernetes',
        'Forbidden',
        'serviceaccounts "argocd-repo-server" is forbidden: User "o" cannot create resource "serviceaccounts/token" in API group "" in the namespace "argocd"',
      ),
    );
    const { check, chain } = await verify(ports);
    expect(chain.links[1]).toMatchObject({
      verified: { status: 'not-visible' },
      problem: { code: 'kubernetes/forbidden' },
    });
    expect(words(chain)).not.toContain('broken');
    expect(check.status).toBe('not-visible');
  });

  it('shows a left-over password as Argo CD’s own link', async () => {
    const world = new FakeWorld().connect();
    const [secret] = world.secrets;
    if (secret) secret.data.password = 'a-token-that-nobody-reads';
    const { chain } = await verify(fakePorts(world));
    expect(firstBroken(chain)).toMatchObject({
      id: 'argocd-word',
      configured: { word: 'Uses a PAT' },
      problem: { code: 'argocd/password-left' },
    });
  });

  it('lets no token into events or into what is kept', async () => {
    const world = new FakeWorld().connect();
    const { store, check } = await verify(fakePorts(world));
    const kept = JSON.stringify([store.checkEvents, check, store.finished]);
    expect(kept).not.toContain(`"${ids.principal}"`);
    expect(kept).not.toContain('reveal');
  });

  it('proves a young credential three times in a row', async () => {
    const made = design();
    const ports = fakePorts(new FakeWorld().connect());
    const store = fakeStore(connectionOf(made));
    const plan = await makePlan(ports, made, signal);
    const run = await store.runs.create({
      connectionId: made.connectionId,
      tenantId: made.tenantId,
      plan,
      startedBy: operator,
    });
    const lease = await store.runs.acquireLease(run.id, operator, 1);
    const entry = await store.runs.begin(
      {
        runId: run.id,
        changeId: `federated-credential:${name}`,
        planHash: '',
        actor: { oid: '', tid: '' },
        intent: { operation: '', target: '', bodyHash: '' },
        createdByRun: true,
      },
      lease?.fence ?? 0,
    );
    await store.runs.complete(entry, lease?.fence ?? 0, 'done', { createdByRun: true });
    const check = await runVerification({
      store,
      ports,
      design: made,
      startedBy: operator,
      signal,
      emit: () => undefined,
    });
    expect(check).toMatchObject({ status: 'works', passes: 3 });
    expect(store.checkEvents.filter(({ type }) => type === 'check-wait')).toHaveLength(2);
  });
});
