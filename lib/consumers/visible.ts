import type { DeploymentSummary } from '../model/kubernetes.ts';
import type { Problem } from '../model/problem.ts';
import type { Kubernetes } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { UpstreamError } from '../problems/upstream-error.ts';

/** Every Deployment that may be listed; `usual` are the namespaces to try when not even their list may be read. */
export async function visibleDeployments(
  kubernetes: Kubernetes,
  usual: readonly string[],
  signal: AbortSignal,
): Promise<readonly DeploymentSummary[]> {
  const everywhere = await visible(kubernetes.listDeployments({}, signal));
  if (everywhere.value) return everywhere.value;
  const namespaces = await visible(kubernetes.list({ apiVersion: 'v1', kind: 'Namespace' }, {}, signal));
  const names = namespaces.value?.map(({ metadata }) => metadata.name) ?? usual;
  const found = await Promise.all(names.map((namespace) => visible(kubernetes.listDeployments({ namespace }, signal))));
  // Not one namespace may be read: that is an answer of its own, and not an empty cluster.
  if (found.every(({ problem }) => problem)) throw everywhere.error;
  return found.flatMap(({ value }) => value ?? []);
}

export interface Visible<Value> {
  readonly value?: Value;
  readonly problem?: Problem;
  readonly error?: unknown;
}

/** What may not be read is named; a cluster without the consumer's kinds has none of them. Everything else is thrown on. */
export async function visible<Value>(read: Promise<Value>): Promise<Visible<Value>> {
  try {
    return { value: await read };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    if (error.kind === 'absent') return {};
    if (error.kind !== 'refused') throw error;
    return { problem: diagnose(error), error };
  }
}
