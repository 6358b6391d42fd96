import type { AzureCluster, ClusterAdmin, ClusterBackend, ClusterObject, KeptCluster, World } from '../core/world.ts';
import { patFor } from '../devops/pats.ts';
import { reconcile, startControllers } from '../kubernetes/controllers/index.ts';
import { createEmbeddedBackend } from '../kubernetes/embedded/backend.ts';
import { createRealBackend } from '../kubernetes/real/backend.ts';
import { application, createNamespace, installArgocd, installArgocdWithHelm, repositorySecret } from './argocd.ts';
import { grantClusterAccess } from './cluster-access.ts';
import { organizations, toolsBootstrap } from './devops.ts';
import { bootstrapFlux, fluxNamespace, gitRepository, gitSecret, imageAutomation, installFlux } from './flux.ts';

/** Clusters that get a real API server where one is at hand; each takes its own etcd and kube-apiserver. */
export const realClusters: readonly string[] = ['aks-prod-weu', 'aks-stage-weu'];

type Seed = (world: World, admin: ClusterAdmin) => Promise<readonly string[]>;
/** What runs in each cluster; returns the namespaces that the operator manages there. */
const seeds: Readonly<Record<string, Seed>> = {
  'aks-prod-weu': async (world, admin) => {
    await installArgocd(admin, '3.5.1');
    const engineering = devops(world, 'contoso-eng');
    await put(admin, [
      repositorySecret('repo-checkout-deploy', 'repository', {
        type: 'git',
        project: 'default',
        ...engineering.pat('Checkout/_git/checkout-deploy'),
      }),
      // The clone address of Azure DevOps carries the organisation as user name; Argo CD takes it for another repository.
      repositorySecret('repo-catalog-deploy', 'repository', {
        type: 'git',
        ...engineering.pat('Catalog/_git/catalog-deploy', true),
      }),
      repositorySecret('creds-contoso-eng', 'repo-creds', { type: 'git', ...engineering.pat('') }),
      repositorySecret('repo-public-charts', 'repository', {
        type: 'helm',
        name: 'public',
        url: 'https://charts.contoso.example/stable',
      }),
      application('checkout', engineering.source('Checkout/_git/checkout-deploy', 'overlays/production'), 'checkout'),
      application('catalog', engineering.source('Catalog/_git/catalog-deploy', 'overlays/production', true), 'catalog'),
      application(
        'fulfilment',
        engineering.source('Fulfilment/_git/fulfilment-deploy', 'overlays/production'),
        'fulfilment',
      ),
    ]);
    return ['argocd'];
  },
  'aks-prod-neu': async (world, admin) => {
    await installArgocdWithHelm(admin, '3.5.1', 'argo-cd');
    const engineering = devops(world, 'contoso-eng');
    await put(admin, [
      repositorySecret('repo-catalog-search', 'repository', {
        type: 'git',
        ...engineering.pat('Catalog/_git/catalog-search-deploy'),
      }),
      application(
        'catalog-search',
        engineering.source('Catalog/_git/catalog-search-deploy', 'overlays/production'),
        'catalog',
      ),
    ]);
    return ['argocd'];
  },
  'aks-stage-weu': async (world, admin) => {
    await installArgocd(admin, '3.5.1');
    const engineering = devops(world, 'contoso-eng');
    await put(admin, [
      repositorySecret('repo-checkout-deploy', 'repository', {
        type: 'git',
        ...engineering.pat('Checkout/_git/checkout-deploy'),
      }),
      application(
        'checkout-staging',
        engineering.source('Checkout/_git/checkout-deploy', 'overlays/staging'),
        'checkout',
      ),
    ]);
    return ['argocd'];
  },
  'aks-tools-weu': async (world, admin) => {
    await createNamespace(admin, 'agents');
    await seedToolsFlux(world, admin);
    return ['agents', fluxNamespace, 'fulfilment'];
  },
  'aks-lab-swc': async (world, admin) => {
    await installArgocd(admin, '3.0.5');
    const platform = devops(world, 'contoso-platform');
    await put(admin, [
      repositorySecret('repo-lab-config', 'repository', { type: 'git', ...platform.pat('Platform/_git/lab-config') }),
      application('lab-config', platform.source('Platform/_git/lab-config', '.'), 'lab'),
    ]);
    await installFlux(admin, '2.0.0');
    await put(admin, [
      gitSecret('lab-config', fluxNamespace, patFor(world, 'contoso-platform')),
      gitRepository('lab-config', fluxNamespace, {
        url: platform.source('Platform/_git/lab-config', '.').repoURL,
        secret: 'lab-config',
      }),
    ]);
    return ['argocd', fluxNamespace];
  },
};

