import type { ClusterAdmin, ClusterObject } from '../core/world.ts';

const api = 'rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';
const read = ['get', 'list', 'watch'];
const everything = [...read, 'create', 'update', 'patch', 'delete', 'deletecollection'];
const gitops = [
  'argoproj.io',
  'source.toolkit.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'helm.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
  'notification.toolkit.fluxcd.io',
];
export const people = { operator: 'operator@contoso.example', auditor: 'auditor@contoso.example' } as const;
const user = (name: string) => ({ kind: 'User', apiGroup: group, name });

/** Who may do what in a cluster: the operator manages the consumers' namespaces, the auditor reads all but Secrets. */
export async function grantClusterAccess(admin: ClusterAdmin, namespaces: readonly string[]): Promise<void> {
  const objects: ClusterObject[] = [
    {
      apiVersion: api,
      kind: 'ClusterRole',
      // Not the built-in `view`: its rules are aggregated by a controller that a bare API server does not have.
      metadata: { name: 'contoso-cluster-reader' },
      rules: [
        {
          apiGroups: [''],
          resources: ['configmaps', 'events', 'namespaces', 'pods', 'serviceaccounts', 'services'],
          verbs: read,
        },
        { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'replicasets'], verbs: read },
        { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: read },
      ],
    },
    {
      apiVersion: api,
      kind: 'ClusterRole',
      metadata: { name: 'contoso-gitops-reader' },
      rules: [
        { apiGroups: gitops, resources: ['*'], verbs: read },
        { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: read },
      ],
    },
    {
      apiVersion: api,
      kind: 'ClusterRole',
      metadata: { name: 'contoso-gitops-operator' },
      rules: [
        {
          apiGroups: [''],
          resources: ['configmaps', 'events', 'pods', 'secrets', 'serviceaccounts', 'services'],
          verbs: everything,
        },
        { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
        { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'replicasets'], verbs: everything },
        { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: everything },
        { apiGroups: gitops, resources: ['*'], verbs: everything },
      ],
    },
    ...['contoso-cluster-reader', 'contoso-gitops-reader'].map(
      (role): ClusterObject => ({
        apiVersion: api,
        kind: 'ClusterRoleBinding',
        metadata: { name: role },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
        subjects: [user(people.operator), user(people.auditor)],
      }),
    ),
    ...namespaces.map(
      (namespace): ClusterObject => ({
        apiVersion: api,
        kind: 'RoleBinding',
        metadata: { name: 'contoso-gitops-operators', namespace },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'contoso-gitops-operator' },
        subjects: [user(people.operator)],
      }),
    ),
  ];
  for (const object of objects) await admin.put(object, 'kubectl-client-side-apply');
}
