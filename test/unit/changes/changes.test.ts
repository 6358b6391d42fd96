import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretTargets } from '../../../lib/changes/argocd-secrets.ts';
import type { Facts } from '../../../lib/changes/change.ts';
import { changes } from '../../../lib/changes/index.ts';
import { bicepQuote, shellQuote, terraformQuote } from '../../../lib/changes/quote.ts';
import type { Verdict } from '../../../lib/model/plan.ts';
import { addressForm, coversRepository, repositoryPath, sameRepository } from '../../../lib/model/repository-url.ts';
import { makePlan } from '../../../lib/setup/plan.ts';
import { fakePorts } from '../fake-ports.ts';
import {
  application,
  argocdConsumer,
  credential,
  design,
  FakeWorld,
  ids,
  issuer,
  madeIdentity,
  member,
  repositoryUrl,
  subject,
} from '../fake-world.ts';

const { signal } = new AbortController();
async function verdictOf(change: string, world: FakeWorld, made = design()): Promise<Verdict | undefined> {
  const plan = await makePlan(fakePorts(world), made, signal);
  return plan.changes.find((each) => each.change === change)?.verdict;
}
const fieldsOf = (verdict: Verdict | undefined) => (verdict && 'fields' in verdict ? verdict.fields : []);
const audience = 'api://AzureADTokenExchange';
const name = 'aks-prod-weu-argocd-repo-server';

it('registers every change file', () => {
  const files = readdirSync(new URL('../../../lib/changes', import.meta.url)).map((file) => file.replace('.ts', ''));
  for (const { id } of changes) expect(files).toContain(id);
  for (const { needs, observesAfter = [] } of changes)
    for (const need of [...needs, ...observesAfter]) expect(changes.map(({ id }) => id)).toContain(need);
});

describe('federated credential', () => {
  const withCredentials = (...credentials: FakeWorld['credentials']) => {
    const world = new FakeWorld();
    world.identity = madeIdentity();
    world.credentials = credentials;
    return world;
  };

  it('corrects an issuer without its slash, old beside new', async () => {
    const verdict = await verdictOf(
      'federated-credential',
      withCredentials(credential(name, { issuer: issuer.slice(0, -1), subject, audience })),
    );
    expect(verdict?.state).toBe('update');
    expect(fieldsOf(verdict)).toEqual([{ field: 'issuer', old: issuer.slice(0, -1), new: issuer }]);
  });

  it('leaves a name alone that serves somebody who is alive', async () => {
    const world = withCredentials(
      credential(name, { issuer, subject: 'system:serviceaccount:argocd:argocd-server', audience }),
    );
    world.serviceAccounts.set('argocd/argocd-server', { 'azure.workload.identity/client-id': ids.client });
    expect(await verdictOf('federated-credential', world)).toMatchObject({
      state: 'blocked',
      problem: { code: 'federation/name-taken' },
    });
    world.serviceAccounts.set('argocd/argocd-server', {});
    expect(await verdictOf('federated-credential', world)).toMatchObject({ state: 'update' });
  });

  it('leaves the credential of another living cluster alone', async () => {
    const world = withCredentials(credential(name, { issuer: `${issuer}other/`, subject, audience }));
    if (!world.cluster) throw new Error('no cluster');
    world.otherClusters = [
      { ...world.cluster, id: ids.cluster.replace('weu', 'neu'), name: 'aks-prod-neu', issuerUrl: `${issuer}other/` },
    ];
    expect(await verdictOf('federated-credential', world)).toMatchObject({
      state: 'blocked',
      problem: { title: expect.stringContaining('aks-prod-neu') },
    });
    world.otherClusters = [];
    expect(await verdictOf('federated-credential', world)).toMatchObject({ state: 'update' });
  });

  it('corrects the one that already has issuer and subject, because both are unique', async () => {
    const verdict = await verdictOf(
      'federated-credential',
      withCredentials(credential('by-hand', { issuer, subject, audience: 'api://other' })),
    );
    expect(verdict).toMatchObject({ state: 'update', note: expect.stringContaining('by-hand') });
  });

  it('counts to twenty', async () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        credential(`c${index}`, { issuer, subject: `${subject}-${index}`, audience }),
      );
    expect(await verdictOf('federated-credential', withCredentials(...others(19)))).toMatchObject({ state: 'create' });
    expect(await verdictOf('federated-credential', withCredentials(...others(20)))).toMatchObject({
      state: 'blocked',
      problem: { code: 'federation/limit' },
    });
  });

  it('compares the subject case-sensitively', async () => {
    const verdict = await verdictOf(
      'federated-credential',
      withCredentials(credential(name, { issuer, subject: subject.toUpperCase(), audience })),
    );
    expect(verdict?.state).toBe('update');
  });
});

