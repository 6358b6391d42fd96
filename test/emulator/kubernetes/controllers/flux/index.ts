import type { AzureCluster, ClusterAdmin, ClusterObject, World } from '../../../core/world.ts';
import { StatusError } from '../../embedded/status.ts';
import { isDevopsUrl } from '../argocd.ts';
import type { Comparisons } from '../comparisons.ts';
import { reconcileAutomation } from './automations.ts';
import type { GitSpec } from './credentials.ts';
import { reconcileKustomization } from './kustomizations.ts';
import { reconcileSource } from './sources.ts';

const namespace = 'flux-system';

/** Flux of one cluster: each object when something that it uses changed, when asked, and now and then; nothing without its controller. */
export async function reconcileFlux(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  memory: Comparisons,
  force: boolean,
): Promise<void> {
  const sources = await list(admin, 'source.toolkit.fluxcd.io/v1', 'GitRepository');
  if (sources.length === 0) return;
  const pods = await admin.list('v1', 'Pod', namespace);
  const podOf = (name: string) => pods.find(({ metadata }) => metadata.labels?.app === name);
  const due = async (object: ClusterObject, kind: string, uses: readonly unknown[]) => {
    const { metadata, spec } = object;
    const key = `${cluster.id}/${kind}/${metadata.namespace}/${metadata.name}`;
    const asked = metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
    const fingerprint = JSON.stringify([spec, asked, ...uses]);
    const last = memory.get(key);
    // What failed is tried again soon, as by Flux' rate limiter; what is ready waits for its interval.
    const rounds = isReady(object) ? 10 : 1;
    const overdue = !last || world.clock.now() - last.at >= world.timing.reconcileMs * rounds;
    if (!force && !overdue && last.fingerprint === fingerprint) return false;
    memory.set(key, { at: world.clock.now(), fingerprint });
    return true;
  };
  const secretOf = async (object: ClusterObject) => {
    const name = (object.spec as unknown as GitSpec).secretRef?.name;
    const secret = name && (await admin.get('v1', 'Secret', object.metadata.namespace, name));
    return secret ? `${secret.metadata.uid}@${secret.metadata.resourceVersion}` : '';
  };

  const sourcePod = podOf('source-controller');
  if (sourcePod)
    for (const object of sources) {
      if (!isDevopsUrl(world, (object.spec as unknown as GitSpec).url)) continue;
      if (await due(object, 'source', [sourcePod.metadata.uid, await secretOf(object)]))
        await reconcileSource({ world, cluster, admin, pod: sourcePod }, object);
    }

  const automationPod = podOf('image-automation-controller');
  if (automationPod)
    for (const object of await list(admin, 'image.toolkit.fluxcd.io/v1', 'ImageUpdateAutomation')) {
      const policies = await list(admin, 'image.toolkit.fluxcd.io/v1', 'ImagePolicy');
      const latest = policies.map(({ status }) => (status as { latestRef?: unknown } | undefined)?.latestRef);
      const specs = sources.map(({ spec }) => spec);
      if (await due(object, 'automation', [automationPod.metadata.uid, latest, specs]))
        await reconcileAutomation({ world, cluster, admin, pod: automationPod }, object);
    }

  if (podOf('kustomize-controller'))
    for (const object of await list(admin, 'kustomize.toolkit.fluxcd.io/v1', 'Kustomization')) {
      const artifacts = await list(admin, 'source.toolkit.fluxcd.io/v1', 'GitRepository');
      const revisions = artifacts.map(({ status }) => (status as { artifact?: unknown } | undefined)?.artifact);
      if (await due(object, 'kustomization', [revisions])) await reconcileKustomization(world, admin, object);
    }
}

function isReady({ status }: ClusterObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

async function list(admin: ClusterAdmin, apiVersion: string, kind: string): Promise<readonly ClusterObject[]> {
  return admin.list(apiVersion, kind).catch((error: unknown) => {
    // A cluster without Flux, or with an older one, does not know the kind.
    if (error instanceof StatusError && error.code === 404) return [];
    throw error;
  });
}
