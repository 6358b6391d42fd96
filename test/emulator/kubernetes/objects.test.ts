import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Refusal, refusal } from './refusal.ts';
import { backends, startTestCluster, type TestCluster } from './test-cluster.ts';

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'argocd' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'registry.contoso.example/main:1' }] },
    },
  },
});

describe.each(backends)('objects (%s)', (kind) => {
  let cluster: TestCluster;
  let core: CoreV1Api;
  let apps: AppsV1Api;
  let objects: KubernetesObjectApi;
  beforeAll(async () => {
    cluster = await startTestCluster(kind);
    const config = await cluster.as('operator');
    core = config.makeApiClient(CoreV1Api);
    apps = config.makeApiClient(AppsV1Api);
    objects = KubernetesObjectApi.makeApiClient(config);
  });
  afterAll(async () => {
    await cluster?.emulator.stop();
  });

  const apply = (
    object: Parameters<KubernetesObjectApi['patch']>[0] & Record<string, unknown>,
    manager: string,
    options: { force?: boolean; dryRun?: string } = {},
  ) => objects.patch(object, undefined, options.dryRun, manager, options.force, PatchStrategy.ServerSideApply);

  test('keeps secrets, selects by label, and refuses a stale version', async () => {
    const body = (name: string, labels: Record<string, string>) => ({
      metadata: { name, labels },
      stringData: { url: 'https://x.example' },
    });
    const created = await core.createNamespacedSecret({ namespace: 'argocd', body: body('one', { role: 'a' }) });
    await core.createNamespacedSecret({ namespace: 'argocd', body: body('two', { role: 'b' }) });
    expect(Buffer.from(created.data?.url ?? '', 'base64').toString()).toBe('https://x.example');
    const selected = await core.listNamespacedSecret({ namespace: 'argocd', labelSelector: 'role in (a)' });
    expect(selected.items.map(({ metadata }) => metadata?.name)).toEqual(['one']);
    const named = await core.listNamespacedSecret({ namespace: 'argocd', fieldSelector: 'metadata.name=two' });
    expect(named.items).toHaveLength(1);
    expect((await refusal(core.createNamespacedSecret({ namespace: 'argocd', body: body('one', {}) }))).reason).toBe(
      'AlreadyExists',
    );
    await core.replaceNamespacedSecret({
      namespace: 'argocd',
      name: 'one',
      body: { ...created, data: { url: 'eA==' } },
    });
    const stale = await refusal(
      core.replaceNamespacedSecret({ namespace: 'argocd', name: 'one', body: { ...created, data: { url: 'eQ==' } } }),
    );
    expect(stale).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(stale.message).toBe(
      'Operation cannot be fulfilled on secrets "one": the object has been modified; please apply your changes to the latest version and try again',
    );
    const page = await core.listNamespacedSecret({ namespace: 'argocd', limit: 1 });
    expect(page.items).toHaveLength(1);
    expect(page.metadata?._continue).toBeTruthy();
  });

  test('removes data keys by a JSON patch that tests the version', async () => {
    const secret = await core.createNamespacedSecret({
      namespace: 'argocd',
      body: { metadata: { name: 'patched' }, data: { password: 'eA==', url: 'eQ==' } },
    });
    const patch = (version: string) =>
      core.patchNamespacedSecret(
        {
          namespace: 'argocd',
          name: 'patched',
          body: [
            { op: 'test', path: '/metadata/resourceVersion', value: version },
            { op: 'remove', path: '/data/password' },
          ],
        },
        setHeaderOptions('Content-Type', PatchStrategy.JsonPatch),
      );
    expect((await refusal(patch('1'))).code).toBeGreaterThanOrEqual(400);
    const patched = await patch(secret.metadata?.resourceVersion ?? '');
    expect(patched.data).toEqual({ url: 'eQ==' });
  });

  test('names the owner of a field in an apply conflict, and shares equal values', async () => {
    const config = (value: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owned', namespace: 'argocd' },
      data: { a: value },
    });
    await apply(config('1'), 'argocd-controller');
    const before = cluster.world.ledger.entries().length;
    const conflict = await refusal(apply(config('2'), 'patless'));
    expect(conflict).toEqual({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "argocd-controller": .data.a',
    });
    expect(cluster.world.ledger.entries()).toHaveLength(before);
    await apply(config('1'), 'patless');
    const shared = await core.readNamespacedConfigMap({ namespace: 'argocd', name: 'owned' });
    expect(shared.metadata?.managedFields?.map(({ manager }) => manager).sort()).toEqual([
      'argocd-controller',
      'patless',
    ]);
    await apply(config('3'), 'patless', { force: true });
    const forced = await core.readNamespacedConfigMap({ namespace: 'argocd', name: 'owned' });
    expect(forced.data).toEqual({ a: '3' });
  });

  test('applies to one key of a map and one container of a list, and takes back what is no longer applied', async () => {
    await apps.createNamespacedDeployment({
      namespace: 'argocd',
      body: deployment('web'),
      fieldManager: 'kubectl-client-side-apply',
    });
    const label = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'argocd' } };
    const withLabel = {
      ...label,
      spec: { template: { metadata: { labels: { 'azure.workload.identity/use': 'true' } } } },
    };
    const dry = await apply(withLabel, 'patless', { dryRun: 'All' });
    expect(JSON.stringify(dry)).toContain('azure.workload.identity/use');
    expect(JSON.stringify(await apps.readNamespacedDeployment({ namespace: 'argocd', name: 'web' }))).not.toContain(
      'azure.workload',
    );
    await apply(withLabel, 'patless');
    const env = {
      ...label,
      spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] } } },
    };
    await apply(env, 'tuner');
    const both = await apps.readNamespacedDeployment({ namespace: 'argocd', name: 'web' });
    expect(both.spec?.template.metadata?.labels).toEqual({ app: 'web', 'azure.workload.identity/use': 'true' });
    expect(both.spec?.template.spec?.containers[0]).toMatchObject({
      image: 'registry.contoso.example/main:1',
      env: [{ name: 'A', value: '1' }],
    });
    const again = await apply(withLabel, 'patless');
    expect(again.metadata?.resourceVersion).toBe(both.metadata?.resourceVersion);
    await apply({ ...label, spec: { template: { metadata: { labels: {} } } } }, 'patless');
    const without = await apps.readNamespacedDeployment({ namespace: 'argocd', name: 'web' });
    expect(without.spec?.template.metadata?.labels).toEqual({ app: 'web' });
    const foreign = { ...label, spec: { template: { spec: { containers: [{ name: 'main', image: 'other:2' }] } } } };
    expect((await refusal(apply(foreign, 'patless'))).message).toMatch(
      /^Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps\/v1.*: \.spec\.template\.spec\.containers\[name="main"\]\.image$/,
    );
  });

  test('refuses a changed selector and an apply without manager', async () => {
    await apps.createNamespacedDeployment({ namespace: 'argocd', body: deployment('fixed') });
    const body = {
      ...deployment('fixed'),
      spec: { ...deployment('fixed').spec, selector: { matchLabels: { app: 'fixed', more: 'x' } } },
    };
    body.spec.template = { ...body.spec.template, metadata: { labels: { app: 'fixed', more: 'x' } as never } };
    const immutable = await refusal(apps.replaceNamespacedDeployment({ namespace: 'argocd', name: 'fixed', body }));
    expect(immutable).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(immutable.message).toMatch(
      /^Deployment\.apps "fixed" is invalid: spec\.selector: Invalid value: .*: field is immutable$/,
    );
    const answer = await fetch(`${cluster.url}/api/v1/namespaces/argocd/configmaps/nobody`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${await cluster.token('operator')}`,
        'content-type': 'application/apply-patch+yaml',
      },
      body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nobody\n',
    });
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as Refusal).message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  });

  test('serves custom resources and watches them', async () => {
    const config = await cluster.as('operator');
    const custom = config.makeApiClient(CustomObjectsApi);
    const place = { group: 'argoproj.io', version: 'v1alpha1', namespace: 'argocd', plural: 'applications' };
    const seen: string[] = [];
    const watch = await new Watch(config).watch(
      '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications',
      {},
      (type: string, object: { metadata: { name: string } }) => seen.push(`${type} ${object.metadata.name}`),
      () => undefined,
    );
    await custom.createNamespacedCustomObject({
      ...place,
      body: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'checkout' },
        spec: {
          project: 'default',
          source: { repoURL: 'https://x.example', path: '.' },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'x' },
        },
      },
    });
    await expect.poll(() => seen).toContain('ADDED checkout');
    await custom.deleteNamespacedCustomObject({ ...place, name: 'checkout' });
    await expect.poll(() => seen).toContain('DELETED checkout');
    watch.abort();
    const headers = { authorization: `Bearer ${await cluster.token('operator')}` };
    const unknown = await fetch(`${cluster.url}/apis/argoproj.io/v1alpha1/namespaces/argocd/nothings`, { headers });
    expect([unknown.status, await unknown.text()]).toEqual([404, '404 page not found\n']);
    expect((await refusal(core.readNamespacedPod({ namespace: 'argocd', name: 'none' }))).message).toBe(
      'pods "none" not found',
    );
  });
});
