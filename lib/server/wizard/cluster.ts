import 'server-only';
import { cache } from 'react';
import { type Cluster, sameArmId } from '../../model/azure.ts';
import type { Result } from '../../model/problem.ts';
import type { Partial } from '../../ports.ts';
import { attempt, pageSignal } from '../attempt.ts';
import { portsOfCaller } from '../services.ts';

/** Every AKS cluster of every visible subscription, with what could not be read. */
export const listClusters = cache(async (): Promise<Result<Partial<Cluster>>> => {
  const ports = await portsOfCaller();
  return attempt(() => ports.arm.listClusters(pageSignal()));
});

/** As ARM has it now; a problem when it is gone or may not be read. */
export const readCluster = cache(async (id: string): Promise<Result<Cluster | undefined>> => {
  const ports = await portsOfCaller();
  return attempt(() => ports.arm.getCluster(id, pageSignal()));
});

export function findCluster(clusters: readonly Cluster[], id: string): Cluster | undefined {
  return clusters.find((cluster) => sameArmId(cluster.id, id));
}