describe('other changes', () => {
  it('raises a Stakeholder to Basic', async () => {
    const world = new FakeWorld().connect();
    world.entitlement = member('stakeholder');
    expect(fieldsOf(await verdictOf('devops-membership', world))).toEqual([
      { field: 'licence', old: 'Stakeholder', new: 'Basic' },
    ]);
  });

  it('chooses Contributors where something is written', async () => {
    const made = design();
    const plan = await makePlan(
      fakePorts(new FakeWorld().connect()),
      design({
        devops: {
          ...made.devops,
          repositories: made.devops.repositories.map((each) => ({ ...each, access: 'contribute' as const })),
        },
      }),
      signal,
    );
    expect(plan.changes.find(({ change }) => change === 'devops-group-membership')).toMatchObject({
      id: 'devops-group-membership:Checkout/Contributors',
      verdict: { state: 'create' },
    });
  });

  it('restarts pods that are older than their annotation', async () => {
    const world = new FakeWorld().connect();
    const [deployment] = world.deployments;
    if (deployment) deployment.pod.environment.AZURE_CLIENT_ID = 'an-earlier-identity';
    expect(fieldsOf(await verdictOf('pod-template-label', world))).toMatchObject([{ field: 'running pods' }]);
  });

  it('marks the issuer irreversible and asks for the cluster’s name', async () => {
    const world = new FakeWorld();
    if (world.cluster) world.cluster = { ...world.cluster, oidcIssuerEnabled: false, issuerUrl: undefined };
    const plan = await makePlan(fakePorts(world), design(), signal);
    expect(plan.confirm).toBe('aks-prod-weu');
    expect(plan.changes[0]?.verdict).toMatchObject({ irreversible: expect.stringContaining('cannot be turned off') });
    expect(fieldsOf(plan.changes.find(({ change }) => change === 'federated-credential')?.verdict)[0]).toEqual({
      field: 'issuer',
      knownAfter: 'the issuer is on',
    });
  });

  it('gives equal worlds equal hashes, and another world another one', async () => {
    const hash = async (world: FakeWorld) => (await makePlan(fakePorts(world), design(), signal)).hash;
    const world = new FakeWorld();
    expect(await hash(world)).toBe(await hash(new FakeWorld()));
    world.identity = madeIdentity();
    expect(await hash(world)).not.toBe(await hash(new FakeWorld()));
  });
});