/** Flux 2.9.3 as bootstrap leaves it, a repository by hand, and an image automation in a team's namespace; everything by PAT. */
export async function seedToolsFlux(world: World, admin: ClusterAdmin): Promise<void> {
  const url = (repository: string) =>
    devops(world, organizations.engineering).source(`Fulfilment/_git/${repository}`, '.').repoURL;
  const pat = patFor(world, organizations.engineering, 'flux');
  await bootstrapFlux(admin, '2.9.3', toolsBootstrap(world));
  await createNamespace(admin, 'fulfilment');
  await put(admin, [
    gitSecret(fluxNamespace, fluxNamespace, pat),
    gitSecret('azure-devops', fluxNamespace, pat),
    gitRepository('fulfilment-deploy', fluxNamespace, { url: url('fulfilment-deploy'), secret: 'azure-devops' }),
    gitSecret('azure-devops', 'fulfilment', pat),
    gitRepository('fulfilment-env', 'fulfilment', {
      url: url('fulfilment-env'),
      secret: 'azure-devops',
      branch: 'env/staging',
    }),
    ...imageAutomation('fulfilment', 'fulfilment', {
      source: 'fulfilment-env',
      branch: 'env/staging',
      image: 'registry.contoso.example/fulfilment',
    }),
  ]);
}

/** One organisation as the clusters' manifests write its addresses. */
function devops(world: World, organization: string) {
  const base = (named: boolean) => {
    const url = new URL(`${world.url('dev.azure.com')}/${organization}`);
    if (named) url.username = organization;
    return url.href.replace(/\/$/, '');
  };
  const address = (path: string, named = false) => (path ? `${base(named)}/${path}` : base(named));
  return {
    source: (path: string, directory: string, named = false) => ({ repoURL: address(path, named), path: directory }),
    pat: (path: string, named = false) => ({
      url: address(path, named),
      username: organization,
      password: patFor(world, organization),
    }),
  };
}
async function put(admin: ClusterAdmin, objects: readonly ClusterObject[]): Promise<void> {
  for (const object of objects) await admin.put(object, 'kubectl-client-side-apply');
}

function createBackend(world: World, cluster: AzureCluster): Promise<ClusterBackend> {
  return world.kubebuilderAssets && realClusters.includes(cluster.name)
    ? createRealBackend(world, cluster, world.kubebuilderAssets)
    : createEmbeddedBackend(world, cluster);
}

/** The API servers as they were kept: an embedded one in the snapshot, a real one in its own database. */
export async function restoreKubernetes(world: World, clusters: ReadonlyMap<string, KeptCluster>): Promise<void> {
  const starting = [...clusters].map(async ([id, kept]) => {
    const cluster = world.azure.clusters.get(id);
    if (!cluster) throw new Error(`it has an API server of ${id}, and no such cluster`);
    if (kept.kind === 'real' && !world.kubebuilderAssets)
      throw new Error(`${cluster.name} ran on a real API server, and KUBEBUILDER_ASSETS names none`);
    const backend =
      kept.kind === 'real'
        ? await createRealBackend(world, cluster, world.kubebuilderAssets ?? '')
        : await createEmbeddedBackend(world, cluster, kept);
    world.kubernetes.set(id, backend);
  });
  // All of them, before one failure is told: a server that is still starting could not be ended.
  const failed = (await Promise.allSettled(starting)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  if (clusters.size > 0) world.onStop(startControllers(world));
}

/** An API server for each cluster that runs, what runs in it, and the controllers that keep it alive. */
export async function seedKubernetes(world: World): Promise<void> {
  const running = [...world.azure.clusters].filter(([, { powerState }]) => powerState === 'Running');
  // Real API servers take seconds to start: side by side.
  await Promise.all(
    running.map(async ([id, cluster]) => {
      const backend = await createBackend(world, cluster);
      world.kubernetes.set(id, backend);
      const namespaces = (await seeds[cluster.name]?.(world, backend.admin)) ?? [];
      await grantClusterAccess(backend.admin, namespaces);
    }),
  );
  world.ledger.clear();
  world.onStop(startControllers(world));
  await reconcile(world);
}
