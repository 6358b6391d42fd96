import { listRepositorySecrets } from '../changes/argocd-secrets.ts';
import { flagKey, repositoryAddresses, secretType } from '../model/argocd.ts';
import type { Consumer, SignInMethod, Source, Workload } from '../model/connection.ts';
import type { DeploymentSummary, SecretSummary } from '../model/kubernetes.ts';
import { addressForm, repositoryPath } from '../model/repository-url.ts';
import type { Kubernetes } from '../ports.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { versionNotices, versionOf } from './argocd-version.ts';
import type { FoundConsumer } from './consumer-kind.ts';
import { visible, visibleDeployments } from './visible.ts';

/** Where to look when neither all namespaces nor their list may be read. */
const usualNamespaces = ['argocd', 'argo-cd', 'gitops', 'openshift-gitops'];

export async function discoverArgocd(kubernetes: Kubernetes, signal: AbortSignal): Promise<readonly FoundConsumer[]> {
  const deployments = await visibleDeployments(kubernetes, usualNamespaces, signal);
  const repoServers = deployments.filter((deployment) => isPart(deployment, 'repo-server'));
  return Promise.all(
    repoServers.map((repoServer) =>
      describe(
        kubernetes,
        repoServer,
        deployments.find(
          (other) => other.namespace === repoServer.namespace && isPart(other, 'commit-server') && other.replicas > 0,
        ),
        signal,
      ),
    ),
  );
}

/** By what runs: the labels of manifest and chart, else the image. Names alone are free to choose. */
function isPart({ labels, containers, name }: DeploymentSummary, part: 'repo-server' | 'commit-server'): boolean {
  if (labels['app.kubernetes.io/name'] === `argocd-${part}`) return true;
  const ofArgocd =
    labels['app.kubernetes.io/part-of'] === 'argocd' ||
    containers.some(({ image }) => /(^|\/)argoproj\/argocd[:@]/.test(image));
  return ofArgocd && (labels['app.kubernetes.io/component'] === part || name.endsWith(part));
}

async function describe(
  kubernetes: Kubernetes,
  repoServer: DeploymentSummary,
  commitServer: DeploymentSummary | undefined,
  signal: AbortSignal,
): Promise<FoundConsumer> {
  const { namespace } = repoServer;
  const [secrets, applications, generators] = await Promise.all([
    visible(listRepositorySecrets(kubernetes, namespace, signal)),
    visible(kubernetes.list({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }, { namespace }, signal)),
    visible(kubernetes.list({ apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet' }, { namespace }, signal)),
  ]);
  const version = repoServer.containers.map(({ image }) => versionOf(image)).find((found) => found !== undefined);
  const fromSecrets = (secrets.value ?? []).flatMap((secret) => sourceOf(secret));
  const consumer: Consumer = {
    kind: 'argocd',
    namespace,
    ...(version ? { version } : {}),
    installedBy: installedBy(repoServer),
    workloads: [
      workload('repo-server', repoServer, 'read'),
      ...(commitServer ? [workload('commit-server', commitServer, 'contribute')] : []),
    ],
    sources: [...fromSecrets, ...sourcesOfApplications(applications.value ?? [], fromSecrets)],
  };
  const patOnly = (generators.value ?? []).filter(({ spec }) =>
    /"azureDevOps"|"azuredevops"/.test(JSON.stringify(spec ?? {})),
  );
  return {
    consumer,
    notices: [
      ...versionNotices(version),
      ...patOnly.map(({ metadata }) => ({
        problem: makeProblem('argocd/pat-only', {
          title: `ApplicationSet ${metadata.name} uses a generator that still needs a PAT`,
        }),
        blocks: false,
      })),
    ],
    notVisible: [secrets, applications, generators].flatMap(({ problem }) => (problem ? [problem] : [])),
  };
}

function workload(role: string, { name, serviceAccount }: DeploymentSummary, access: Workload['access']): Workload {
  return { role, deployment: name, serviceAccount, access };
}

function installedBy({ labels, annotations }: DeploymentSummary): string {
  const { 'app.kubernetes.io/managed-by': manager = '' } = labels;
  if (manager.toLowerCase().includes('microsoft.argocd')) return 'AKS extension';
  if (manager === 'Helm' || labels['helm.sh/chart'] || annotations['meta.helm.sh/release-name']) return 'Helm';
  return 'manifest';
}

function sourceOf(secret: SecretSummary): readonly Source[] {
  const { url = '' } = secret.values;
  const type = secret.labels[secretType];
  if (!type || repositoryPath(url) === undefined) return [];
  return [{ type, name: secret.name, url, signIn: signInOf(secret) }];
}

/** From key names alone, in the order in which Argo CD tries them. */
export function signInOf({ keys, values }: Pick<SecretSummary, 'keys' | 'values'>): SignInMethod {
  if (keys.includes('password') || keys.includes('bearerToken')) return 'pat';
  if (keys.includes('sshPrivateKey')) return 'ssh';
  if (keys.some((key) => /^(githubApp|gcpServiceAccountKey|azureServicePrincipal)/.test(key))) return 'other';
  return values[flagKey] === 'true' ? 'workload-identity' : 'none';
}

/** Addresses that an Application uses in a form for which there is no secret. Argo CD tells `org@` and plain addresses apart. */
function sourcesOfApplications(
  applications: readonly { readonly metadata: { readonly name: string }; readonly spec?: unknown }[],
  secrets: readonly Source[],
): readonly Source[] {
  const known = new Set(secrets.filter(({ type }) => type === 'repository').map(({ url }) => addressForm(url)));
  const found: Source[] = [];
  for (const { metadata, spec } of applications) {
    for (const url of repositoryAddresses(spec)) {
      if (repositoryPath(url) === undefined || known.has(addressForm(url))) continue;
      known.add(addressForm(url));
      found.push({ type: 'application', name: metadata.name, url, signIn: 'none' });
    }
  }
  return found;
}
