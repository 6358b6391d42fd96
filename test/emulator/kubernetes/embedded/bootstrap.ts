import type { ClusterObject } from '../../core/world.ts';
import type { PolicyRule } from './rbac.ts';

const api = 'rbac.authorization.k8s.io/v1';
const bootstrapping = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const role = (name: string, rules: readonly PolicyRule[], more: Partial<ClusterObject> = {}): ClusterObject => ({
  apiVersion: api,
  kind: 'ClusterRole',
  metadata: { name, labels: bootstrapping },
  rules,
  ...more,
});
const bindGroup = (name: string, group: string): ClusterObject => ({
  apiVersion: api,
  kind: 'ClusterRoleBinding',
  metadata: { name, labels: bootstrapping },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
});
const namespace = (name: string): ClusterObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const discovery = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];
/** What `view` reads in core: everything but Secrets and RBAC. */
const viewable = [
  'configmaps',
  'endpoints',
  'events',
  'namespaces',
  'persistentvolumeclaims',
  'pods',
  'pods/status',
  'serviceaccounts',
  'services',
  'services/status',
];
const workloads = [
  'daemonsets',
  'deployments',
  'deployments/scale',
  'deployments/status',
  'replicasets',
  'replicasets/status',
  'statefulsets',
  'statefulsets/status',
];

/** The part of the API server's own roles that somebody here can be bound to. Source: default ClusterRoles of Kubernetes. */
export const bootstrapObjects: readonly ClusterObject[] = [
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map(namespace),
  role('cluster-admin', [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ]),
  bindGroup('cluster-admin', 'system:masters'),
  role('system:discovery', [{ verbs: ['get'], nonResourceURLs: discovery }]),
  bindGroup('system:discovery', 'system:authenticated'),
  role('system:basic-user', [
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
  ]),
  bindGroup('system:basic-user', 'system:authenticated'),
  role('system:service-account-issuer-discovery', [
    { verbs: ['get'], nonResourceURLs: ['/.well-known/openid-configuration', '/openid/v1/jwks', '/openid/v1/jwks/'] },
  ]),
  bindGroup('system:service-account-issuer-discovery', 'system:serviceaccounts'),
  role('view', [], { aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregated('view') }] } }),
  role('edit', [], {
    aggregationRule: {
      clusterRoleSelectors: [{ matchLabels: aggregated('edit') }, { matchLabels: aggregated('view') }],
    },
  }),
  role('admin', [], {
    aggregationRule: {
      clusterRoleSelectors: [
        { matchLabels: aggregated('admin') },
        { matchLabels: aggregated('edit') },
        { matchLabels: aggregated('view') },
      ],
    },
  }),
  {
    ...role('system:aggregate-to-view', [
      { verbs: read, apiGroups: [''], resources: viewable },
      { verbs: read, apiGroups: ['apps'], resources: workloads },
      { verbs: read, apiGroups: ['batch'], resources: ['cronjobs', 'jobs'] },
      { verbs: read, apiGroups: ['networking.k8s.io'], resources: ['networkpolicies', 'ingresses'] },
    ]),
    metadata: { name: 'system:aggregate-to-view', labels: { ...bootstrapping, ...aggregated('view') } },
  },
  {
    ...role('system:aggregate-to-edit', [
      {
        verbs: [...read, ...write],
        apiGroups: [''],
        resources: ['configmaps', 'pods', 'secrets', 'serviceaccounts', 'services'],
      },
      { verbs: ['create'], apiGroups: [''], resources: ['serviceaccounts/token'] },
      { verbs: write, apiGroups: ['apps'], resources: workloads },
      { verbs: write, apiGroups: ['batch'], resources: ['cronjobs', 'jobs'] },
      { verbs: write, apiGroups: ['networking.k8s.io'], resources: ['networkpolicies', 'ingresses'] },
    ]),
    metadata: { name: 'system:aggregate-to-edit', labels: { ...bootstrapping, ...aggregated('edit') } },
  },
];

function aggregated(to: string): Record<string, string> {
  return { [`rbac.authorization.k8s.io/aggregate-to-${to}`]: 'true' };
}
