import { describe, expect, it } from 'vitest';
import { argocd } from '../../../lib/consumers/argocd.ts';
import { signInOf } from '../../../lib/consumers/argocd-discovery.ts';
import { versionNotices, versionOf } from '../../../lib/consumers/argocd-version.ts';
import { consumerKinds } from '../../../lib/consumers/index.ts';
import { fakePorts, refused } from '../fake-ports.ts';
import { application, FakeWorld, ids, repositoryUrl } from '../fake-world.ts';

const { signal } = new AbortController();
async function discover(world: FakeWorld, prepare: (ports: ReturnType<typeof fakePorts>) => void = () => undefined) {
  const ports = fakePorts(world);
  prepare(ports);
  return argocd.discover(await ports.kubernetes({ id: ids.cluster }), signal);
}

describe('discovery', () => {
  it('finds Argo CD by what runs, with version, installation, service account and its PAT repository', async () => {
    const [found] = await discover(new FakeWorld());
    expect(found).toEqual({
      consumer: {
        kind: 'argocd',
        namespace: 'argocd',
        version: '3.5.1',
        installedBy: 'manifest',
        workloads: [
          {
            role: 'repo-server',
            deployment: 'argocd-repo-server',
            serviceAccount: 'argocd-repo-server',
            access: 'read',
          },
        ],
        sources: [{ type: 'repository', name: 'repo-checkout-deploy', url: repositoryUrl, signIn: 'pat' }],
      },
      notices: [],
      notVisible: [],
    });
    expect(found && argocd.summary(found.consumer)).toBe('Argo CD 3.5.1, 1 service account');
  });

  it('takes the service account from the Deployment, and the commit-server when it runs', async () => {
    const world = new FakeWorld();
    const [repoServer] = world.deployments;
    if (!repoServer) throw new Error('no deployment');
    repoServer.serviceAccount = 'argo-cd-argocd-repo-server';
    world.deployments.push({
      ...repoServer,
      name: 'argo-cd-argocd-commit-server',
      serviceAccount: 'argo-cd-argocd-commit-server',
      labels: { 'app.kubernetes.io/name': 'argocd-commit-server', 'app.kubernetes.io/part-of': 'argocd' },
    });
    const [found] = await discover(world);
    expect(found?.consumer.workloads).toMatchObject([
      { serviceAccount: 'argo-cd-argocd-repo-server', access: 'read' },
      { role: 'commit-server', serviceAccount: 'argo-cd-argocd-commit-server', access: 'contribute' },
    ]);
  });

  it('finds addresses that only Applications use, in the form that they use', async () => {
    const world = new FakeWorld();
    const withUser = repositoryUrl.replace('https://', 'https://contoso-eng@');
    world.applications = [
      application('plain', repositoryUrl),
      application('with-user', withUser),
      application('other', 'https://github.com/argoproj/argocd-example-apps'),
    ];
    const [found] = await discover(world);
    expect(found?.consumer.sources).toEqual([
      { type: 'repository', name: 'repo-checkout-deploy', url: repositoryUrl, signIn: 'pat' },
      { type: 'application', name: 'with-user', url: withUser, signIn: 'none' },
    ]);
  });

  it('names what may not be read instead of calling it absent', async () => {
    const [found] = await discover(new FakeWorld(), (ports) =>
      ports.fail(
        'kubernetes.listSecrets',
        refused(
          'kubernetes',
          'Forbidden',
          'User "o" cannot list resource "secrets" in API group "" in the namespace "argocd"',
        ),
      ),
    );
    expect(found?.consumer.sources.filter(({ type }) => type === 'repository')).toEqual([]);
    expect(found?.notVisible.map(({ title }) => title)).toEqual(['You may not list secrets in namespace argocd']);
  });

  it('degrades to the namespaces that may be read, and throws when there is none', async () => {
    const forbidden = refused(
      'kubernetes',
      'Forbidden',
      'User "o" cannot list resource "deployments" in API group "apps" at the cluster scope',
    );
    expect(
      await discover(new FakeWorld(), (ports) => ports.fail('kubernetes.listDeployments', forbidden)),
    ).toHaveLength(1);
    await expect(
      discover(new FakeWorld(), (ports) => ports.fail('kubernetes.listDeployments', forbidden, forbidden)),
    ).rejects.toThrow(/cannot list/);
  });

  it('says which ApplicationSets still need a PAT', async () => {
    const world = new FakeWorld();
    world.applicationSets = [
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'ApplicationSet',
        metadata: { name: 'all-repos' },
        spec: { generators: [{ scmProvider: { azureDevOps: {} } }] },
      },
    ];
    const [found] = await discover(world);
    expect(found?.notices).toMatchObject([{ problem: { code: 'argocd/pat-only' }, blocks: false }]);
  });
});

describe('version gates', () => {
  it.each([
    ['2.14.3', ['argocd/version-unsupported'], true],
    ['3.0.0', ['argocd/version-fetch', 'argocd/version-token-cache', 'argocd/version-connect'], true],
    ['3.0.5', ['argocd/version-fetch', 'argocd/version-token-cache', 'argocd/version-connect'], true],
    ['3.0.6', ['argocd/version-fetch', 'argocd/version-connect'], true],
    ['3.0.12', ['argocd/version-fetch'], true],
    ['3.0.13', [], false],
    ['3.1.0', ['argocd/version-fetch'], true],
    ['3.1.1', [], false],
    ['3.5.1', [], false],
    [undefined, ['argocd/version-unknown'], false],
  ])('%s', (version, codes, blocks) => {
    const notices = versionNotices(version);
    expect(notices.map(({ problem }) => problem.code)).toEqual(codes);
    expect(notices.some((notice) => notice.blocks)).toBe(blocks);
  });

  it.each([
    ['quay.io/argoproj/argocd:v3.5.1', '3.5.1'],
    ['quay.io/argoproj/argocd:v3.0.5@sha256:abcdef', '3.0.5'],
    ['registry.contoso.example:5000/argoproj/argocd:v3.1.0-rc1', '3.1.0-rc1'],
    ['quay.io/argoproj/argocd:latest', undefined],
    ['quay.io/argoproj/argocd', undefined],
  ])('reads %s', (image, version) => expect(versionOf(image)).toBe(version));
});

it.each([
  [{ keys: ['url', 'password', 'useAzureWorkloadIdentity'], values: { useAzureWorkloadIdentity: 'true' } }, 'pat'],
  [{ keys: ['url', 'bearerToken'], values: {} }, 'pat'],
  [{ keys: ['url', 'sshPrivateKey'], values: {} }, 'ssh'],
  [{ keys: ['url', 'githubAppPrivateKey'], values: {} }, 'other'],
  [{ keys: ['url', 'useAzureWorkloadIdentity'], values: { useAzureWorkloadIdentity: 'true' } }, 'workload-identity'],
  [{ keys: ['url', 'useAzureWorkloadIdentity'], values: { useAzureWorkloadIdentity: 'yes' } }, 'none'],
  [{ keys: ['url'], values: {} }, 'none'],
])('reads the sign-in of a secret %j', (secret, method) => expect(signInOf(secret)).toBe(method));

it('gives every kind its own id', () => {
  expect(new Set(consumerKinds.map(({ id }) => id)).size).toBe(consumerKinds.length);
});
