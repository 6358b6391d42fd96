import { describe, expect, it } from 'vitest';
import { flux } from '../../../lib/consumers/flux.ts';
import { controllerVersion, fluxVersion, versionNotices } from '../../../lib/consumers/flux-version.ts';
import type { KubernetesObject } from '../../../lib/model/kubernetes.ts';
import { UpstreamError } from '../../../lib/problems/upstream-error.ts';
import { fakePorts } from '../fake-ports.ts';
import { type FakeDeployment, FakeWorld, ids, repositoryUrl } from '../fake-world.ts';

const { signal } = new AbortController();
const other = 'https://dev.azure.com/contoso-eng/Checkout/_git/checkout-env';
const bootstrapLabels = {
  'kustomize.toolkit.fluxcd.io/name': 'flux-system',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

function controller(name: string, version: string, labels: Record<string, string> = {}): FakeDeployment {
  return {
    name,
    namespace: 'flux-system',
    labels: {
      'app.kubernetes.io/part-of': 'flux',
      'app.kubernetes.io/component': name,
      'app.kubernetes.io/version': 'v2.9.3',
      ...labels,
    },
    templateLabels: {},
    serviceAccount: name,
    image: `ghcr.io/fluxcd/${name}:v${version}`,
    replicas: 1,
    pod: { name: `${name}-1`, labels: {}, environment: {}, ready: true },
  };
}
function object(kind: string, name: string, spec: unknown, labels: Record<string, string> = {}): KubernetesObject {
  const apiVersion = `${kind === 'GitRepository' ? 'source' : kind === 'Provider' ? 'notification' : 'image'}.toolkit.fluxcd.io/v1`;
  return { apiVersion, kind, metadata: { name, namespace: 'team', labels }, spec };
}
const byPat = object('GitRepository', 'checkout', { url: repositoryUrl, secretRef: { name: 'pat' } });
const pushing = [
  object('GitRepository', 'environments', { url: other, secretRef: { name: 'pat' } }),
  object('ImageUpdateAutomation', 'images', { sourceRef: { kind: 'GitRepository', name: 'environments' } }),
];
const reporting = object('Provider', 'status', {
  type: 'azuredevops',
  address: repositoryUrl,
  secretRef: { name: 'pat' },
});

function fluxWorld(objects: KubernetesObject[], change: (world: FakeWorld) => void = () => undefined): FakeWorld {
  const world = new FakeWorld();
  world.deployments = [
    controller('source-controller', '1.9.3'),
    controller('image-automation-controller', '1.2.3'),
    controller('notification-controller', '1.9.2'),
    controller('kustomize-controller', '1.9.4'),
  ];
  world.objects = objects;
  change(world);
  return world;
}
async function discover(world: FakeWorld, prepare: (ports: ReturnType<typeof fakePorts>) => void = () => undefined) {
  const ports = fakePorts(world);
  prepare(ports);
  const found = await flux.discover(await ports.kubernetes({ id: ids.cluster }), signal);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
}

describe('discovery', () => {
  it('finds the controllers by what runs, and only those that something needs', async () => {
    const found = await discover(fluxWorld([byPat]));
    expect(found).toMatchObject({
      consumer: {
        kind: 'flux',
        namespace: 'flux-system',
        version: '2.9.3',
        installedBy: 'manifest',
        workloads: [{ role: 'source-controller', serviceAccount: 'source-controller', access: 'read' }],
        sources: [{ type: 'GitRepository', namespace: 'team', name: 'checkout', url: repositoryUrl, signIn: 'pat' }],
      },
      notices: [],
    });
    expect(found && flux.summary(found.consumer)).toBe('Flux 2.9.3, 1 controller');
  });

  it('adds who pushes and who reports, each with write access', async () => {
    const found = await discover(fluxWorld([byPat, ...pushing, reporting]));
    expect(found?.consumer.workloads.map(({ role, access }) => [role, access])).toEqual([
      ['source-controller', 'read'],
      ['image-automation-controller', 'contribute'],
      ['notification-controller', 'contribute'],
    ]);
    expect(found?.consumer.sources.slice(2)).toEqual([
      {
        type: 'ImageUpdateAutomation',
        namespace: 'team',
        name: 'images',
        url: other,
        signIn: 'pat',
        access: 'contribute',
      },
      { type: 'Provider', namespace: 'team', name: 'status', url: repositoryUrl, signIn: 'pat', access: 'contribute' },
    ]);
  });

  it.each([
    [{ provider: 'azure' }, 'workload-identity'],
    [{ provider: 'azure', secretRef: { name: 'left' } }, 'workload-identity'],
    [{ provider: 'generic', secretRef: { name: 'pat' } }, 'pat'],
    [{ provider: 'github', secretRef: { name: 'app' } }, 'other'],
    [{}, 'none'],
  ])('tells how %j signs in', async (spec, signIn) => {
    const found = await discover(fluxWorld([object('GitRepository', 'checkout', { url: repositoryUrl, ...spec })]));
    expect(found?.consumer.sources).toMatchObject([{ signIn }]);
  });

  it('leaves other hosts and other providers of notifications out', async () => {
    const found = await discover(
      fluxWorld([
        object('GitRepository', 'elsewhere', { url: 'https://git.contoso.example/a/b' }),
        object('Provider', 'chat', { type: 'msteams', address: 'https://contoso.example/hook' }),
      ]),
    );
    expect(found?.consumer.sources).toEqual([]);
    expect(found?.consumer.workloads).toHaveLength(1);
  });

  it('knows a mirrored image without any label', async () => {
    const world = fluxWorld([byPat], ({ deployments }) => {
      const [source] = deployments;
      if (source)
        deployments[0] = {
          ...source,
          name: 'sc',
          labels: {},
          image: 'registry.contoso.example/m/source-controller:v1.8.1@sha256:aa',
        };
    });
    const found = await discover(world);
    expect(found?.consumer).toMatchObject({ workloads: [{ deployment: 'sc' }] });
    expect(found?.consumer.version).toBeUndefined();
    expect(found?.notices).toEqual([]);
  });

  it.each([
    ['bootstrap', bootstrapLabels, 'flux/kept-by-git'],
    ['Flux Operator', { 'app.kubernetes.io/managed-by': 'flux-operator' }, 'flux/kept-by-operator'],
    ['Helm', { 'app.kubernetes.io/managed-by': 'Helm' }, undefined],
  ])('says who installed it: %s', async (installedBy, labels, code) => {
    const world = fluxWorld([byPat]);
    world.deployments = [controller('source-controller', '1.9.3', labels)];
    const found = await discover(world);
    expect(found?.consumer.installedBy).toBe(installedBy);
    expect(found?.notices.map(({ problem }) => problem.code)).toEqual(code ? [code] : []);
    expect(found?.consumer.keptBy).toBe(
      installedBy === 'bootstrap' ? 'Kustomization flux-system/flux-system' : undefined,
    );
  });

  it('knows the AKS extension by its agent', async () => {
    const world = fluxWorld([byPat]);
    world.deployments.push({ ...controller('fluxconfig-agent', '1.23.0'), labels: {} });
    const found = await discover(world);
    expect(found?.consumer.installedBy).toBe('AKS extension');
    expect(found?.notices.map(({ problem }) => problem.code)).toEqual(['flux/kept-by-extension']);
  });

  it('says which objects Git keeps, though Flux itself is not', async () => {
    const kept = object(
      'GitRepository',
      'checkout',
      { url: repositoryUrl },
      { ...bootstrapLabels, 'kustomize.toolkit.fluxcd.io/name': 'apps' },
    );
    const found = await discover(fluxWorld([kept]));
    expect(found?.notices).toMatchObject([
      { problem: { code: 'flux/kept-by-git', evidence: [{ seen: 'Kustomization flux-system/apps' }] }, blocks: false },
    ]);
  });

  it('warns of object-level identity', async () => {
    const own = object('GitRepository', 'checkout', { url: repositoryUrl, provider: 'azure', serviceAccountName: 'x' });
    const found = await discover(fluxWorld([own]));
    expect(found?.notices.map(({ problem }) => problem.code)).toEqual(['flux/object-level']);
  });

  it('leaves a notification controller out that is too old, and says so', async () => {
    const world = fluxWorld([byPat, reporting]);
    world.deployments = [controller('source-controller', '1.6.2'), controller('notification-controller', '1.6.0')];
    const found = await discover(world);
    expect(found?.consumer.workloads).toHaveLength(1);
    expect(found?.notices).toMatchObject([{ problem: { code: 'flux/version-commit-status' }, blocks: false }]);
  });

  it('names what may not be read, and still finds Flux', async () => {
    const found = await discover(fluxWorld([byPat]), (ports) => {
      const connect = ports.kubernetes;
      Object.assign(ports, {
        kubernetes: async (cluster: { id: string }) => {
          const kubernetes = await connect(cluster);
          return {
            ...kubernetes,
            list: (kind: { apiVersion: string; kind: string }, ...rest: [{ namespace?: string }, AbortSignal]) =>
              kind.kind === 'GitRepository'
                ? Promise.reject(
                    new UpstreamError({
                      operation: 'list',
                      service: 'kubernetes',
                      kind: 'refused',
                      status: 403,
                      code: 'Forbidden',
                    }),
                  )
                : kubernetes.list(kind, ...rest),
          };
        },
      });
    });
    expect(found?.consumer.sources).toEqual([]);
    expect(found?.notVisible.map(({ code }) => code)).toEqual(['kubernetes/forbidden']);
  });
});

describe('versions', () => {
  const codes = (running: Parameters<typeof versionNotices>[0]) =>
    versionNotices(running).map(({ problem, blocks }) => [problem.code, blocks]);
  it.each([
    [{ source: '1.3.0' }, [['flux/version-unsupported', true]]],
    [{ source: '1.4.0' }, []],
    [{}, [['flux/version-unknown', false]]],
    [{ source: '1.6.2', automation: { version: '0.41.2' } }, [['flux/version-automation', true]]],
    [{ source: '1.7.0', automation: { version: '1.0.0' }, notification: { version: '1.7.0' } }, []],
  ] as const)('%j', (running, expected) => {
    expect(codes(running)).toEqual(expected);
  });
  it('are read from the image and the distribution’s label', () => {
    const image = (text: string) => controllerVersion({ containers: [{ name: 'manager', image: text }] });
    expect(image('ghcr.io/fluxcd/source-controller:v1.9.3')).toBe('1.9.3');
    expect(image('mcr.microsoft.com/oss/fluxcd/source-controller:v1.6.2-2@sha256:ab')).toBe('1.6.2-2');
    expect(image('ghcr.io/fluxcd/source-controller:latest')).toBeUndefined();
    expect(fluxVersion({ labels: { 'app.kubernetes.io/version': 'v2.9.3' } })).toBe('2.9.3');
    expect(fluxVersion({ labels: {} })).toBeUndefined();
  });
});
