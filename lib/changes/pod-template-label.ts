import type { DeploymentSummary, PodSummary } from '../model/kubernetes.ts';
import { workloadIdentity } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import { blocked, type ChangeContext, defineChange, type Progress } from './change.ts';
import { kustomizeMerge } from './kustomize-patch.ts';
import { shellQuote } from './quote.ts';

interface WorkloadTarget {
  readonly namespace: string;
  readonly deployment: string;
}
interface WorkloadObservation {
  readonly deployment?: DeploymentSummary;
  readonly pods: readonly PodSummary[];
}

const restartAnnotation = 'patless/restarted-at';
const rolloutBudgetMs = 300_000;
const rolloutPauseMs = 3_000;

/** The token's path differs between versions of the webhook, so only the variable's presence counts. */
export function injectedFor(pod: PodSummary, clientId: string): boolean {
  const { AZURE_CLIENT_ID: seen = '', AZURE_FEDERATED_TOKEN_FILE: tokenFile = '' } = pod.environment;
  return seen.toLowerCase() === clientId.toLowerCase() && tokenFile !== '';
}

export function labelSelector(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

export const podTemplateLabel = defineChange<WorkloadTarget, WorkloadObservation>({
  id: 'pod-template-label',
  layer: 'kubernetes',
  // The webhook injects at creation: a restart before the annotation, the switch or the credential would have to be repeated.
  needs: ['cluster-workload-identity', 'federated-credential', 'service-account-annotation'],
  targets: (design) =>
    design.consumers.flatMap(({ namespace, workloads }) =>
      workloads.map(({ deployment }) => ({ namespace, deployment })),
    ),
  key: ({ namespace, deployment }) => `${namespace}/${deployment}`,
  title: ({ deployment }) => `Pods of ${deployment} opt in`,
  observe: observeWorkload,
  diff({ deployment, pods }, target, _design, facts) {
    if (!deployment)
      return blocked(
        makeProblem('kubernetes/missing', {
          title: `Deployment ${target.namespace}/${target.deployment} does not exist`,
        }),
      );
    const labelled = deployment.templateLabels[workloadIdentity.label] === 'true';
    const clientId = facts.identity?.clientId;
    const injected = clientId !== undefined && pods.every((pod) => injectedFor(pod, clientId));
    if (labelled && injected) return { state: 'right', how: `${pods.length} running with the identity injected` };
    const fields: FieldChange[] = [];
    const old = deployment.templateLabels[workloadIdentity.label];
    if (!labelled) fields.push({ field: workloadIdentity.label, ...(old === undefined ? {} : { old }), new: 'true' });
    else fields.push({ field: 'running pods', old: 'created before label or annotation', new: 'created anew' });
    return { state: 'update', fields, note: `Restarts ${target.deployment}, one pod at a time.` };
  },
  async apply({ ports, design, signal }, { namespace, deployment }) {
    const kubernetes = await ports.kubernetes(design.cluster);
    await kubernetes.apply(
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: deployment, namespace },
        spec: {
          template: {
            metadata: {
              labels: { [workloadIdentity.label]: 'true' },
              annotations: { [restartAnnotation]: ports.clock.now().toISOString() },
            },
          },
        },
      },
      signal,
    );
    return { detail: 'Rolling out' };
  },
  readBack: { budgetMs: rolloutBudgetMs, reason: 'Pods restart', usually: 'less than a minute' },
  settle: waitForRollout,
  undo: {
    async run({ ports, design, signal }, { namespace, deployment }) {
      const kubernetes = await ports.kubernetes(design.cluster);
      await kubernetes.apply(
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: deployment, namespace } },
        signal,
      );
    },
  },
  rights: ({ namespace, deployment }) => [
    { kind: 'kubernetes', right: 'patch deployments.apps', scope: namespace, name: deployment },
  ],
  render({ namespace, deployment }, design) {
    const patch = JSON.stringify({
      spec: { template: { metadata: { labels: { [workloadIdentity.label]: 'true' } } } },
    });
    const place = `${shellQuote(deployment)} --namespace ${shellQuote(namespace)}`;
    const template = { metadata: { labels: { [workloadIdentity.label]: 'true' } } };
    return {
      ...kustomizeMerge(
        design,
        { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment },
        { spec: { template } },
      ),
      kubectl: `kubectl patch deployment ${place} \\\n  --type merge --patch ${shellQuote(patch)}\nkubectl rollout restart deployment ${place}`,
    };
  },
});

async function observeWorkload(
  { ports, design, signal }: ChangeContext,
  target: WorkloadTarget,
): Promise<WorkloadObservation> {
  const kubernetes = await ports.kubernetes(design.cluster);
  const deployments = await kubernetes.listDeployments({ namespace: target.namespace }, signal);
  const deployment = deployments.find(({ name }) => name === target.deployment);
  if (!deployment) return { pods: [] };
  const pods = await kubernetes.listPods(target.namespace, labelSelector(deployment.selector), signal);
  return { deployment, pods: pods.filter(({ phase }) => phase === 'Running' || phase === 'Pending') };
}

/** The secret is switched only when every pod that serves has the identity: in between, half of the requests would fail. */
async function waitForRollout(
  context: ChangeContext,
  target: WorkloadTarget,
  progress: Progress,
): Promise<string | undefined> {
  const { ports, facts, signal } = context;
  const clientId = facts.identity?.clientId;
  const deadline = ports.clock.now().getTime() + rolloutBudgetMs;
  for (;;) {
    const { deployment, pods } = await observeWorkload(context, target);
    const ready = pods.filter((pod) => pod.ready && clientId !== undefined && injectedFor(pod, clientId));
    if (deployment && ready.length >= deployment.replicas && ready.length === pods.length)
      return `${ready.length} of ${deployment.replicas} ready with the identity injected`;
    if (ports.clock.now().getTime() >= deadline)
      throw new ProblemError(
        makeProblem('injection/environment-missing', {
          title: `${target.deployment} is not ready with its identity after ${rolloutBudgetMs / 60_000} minutes`,
          evidence: [
            {
              label: 'Ready pods',
              expected: String(deployment?.replicas ?? 1),
              seen: String(ready.length),
              seenIn: 'in cluster',
            },
          ],
          retryable: true,
          fix: undefined,
        }),
      );
    progress.wait({
      reason: 'Pods restart',
      detail: `${ready.length} of ${deployment?.replicas ?? 1} ready with the identity injected`,
      usually: 'less than a minute',
      untilAt: new Date(ports.clock.now().getTime() + rolloutPauseMs),
    });
    await ports.clock.sleep(rolloutPauseMs, signal);
  }
}
