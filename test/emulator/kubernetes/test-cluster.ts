import { KubeConfig } from '@kubernetes/client-node';
import type { Emulator } from '../core/emulator.ts';
import type { AzureCluster, ClusterBackend, World } from '../core/world.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { createNamespace, installDefinitions } from '../world/argocd.ts';
import { seedAzure } from '../world/azure.ts';
import { grantClusterAccess } from '../world/cluster-access.ts';
import { seedDirectory, users } from '../world/directory.ts';
import { createEmbeddedBackend } from './embedded/backend.ts';
import { createRealBackend } from './real/backend.ts';

export interface TestCluster {
  readonly emulator: Emulator;
  readonly world: World;
  readonly cluster: AzureCluster;
  readonly backend: ClusterBackend;
  readonly url: string;
  /** A bearer token of Entra for the AKS server application. */
  token(person: keyof typeof users): Promise<string>;
  /** Client configuration as a kubeconfig with that person's token gives it. */
  as(person: keyof typeof users): Promise<KubeConfig>;
}
export const backends = ['embedded', ...(process.env.KUBEBUILDER_ASSETS ? ['real'] : [])] as const;

/** One cluster with a namespace `argocd`, CRDs and the access of the Contoso people, and nothing else. */
export async function startTestCluster(kind: string, name = 'aks-prod-weu'): Promise<TestCluster> {
  const emulator = await startTestEmulator({
    seed: async (world) => {
      await seedDirectory(world);
      await seedAzure(world);
      const cluster = [...world.azure.clusters.values()].find((candidate) => candidate.name === name);
      if (!cluster) throw new Error(`no cluster ${name}`);
      const assets = process.env.KUBEBUILDER_ASSETS ?? '';
      const backend = await (kind === 'real'
        ? createRealBackend(world, cluster, assets)
        : createEmbeddedBackend(world, cluster));
      world.kubernetes.set(cluster.id.toLowerCase(), backend);
      await installDefinitions(backend.admin);
      await createNamespace(backend.admin, 'argocd');
      await createNamespace(backend.admin, 'other');
      await grantClusterAccess(backend.admin, ['argocd']);
      world.ledger.clear();
    },
  });
  const { world } = emulator;
  const [[id, backend]] = [...world.kubernetes] as [[string, ClusterBackend]];
  const cluster = world.azure.clusters.get(id) as AzureCluster;
  const url = world.url(cluster.fqdn);
  const token = (person: keyof typeof users) => {
    const { oid, upn, name: displayName } = users[person];
    const tenantId = world.directory.tenants[0]?.id ?? '';
    return world.tokens.issue({ kind: 'user', tenantId, oid, name: upn, displayName }, 'aks', 3600);
  };
  return {
    emulator,
    world,
    cluster,
    backend,
    url,
    token,
    as: async (person) => {
      const config = new KubeConfig();
      config.loadFromOptions({
        clusters: [{ name, server: url, caData: Buffer.from(emulator.caPem).toString('base64') }],
        users: [{ name: person, token: await token(person) }],
        contexts: [{ name, cluster: name, user: person }],
        currentContext: name,
      });
      return config;
    },
  };
}
