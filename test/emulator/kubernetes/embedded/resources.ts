import type { ClusterObject } from '../../core/world.ts';

/** One kind of object as the API server serves it. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly subresources: readonly string[];
  /** OpenAPI schema of a custom resource; it decides which lists merge by key. */
  readonly schema?: Schema;
}
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'granular' | 'atomic';
}

function builtIn(
  apiVersion: string,
  kind: string,
  plural: string,
  options: { cluster?: boolean; status?: boolean; short?: readonly string[]; more?: readonly string[] } = {},
): ResourceType {
  const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
  return {
    group,
    version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: !options.cluster,
    shortNames: options.short ?? [],
    subresources: [...(options.status ? ['status'] : []), ...(options.more ?? [])],
  };
}

const rbac = 'rbac.authorization.k8s.io/v1';
export const builtInTypes: readonly ResourceType[] = [
  builtIn('v1', 'Namespace', 'namespaces', { cluster: true, status: true, short: ['ns'] }),
  builtIn('v1', 'ServiceAccount', 'serviceaccounts', { short: ['sa'], more: ['token'] }),
  builtIn('v1', 'Secret', 'secrets'),
  builtIn('v1', 'ConfigMap', 'configmaps', { short: ['cm'] }),
  builtIn('v1', 'Pod', 'pods', { status: true, short: ['po'] }),
  builtIn('v1', 'Service', 'services', { status: true, short: ['svc'] }),
  builtIn('v1', 'Event', 'events', { short: ['ev'] }),
  builtIn('v1', 'ResourceQuota', 'resourcequotas', { status: true, short: ['quota'] }),
  builtIn('v1', 'Node', 'nodes', { cluster: true, status: true, short: ['no'] }),
  builtIn('apps/v1', 'Deployment', 'deployments', { status: true, short: ['deploy'] }),
  builtIn('apps/v1', 'StatefulSet', 'statefulsets', { status: true, short: ['sts'] }),
  builtIn('apps/v1', 'ReplicaSet', 'replicasets', { status: true, short: ['rs'] }),
  builtIn('batch/v1', 'Job', 'jobs', { status: true }),
  builtIn('batch/v1', 'CronJob', 'cronjobs', { status: true, short: ['cj'] }),
  builtIn('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', { short: ['netpol'] }),
  builtIn(rbac, 'ClusterRole', 'clusterroles', { cluster: true }),
  builtIn(rbac, 'ClusterRoleBinding', 'clusterrolebindings', { cluster: true }),
  builtIn(rbac, 'Role', 'roles'),
  builtIn(rbac, 'RoleBinding', 'rolebindings'),
  builtIn('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
    cluster: true,
    status: true,
    short: ['crd', 'crds'],
  }),
  builtIn('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', { cluster: true }),
  builtIn('authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews', { cluster: true }),
];

/** Kinds that answer a question and are never stored. */
export const reviewPlurals: ReadonlySet<string> = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews']);

export function apiVersionOf(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group ? `${type.group}/${type.version}` : type.version;
}

/** The types that a CustomResourceDefinition adds, one for each served version. */
export function customTypes(definition: ClusterObject): ResourceType[] {
  const spec = definition.spec as {
    group: string;
    scope: string;
    names: { plural: string; singular?: string; kind: string; shortNames?: string[] };
    versions: {
      name: string;
      served: boolean;
      subresources?: Record<string, unknown>;
      schema?: { openAPIV3Schema?: Schema };
    }[];
  };
  return spec.versions
    .filter(({ served }) => served)
    .map((version) => ({
      group: spec.group,
      version: version.name,
      plural: spec.names.plural,
      singular: spec.names.singular ?? spec.names.kind.toLowerCase(),
      kind: spec.names.kind,
      namespaced: spec.scope === 'Namespaced',
      shortNames: spec.names.shortNames ?? [],
      subresources: Object.keys(version.subresources ?? {}),
      schema: version.schema?.openAPIV3Schema ?? {},
    }));
}
