import type { Cluster } from '../model/azure.ts';
import { parseArmId } from '../model/azure.ts';
import type { ClusterChoice } from '../model/connection.ts';
import type { Commands, RightNeeded, Verdict } from '../model/plan.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { blocked, type ChangeContext, type Progress, readOnce } from './change.ts';
import { commandLine } from './quote.ts';

/** The two switches are two lines of a plan and one request: AKS has no patch for either, and each update takes minutes. */
export function observeCluster(context: ChangeContext): Promise<Cluster | undefined> {
  const { ports, design, signal } = context;
  return readOnce(context, 'cluster', () => ports.arm.getCluster(design.cluster.id, signal));
}

export function clusterBlocked(observed: Cluster | undefined, name: string): Verdict | undefined {
  if (!observed) return blocked(makeProblem('cluster/missing', { title: `Cluster ${name} does not exist any more` }));
  if (observed.powerState === 'Stopped')
    return blocked(makeProblem('cluster/stopped', { title: `${name} is stopped` }));
  return undefined;
}

/** Asks for both switches, so that whichever change comes first makes one update of it. Federation is what a connection needs whole. */
export async function enableBoth(
  context: ChangeContext,
  progress: Progress,
): Promise<{ correlationId?: string; detail?: string }> {
  progress.wait({
    reason: 'AKS updates the cluster',
    usually: 'two to five minutes',
    detail: 'The API server restarts meanwhile.',
  });
  const { correlationId } = await context.ports.arm.enableFederation(
    context.design.cluster.id,
    { oidcIssuer: true, workloadIdentity: true },
    (text) => progress.attempt(text),
    context.signal,
  );
  return { ...(correlationId ? { correlationId } : {}), detail: 'Both switches in one request' };
}

export function clusterRights(cluster: ClusterChoice): readonly RightNeeded[] {
  return [
    {
      kind: 'azure',
      right: 'Microsoft.ContainerService/managedClusters/write',
      scope: cluster.id,
      role: 'Azure Kubernetes Service Contributor Role',
    },
  ];
}

export function clusterCommands(cluster: ClusterChoice, flag: string, terraform: string, bicep: string): Commands {
  const { subscriptionId, resourceGroup, name } = parseArmId(cluster.id);
  return {
    az: commandLine('az aks update', [
      ['--subscription', subscriptionId],
      ['--resource-group', resourceGroup],
      ['--name', name],
      [flag],
    ]),
    terraform: `# in resource "azurerm_kubernetes_cluster"\n${terraform}`,
    bicep: `// in resource Microsoft.ContainerService/managedClusters\n${bicep}`,
  };
}