describe('Argo CD secrets', () => {
  const targets = (sources: (typeof argocdConsumer)['sources']) =>
    secretTargets(design({ consumers: [{ ...argocdConsumer, sources }] })).map(({ type, name: secret, url }) => ({
      type,
      secret,
      url,
    }));
  const source = (type: string, secret: string, url: string) => ({ type, name: secret, url, signIn: 'pat' as const });
  const withUser = repositoryUrl.replace('https://', 'https://contoso-eng@');

  it('never touches a repository outside the design', () => {
    expect(
      targets([
        source('repository', 'a', repositoryUrl),
        source('repository', 'b', `${repositoryUrl}-2`),
        source('repo-creds', 'c', 'https://dev.azure.com/contoso-platform'),
      ]),
    ).toEqual([{ type: 'repository', secret: 'a', url: repositoryUrl }]);
  });
  it('takes templates that cover the repository, in both forms of the address', () => {
    const forms = ['https://dev.azure.com/contoso-eng', 'https://contoso-eng@dev.azure.com/contoso-eng'];
    expect(targets(forms.map((url, index) => source('repo-creds', `t${index}`, url))).map(({ url }) => url)).toEqual(
      forms,
    );
  });
  it('creates a secret where there is none, for the form that an Application uses', () => {
    expect(targets([])).toEqual([{ type: 'repository', secret: 'patless-repo-checkout-deploy', url: repositoryUrl }]);
    expect(targets([source('repository', 'a', repositoryUrl), source('application', 'x', withUser)])).toEqual([
      { type: 'repository', secret: 'a', url: repositoryUrl },
      { type: 'repository', secret: 'patless-repo-checkout-deploy-user', url: withUser },
    ]);
  });
  it('leaves a template alone that others rely on, and gives the repository a secret of its own', () => {
    const template = source('repo-creds', 't', 'https://dev.azure.com/contoso-eng');
    const other = { ...source('application', 'x', `${repositoryUrl}-2`), signIn: 'none' as const };
    const ours = { ...source('application', 'y', repositoryUrl), signIn: 'none' as const };
    expect(targets([template, other, ours])).toEqual([
      { type: 'repository', secret: 'patless-repo-checkout-deploy', url: repositoryUrl },
    ]);
    expect(targets([template, ours])).toMatchObject([{ type: 'repo-creds', secret: 't' }]);
  });
  it('knows the forms of an address', () => {
    expect(repositoryPath('https://contoso-eng.visualstudio.com/DefaultCollection/Checkout/_git/x')).toBe(
      'contoso-eng/checkout/_git/x',
    );
    expect(repositoryPath('https://dev.azure.com/contoso-eng/_git/Checkout')).toBe(
      'contoso-eng/checkout/_git/checkout',
    );
    expect(repositoryPath('git@ssh.dev.azure.com:v3/contoso-eng/Checkout/x')).toBeUndefined();
    expect(repositoryPath('https://dev.azure.com.evil.example/contoso-eng/Checkout/_git/x')).toBeUndefined();
    expect(sameRepository(withUser, `${repositoryUrl}/`)).toBe(true);
    expect(addressForm(withUser)).not.toBe(addressForm(repositoryUrl));
    expect(coversRepository('https://dev.azure.com/contoso', repositoryUrl)).toBe(false);
  });
});

