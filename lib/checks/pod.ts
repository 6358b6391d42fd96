import { type DeploymentSummary, type PodSummary, workloadIdentity } from '../model/kubernetes.ts';
import type { Problem } from '../model/problem.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { defineCheck } from './check.ts';
import { complete, drifted } from './configured.ts';

export const pod = defineCheck<{ readonly pods: readonly PodSummary[] }>({
  id: 'pod',
  needs: {},
  timeoutMs: 15_000,
  label: ({ cluster }, { namespace }, { deployment }) => ({
    realm: 'kubernetes',
    place: `${cluster.name} / ${namespace}`,
    kind: 'Pod',
    name: deployment,
  }),
  async run({ ports, design, consumer, workload, signal, once }) {
    const kubernetes = await ports.kubernetes(design.cluster);
    const { namespace } = consumer;
    const deployments = await once(`deployments ${namespace}`, () => kubernetes.listDeployments({ namespace }, signal));
    const deployment = deployments.find(({ name }) => name === workload.deployment);
    if (!deployment)
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('kubernetes/missing', {
          title: `Deployment ${workload.deployment} does not exist in ${namespace}`,
        }),
      };
    const template = templateProblem(deployment, workload.serviceAccount);
    if (template) return { status: 'fail', configured: drifted, problem: template };
    const selector = Object.entries(deployment.selector)
      .map(([name, value]) => `${name}=${value}`)
      .join(',');
    const pods = (await kubernetes.listPods(namespace, selector, signal)).filter(({ phase }) => phase === 'Running');
    const running = pods.filter(({ ready }) => ready);
    if (running.length === 0)
      return {
        status: 'fail',
        configured: complete,
        problem: makeProblem('injection/not-running', { title: `No pod of ${workload.deployment} is ready` }),
      };
    for (const each of running) {
      const problem = podProblem(each);
      if (problem) return { status: 'fail', configured: complete, problem };
    }
    return {
      status: 'pass',
      value: { pods: running },
      configured: complete,
      detail: `${running.length} running with the identity injected`,
    };
  },
});

function templateProblem(deployment: DeploymentSummary, serviceAccount: string): Problem | undefined {
  const { label } = workloadIdentity;
  const evidence = [
    {
      label,
      expected: 'true',
      expectedFrom: 'from the webhook',
      seen: textOf(deployment.templateLabels, label),
      seenIn: 'in pod template',
    },
  ];
  if (deployment.templateLabels[label] !== 'true')
    return deployment.labels[label] === 'true'
      ? makeProblem('injection/label-misplaced', { evidence })
      : makeProblem('injection/label-missing', {
          title: `The pods of ${deployment.name} lack the workload identity label`,
          evidence,
        });
  if (deployment.serviceAccount !== serviceAccount)
    return makeProblem('injection/service-account-differs', {
      evidence: [
        {
          label: 'Service account',
          expected: serviceAccount,
          expectedFrom: 'from design',
          seen: deployment.serviceAccount,
          seenIn: 'in pod template',
        },
      ],
    });
  return undefined;
}

function podProblem({ name, labels, environment }: PodSummary): Problem | undefined {
  if (labels[workloadIdentity.label] !== 'true')
    return makeProblem('injection/pod-stale', {
      title: `Pod ${name} was created before the label was set`,
      evidence: [
        {
          label: workloadIdentity.label,
          expected: 'true',
          seen: textOf(labels, workloadIdentity.label),
          seenIn: 'in pod',
        },
      ],
    });
  const missing = workloadIdentity.environment.filter((variable) => !environment[variable]);
  if ('AZURE_CLIENT_SECRET' in environment) return makeProblem('injection/client-secret');
  // The client id comes from the service account: its absence is told there, one link further, with the cause.
  if (missing.length === 0 || (missing.length === 1 && missing[0] === 'AZURE_CLIENT_ID')) return undefined;
  return makeProblem('injection/environment-missing', {
    title: `Pod ${name} lacks ${missing.join(', ')}`,
    evidence: missing.map((variable) => ({
      label: variable,
      expected: 'injected',
      expectedFrom: 'by the webhook',
      seen: '',
      seenIn: 'in pod',
    })),
  });
}

function textOf(values: Readonly<Partial<Record<string, string>>>, name: string): string {
  return values[name] ?? '';
}
