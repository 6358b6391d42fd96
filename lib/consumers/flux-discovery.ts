import type { Consumer, Workload } from '../model/connection.ts';
import { fluxKind, fluxRoles, kustomizationOf } from '../model/flux.ts';
import type { DeploymentSummary } from '../model/kubernetes.ts';
import type { Kubernetes } from '../ports.ts';
import { makeProblem } from '../problems/make-problem.ts';
import type { FoundConsumer } from './consumer-kind.ts';
import { readFluxSources } from './flux-sources.ts';
import { controllerVersion, fluxVersion, reportsByIdentity, versionNotices } from './flux-version.ts';
import { visibleDeployments } from './visible.ts';

/** Where to look when neither all namespaces nor their list may be read. */
const usualNamespaces = ['flux-system', 'flux'];

/** One Flux for each namespace in which a source-controller runs. */
export async function discoverFlux(kubernetes: Kubernetes, signal: AbortSignal): Promise<readonly FoundConsumer[]> {
  const deployments = await visibleDeployments(kubernetes, usualNamespaces, signal);
  const namespaces = new Set(
    deployments.filter((each) => isController(each, fluxRoles.source)).map(({ namespace }) => namespace),
  );
  return Promise.all(
    [...namespaces].map((namespace) =>
      describe(
        kubernetes,
        namespace,
        deployments.filter((each) => each.namespace === namespace),
        signal,
      ),
    ),
  );
}

/** By what runs: the labels of every distribution of Flux, else the image. Names alone are free to choose. */
function isController({ labels, containers }: DeploymentSummary, controller: string): boolean {
  if (labels['app.kubernetes.io/part-of'] === 'flux' && labels['app.kubernetes.io/component'] === controller)
    return true;
  return containers.some(
    ({ image }) =>
      image
        .split('/')
        .at(-1)
        ?.replace(/[:@].*$/, '') === controller,
  );
}

async function describe(
  kubernetes: Kubernetes,
  namespace: string,
  deployments: readonly DeploymentSummary[],
  signal: AbortSignal,
): Promise<FoundConsumer> {
  const found = await readFluxSources(kubernetes, namespace, signal);
  const running = (role: string) =>
    deployments.filter((deployment) => isController(deployment, role) && deployment.replicas > 0);
  const sourceControllers = deployments.filter((deployment) => isController(deployment, fluxRoles.source));
  const [first] = sourceControllers;
  const needed = (type: string) => found.sources.some((source) => source.type === type);
  const automation = needed('ImageUpdateAutomation') ? running(fluxRoles.automation) : [];
  const notification = needed('Provider') ? running(fluxRoles.notification) : [];
  const versionOf = ([deployment]: readonly DeploymentSummary[]) => deployment && controllerVersion(deployment);
  const version = first && fluxVersion(first);
  const keptBy = first && kustomizationOf(first.labels);
  const installedBy = first ? installation(first, deployments) : 'manifest';
  const consumer: Consumer = {
    kind: fluxKind,
    namespace,
    ...(version ? { version } : {}),
    installedBy,
    ...(keptBy ? { keptBy } : {}),
    workloads: [
      ...sourceControllers.map((each) => workload(fluxRoles.source, each, 'read')),
      ...automation.map((each) => workload(fluxRoles.automation, each, 'contribute')),
      ...notification
        .filter((each) => reportsByIdentity(controllerVersion(each)))
        .map((each) => workload(fluxRoles.notification, each, 'contribute')),
    ],
    sources: [...found.sources],
  };
  return {
    consumer,
    notices: [
      ...versionNotices({
        source: versionOf(sourceControllers),
        ...(automation.length > 0 ? { automation: { version: versionOf(automation) } } : {}),
        ...(notification.length > 0 ? { notification: { version: versionOf(notification) } } : {}),
      }),
      ...keepers(installedBy, keptBy, found.keptBy),
      ...found.objectLevel.map((name) => ({
        problem: makeProblem('flux/object-level', {
          title: `GitRepository ${name} signs in as a service account of its own`,
        }),
        blocks: false,
      })),
    ],
    notVisible: found.notVisible,
  };
}

function workload(role: string, { name, serviceAccount }: DeploymentSummary, access: Workload['access']): Workload {
  return { role, deployment: name, serviceAccount, access };
}

const extension = 'AKS extension';
const operator = 'Flux Operator';

function installation(
  { labels, annotations, containers }: DeploymentSummary,
  deployments: readonly DeploymentSummary[],
): string {
  const manager = labels['app.kubernetes.io/managed-by']?.toLowerCase();
  // The agent runs nowhere but beside the extension's Flux.
  const agent = deployments.some(({ name }) => name === 'fluxconfig-agent');
  const ofMicrosoft = containers.some(({ image }) => image.startsWith('mcr.microsoft.com/'));
  if (agent || ofMicrosoft || manager?.includes('microsoft.flux')) return extension;
  if (manager === 'flux-operator' || labels['fluxcd.controlplane.io/name']) return operator;
  if (kustomizationOf(labels)) return 'bootstrap';
  if (manager === 'helm' || annotations['meta.helm.sh/release-name']) return 'Helm';
  return 'manifest';
}

/** What is written here would be written again by somebody else: said before anything is planned. */
function keepers(
  installedBy: string,
  keptBy: string | undefined,
  sourcesKeptBy: readonly string[],
): FoundConsumer['notices'] {
  if (installedBy === extension) return [{ problem: makeProblem('flux/kept-by-extension'), blocks: false }];
  if (installedBy === operator) return [{ problem: makeProblem('flux/kept-by-operator'), blocks: false }];
  const all = [...new Set([...(keptBy ? [keptBy] : []), ...sourcesKeptBy])];
  if (all.length === 0) return [];
  const evidence = all.map((each) => ({ label: 'Applied from Git by', seen: each, seenIn: 'in labels' }));
  return [{ problem: makeProblem('flux/kept-by-git', { evidence }), blocks: false }];
}
