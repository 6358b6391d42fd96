import { readFile } from 'node:fs/promises';
import { parse, parseAllDocuments } from 'yaml';
import type { ClusterAdmin, ClusterObject } from '../core/world.ts';

export type ArgocdVersion = '3.5.1' | '3.0.5';
const namespace = 'argocd';
const folder = new URL('manifests/', import.meta.url);
const parsed = new Map<string, Promise<readonly ClusterObject[]>>();

async function documents(file: string): Promise<readonly ClusterObject[]> {
  const text = await readFile(new URL(file, folder), 'utf8');
  return parseAllDocuments(text)
    .map((document) => document.toJS() as ClusterObject | null)
    .filter((object) => object !== null);
}
function manifests(version: ArgocdVersion): Promise<readonly ClusterObject[]> {
  const known = parsed.get(version) ?? documents(`argocd-v${version}.yaml`);
  parsed.set(version, known);
  return known;
}

/** Kinds without a namespace among the manifests. */
const clusterWide = new Set(['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'Namespace']);

/** The Applications CRD as published, and the two that nobody here looks into with an open schema. */
export async function installDefinitions(admin: ClusterAdmin): Promise<void> {
  const applications = parse(await readFile(new URL('argoproj.io_applications.yaml', folder), 'utf8')) as ClusterObject;
  const open = (kind: string, plural: string, shortNames: readonly string[]): ClusterObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.argoproj.io`, labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    spec: {
      group: 'argoproj.io',
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  });
  for (const definition of [
    applications,
    open('AppProject', 'appprojects', ['appproj', 'appprojs']),
    open('ApplicationSet', 'applicationsets', ['appset', 'appsets']),
  ])
    await admin.put(definition, 'kubectl-client-side-apply');
}

/** `kubectl apply -n argocd -f install.yaml`. */
export async function installArgocd(admin: ClusterAdmin, version: ArgocdVersion): Promise<void> {
  await installDefinitions(admin);
  await createNamespace(admin, namespace);
  for (const object of await manifests(version)) await admin.put(placed(object), 'kubectl-client-side-apply');
  await admin.put(defaultProject(), 'argocd-server');
}

/** `helm install argo-cd argo/argo-cd -n argocd`: the chart's names carry release and chart, service accounts too. */
export async function installArgocdWithHelm(
  admin: ClusterAdmin,
  version: ArgocdVersion,
  release: string,
): Promise<void> {
  await installDefinitions(admin);
  await createNamespace(admin, namespace);
  for (const object of await manifests(version)) await admin.put(placed(asChart(object, release)), 'helm');
  await admin.put(defaultProject(), 'argocd-server');
}

function placed(object: ClusterObject): ClusterObject {
  const copy = structuredClone(object);
  if (!clusterWide.has(copy.kind)) copy.metadata.namespace = namespace;
  return copy;
}

const renamed = new Set([
  'Deployment',
  'StatefulSet',
  'ServiceAccount',
  'Service',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'NetworkPolicy',
]);

/** Source: argo-helm, charts/argo-cd: fullname `{release}-argocd`, selector of name and instance. */
function asChart(object: ClusterObject, release: string): ClusterObject {
  const copy = structuredClone(object);
  const rename = (name: string) => name.replace(/^argocd-/, `${release}-argocd-`);
  const relabel = (labels: Record<string, string> = {}) => ({ ...labels, 'app.kubernetes.io/instance': release });
  copy.metadata.labels = {
    ...relabel(copy.metadata.labels),
    'app.kubernetes.io/managed-by': 'Helm',
    'helm.sh/chart': 'argo-cd-9.4.2',
  };
  copy.metadata.annotations = {
    ...copy.metadata.annotations,
    'meta.helm.sh/release-name': release,
    'meta.helm.sh/release-namespace': namespace,
  };
  if (renamed.has(copy.kind)) copy.metadata.name = rename(copy.metadata.name);
  if (copy.kind.endsWith('Binding')) {
    const binding = copy as unknown as { roleRef: { name: string }; subjects: { name: string }[] };
    binding.roleRef.name = rename(binding.roleRef.name);
    for (const subject of binding.subjects) subject.name = rename(subject.name);
  }
  if (copy.kind === 'Deployment' || copy.kind === 'StatefulSet') {
    const spec = copy.spec as {
      selector: { matchLabels: Record<string, string> };
      serviceName?: string;
      template: { metadata: { labels: Record<string, string> }; spec: { serviceAccountName?: string } };
    };
    const component = copy.metadata.labels['app.kubernetes.io/component'];
    spec.selector.matchLabels = relabel(spec.selector.matchLabels);
    spec.template.metadata.labels = {
      ...relabel(spec.template.metadata.labels),
      ...(component ? { 'app.kubernetes.io/component': component } : {}),
      'app.kubernetes.io/part-of': 'argocd',
    };
    if (spec.serviceName) spec.serviceName = rename(spec.serviceName);
    if (spec.template.spec.serviceAccountName)
      spec.template.spec.serviceAccountName = rename(spec.template.spec.serviceAccountName);
  }
  return copy;
}

function defaultProject(): ClusterObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default', namespace },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ namespace: '*', server: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
}

/** A namespace with what its controllers put into it. */
export async function createNamespace(admin: ClusterAdmin, name: string): Promise<void> {
  if (await admin.get('v1', 'Namespace', undefined, name)) return;
  await admin.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, 'kubectl-create');
  await admin.put(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    'kube-controller-manager',
  );
}

/** A repository (or template) Secret as teams write them by hand. */
export function repositorySecret(
  name: string,
  type: 'repository' | 'repo-creds',
  values: Readonly<Record<string, string>>,
): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'argocd.argoproj.io/secret-type': type } },
    type: 'Opaque',
    stringData: values,
  };
}

export function application(
  name: string,
  source: { repoURL: string; path: string; targetRevision?: string },
  destination: string,
): ClusterObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace },
    spec: {
      project: 'default',
      source: { targetRevision: 'HEAD', ...source },
      destination: { server: 'https://kubernetes.default.svc', namespace: destination },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  };
}
