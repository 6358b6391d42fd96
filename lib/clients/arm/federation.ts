import type { ManagedCluster } from '@azure/arm-containerservice';
import { parseArmId } from '../../model/azure.ts';
import { UpstreamError } from '../../problems/upstream-error.ts';
import { renamed } from '../failure.ts';
import { clusterClient } from './clusters.ts';
import { type ArmContext, answerProbe } from './context.ts';
import { armFailure, call } from './failure.ts';

const operation = 'switch on federation';
const pollMs = 2_000;
const longestMs = 30 * 60_000;
const settled = new Set(['Succeeded', 'Failed', 'Canceled']);

/**
 * AKS has no PATCH for these switches: the whole cluster is read, changed in two places and put back, with its ETag so that nobody
 * else's change is overwritten. Another operation in progress is waited for, because AKS refuses a second one.
 */
export async function enableFederation(
  context: ArmContext,
  id: string,
  switches: { oidcIssuer: boolean; workloadIdentity: boolean },
  progress: (text: string) => void,
  signal: AbortSignal,
): Promise<{ correlationId?: string }> {
  const { subscriptionId, resourceGroup, name } = parseArmId(id);
  const clusters = clusterClient(context, subscriptionId, signal).managedClusters;
  const started = context.clock.now().getTime();
  const seconds = () => Math.round((context.clock.now().getTime() - started) / 1_000);

  let cluster: ManagedCluster;
  for (;;) {
    cluster = await call('get cluster', { write: false, signal }, () =>
      clusters.get(resourceGroup, name, { abortSignal: signal }),
    );
    const state = cluster.provisioningState ?? 'Succeeded';
    if (settled.has(state)) break;
    if (context.clock.now().getTime() - started > longestMs) throw tooLong(state);
    progress(`Another operation is in progress on the cluster (${state}); waiting for it, ${seconds()} s so far.`);
    await context.clock.sleep(pollMs, signal);
  }
  if (isOn(cluster, switches)) return {};

  const probe = answerProbe();
  const poller = clusters.createOrUpdate(resourceGroup, name, withSwitches(cluster, switches), {
    ifMatch: cluster.eTag,
    abortSignal: signal,
    updateIntervalInMs: pollMs,
    onResponse: probe.onResponse,
  });
  await call(operation, { write: true, signal }, () => poller.submitted());
  progress('AKS accepted the change and is updating the cluster. Usually about two minutes.');
  poller.onProgress(() => progress(`AKS is updating the cluster, ${seconds()} s so far. Usually about two minutes.`));
  try {
    await poller.pollUntilDone({ abortSignal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]) });
  } catch (error) {
    signal.throwIfAborted();
    if (poller.operationState?.status === 'failed') throw operationFailed(error, probe.correlationId);
    // The change was accepted; only its end was not seen.
    throw renamed(armFailure(error, operation, true), operation, { outcomeUnknown: true });
  }
  return { correlationId: probe.correlationId };
}

function isOn(cluster: ManagedCluster, switches: { oidcIssuer: boolean; workloadIdentity: boolean }): boolean {
  return (
    (!switches.oidcIssuer || cluster.oidcIssuerProfile?.enabled === true) &&
    (!switches.workloadIdentity || cluster.securityProfile?.workloadIdentity?.enabled === true)
  );
}

function withSwitches(
  cluster: ManagedCluster,
  switches: { oidcIssuer: boolean; workloadIdentity: boolean },
): ManagedCluster {
  return {
    ...cluster,
    ...(switches.oidcIssuer ? { oidcIssuerProfile: { enabled: true } } : {}),
    ...(switches.workloadIdentity
      ? { securityProfile: { ...cluster.securityProfile, workloadIdentity: { enabled: true } } }
      : {}),
  };
}

function tooLong(state: string): UpstreamError {
  return new UpstreamError({
    service: 'arm',
    operation,
    kind: 'conflict',
    code: 'OperationInProgress',
    message: `The cluster stayed in the state ${state}.`,
  });
}

/** The poller knows a failed operation by its words only: "The long-running operation has failed. {code}. {message}". */
function operationFailed(error: unknown, correlationId: string | undefined): UpstreamError {
  const text = error instanceof Error ? error.message : String(error);
  const [, code, message] = /^The long-running operation has failed\. (\w+)\.? ?(.*)$/s.exec(text) ?? [];
  return new UpstreamError({
    service: 'arm',
    operation,
    kind: code === 'AuthorizationFailed' ? 'refused' : 'invalid',
    code: code ?? 'OperationFailed',
    message: message || text,
    correlationId,
  });
}
