import { join, relative } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { keepOperations, restoreOperations } from '../arm/cluster-operations.ts';
import { keepDeletions, restoreDeletions } from '../arm/resource-groups.ts';
import { keepPats, restorePats } from '../devops/pats.ts';
import { keepMemories, restoreMemories } from '../devops/state.ts';
import { keepEntra, restoreEntra } from '../entra/state.ts';
import { keepDamages, restoreDamages } from '../scenarios/damage.ts';
import { restoreKubernetes } from '../world/kubernetes.ts';
import type { KeptCluster, World } from './world.ts';

/** Raise it when a kept world of before could not be read any more. */
const format = 1;

/** The whole world as one graph: what refers to a cluster or a group here refers to the same one after a restart. */
function keep(world: World, seed: string) {
  const clusters = new Map<string, KeptCluster>();
  for (const [id, backend] of world.kubernetes) {
    const kept = backend.keep?.();
    if (kept) clusters.set(id, kept);
  }
  return {
    format,
    seed,
    dataDir: world.dataDir,
    clockOffsetMs: world.clock.offsetMs(),
    timing: world.timing,
    ledger: world.ledger.entries(),
    tenants: world.directory.tenants,
    azure: world.azure,
    operations: keepOperations(world),
    deletions: keepDeletions(world),
    organizations: world.devops.organizations,
    memories: keepMemories(world),
    pats: keepPats(world),
    entra: keepEntra(world),
    damages: keepDamages(world),
    clusters,
  };
}
export type KeptWorld = ReturnType<typeof keep>;

export function writeWorld(world: World, seed: string): Buffer {
  return serialize(keep(world, seed));
}

/** Throws when the bytes are not a world of this format. */
export function readWorld(bytes: Buffer): KeptWorld {
  const kept = deserialize(bytes) as Partial<KeptWorld> | undefined;
  if (typeof kept !== 'object' || typeof kept.format !== 'number') throw new Error('it is no saved world');
  if (kept.format !== format) throw new Error(`its format is ${kept.format}, and this emulator reads ${format}`);
  const { tenants, azure, organizations, entra, clusters } = kept;
  if (!tenants || !azure || !organizations || !entra || !clusters) throw new Error('it is incomplete');
  return kept as KeptWorld;
}

/** Fills a new, empty world. Faults, token buckets and what Argo CD keeps in memory begin anew, as after a restart of the real thing. */
export async function restoreWorld(world: World, kept: KeptWorld): Promise<void> {
  world.clock.advance(kept.clockOffsetMs);
  Object.assign(world.timing, kept.timing);
  world.directory.tenants.push(...kept.tenants);
  const { azure } = world;
  azure.subscriptions.push(...kept.azure.subscriptions);
  azure.grants.push(...kept.azure.grants);
  fill(azure.resourceGroups, kept.azure.resourceGroups);
  fill(azure.clusters, kept.azure.clusters);
  fill(azure.identities, kept.azure.identities);
  fill(world.devops.organizations, kept.organizations);
  // The folder may have moved since.
  for (const { projects } of kept.organizations.values())
    for (const { repositories } of projects)
      for (const [index, repository] of repositories.entries())
        repositories[index] = { ...repository, path: join(world.dataDir, relative(kept.dataDir, repository.path)) };
  restoreMemories(world, kept.memories);
  restorePats(world, kept.pats);
  restoreEntra(world, kept.entra);
  restoreDeletions(world, kept.deletions);
  restoreDamages(world, kept.damages);
  await restoreKubernetes(world, kept.clusters);
  restoreOperations(world, kept.operations);
  world.ledger.restore(kept.ledger);
}

function fill<Value>(map: Map<string, Value>, kept: ReadonlyMap<string, Value>): void {
  for (const [key, value] of kept) map.set(key, value);
}