describe('commands', () => {
  const dollar = '$';
  const hostile = [
    '$(id)',
    '`id`',
    "a'b",
    'a"b',
    'a\nb',
    '-rf',
    `${dollar}{var.x}`,
    '%{if}',
    '; rm -rf /',
    '<script>',
    '=HYPERLINK("x")',
    '\\',
    '',
  ];

  it('quotes for the shell so that every value arrives as it is', () => {
    const echo = (value: string) => execFileSync('sh', ['-c', `printf %s ${shellQuote(value)}`], { encoding: 'utf8' });
    for (const value of hostile) expect(echo(value)).toBe(value);
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const value = text.replaceAll('\0', '');
        expect(echo(value)).toBe(value);
      }),
      { numRuns: 40 },
    );
  });

  it('starts no template in Terraform or Bicep', () => {
    expect(terraformQuote(`${dollar}{var.x} %{if}`)).toBe(`"${dollar}${dollar}{var.x} %%{if}"`);
    expect(bicepQuote(`a'${dollar}{x}\n`)).toBe(`'a\\'\\${dollar}{x}\\n'`);
  });

  it('keeps hostile names inert in every command of every change', async () => {
    const trace = join(mkdtempSync(join(tmpdir(), 'commands-')), 'ran');
    const evil = `$(touch ${trace})'`;
    const base = design();
    const made = design({
      cluster: { ...base.cluster, id: base.cluster.id.replace('aks-prod-weu', evil), name: evil },
      consumers: [
        {
          ...argocdConsumer,
          namespace: evil,
          workloads: [{ role: 'repo-server', deployment: evil, serviceAccount: evil, access: 'read' }],
          sources: [{ type: 'repository', name: evil, url: repositoryUrl, signIn: 'pat' }],
        },
      ],
      credentials: [{ namespace: evil, serviceAccount: evil, name: evil }],
      devops: { ...base.devops, organization: evil, project: { id: evil, name: evil } },
    });
    const observed: Record<string, unknown> = {
      'devops-group-membership': { group: { descriptor: evil, name: evil }, isMember: false },
      'argocd-repository-secret': { secret: { name: evil, keys: ['password'], values: {} }, alsoServed: [] },
    };
    const facts: Facts = {
      issuer: evil,
      identity: { id: evil, clientId: evil, principalId: evil, tenantId: evil },
      member: { id: evil, descriptor: evil },
    };
    for (const known of [facts, {}]) {
      for (const change of changes) {
        for (const target of change.targets(made)) {
          const { az, kubectl } = change.render(target, made, known, observed[change.id]);
          for (const command of [az, kubectl]) {
            if (!command) continue;
            execFileSync('sh', ['-c', `az() { :; }; kubectl() { :; }; ${command}`]);
            expect(existsSync(trace), `${change.id}: ${command}`).toBe(false);
          }
        }
      }
    }
  });
});

describe('argocd-refresh', () => {
  const failed = (message: string) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'checkout', namespace: 'argocd' },
    spec: { source: { repoURL: repositoryUrl } },
    status: { sync: { status: 'Unknown' }, conditions: [{ type: 'ComparisonError', message }] },
  });
  async function verdictFor(objects: readonly ReturnType<typeof failed>[]): Promise<Verdict> {
    const { argocdRefresh } = await import('../../../lib/changes/argocd-refresh.ts');
    const base = fakePorts();
    const kubernetes = { ...(await base.kubernetes({ id: 'any' })), list: async () => objects };
    const ports = { ...base, kubernetes: async () => kubernetes };
    const made = design();
    const [target] = argocdRefresh.targets(made);
    if (!target) throw new Error('The design has an Argo CD');
    const observed = await argocdRefresh.observe({ ports, design: made, facts: {}, signal }, target);
    return argocdRefresh.diff(observed, target, made, {});
  }
  it('asks for a new comparison where the last one failed to sign in', async () => {
    const verdict = await verdictFor([failed('failed to list refs: TF401444: Please sign-in at least once as …')]);
    expect(verdict).toMatchObject({ state: 'update', fields: [{ field: 'checkout' }] });
  });
  it('leaves an application alone that fails for a reason of its own', async () => {
    expect(await verdictFor([failed('Manifest generation error: kustomization.yaml is invalid')])).toMatchObject({
      state: 'right',
    });
  });
  it('has nothing to ask while nothing failed', async () => {
    expect(await verdictFor([])).toMatchObject({ state: 'right' });
  });
});

it('binds no approval to what Argo CD says meanwhile', async () => {
  const calm = new FakeWorld().connect();
  const failing = new FakeWorld().connect();
  const message = 'failed to list refs: TF401444: Please sign-in at least once';
  failing.applications = [application('checkout', repositoryUrl, [{ type: 'ComparisonError', message }])];
  const [before, after] = await Promise.all(
    [calm, failing].map((world) => makePlan(fakePorts(world), design(), signal)),
  );
  expect(after?.changes.find(({ change }) => change === 'argocd-refresh')?.verdict.state).toBe('update');
  expect(after?.hash).toBe(before?.hash);
});
