import type { ClusterObject } from '../../core/world.ts';
import type { ResourceType } from './resources.ts';
import { StatusError } from './status.ts';
import type { ObjectStore } from './store.ts';

export interface ClusterUser {
  readonly name: string;
  readonly groups: readonly string[];
}
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}
interface Binding {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

const rbacType = (store: ObjectStore, plural: string) =>
  store.find('rbac.authorization.k8s.io', 'v1', plural) as ResourceType;

function binds({ subjects = [] }: Binding, user: ClusterUser): boolean {
  return subjects.some(({ kind, name, namespace }) => {
    if (kind === 'Group') return user.groups.includes(name);
    if (kind === 'ServiceAccount') return user.name === `system:serviceaccount:${namespace ?? ''}:${name}`;
    return user.name === name;
  });
}

/** Rules of a role; an aggregated one takes those of every ClusterRole with its labels. */
function rulesOf(store: ObjectStore, kind: string, name: string, namespace: string | undefined): PolicyRule[] {
  const type = rbacType(store, kind === 'ClusterRole' ? 'clusterroles' : 'roles');
  const role = store.get(type, kind === 'ClusterRole' ? undefined : namespace, name);
  if (!role) return [];
  const selectors =
    (role.aggregationRule as { clusterRoleSelectors?: { matchLabels?: Record<string, string> }[] } | undefined)
      ?.clusterRoleSelectors ?? [];
  const aggregated = selectors.flatMap(({ matchLabels = {} }) =>
    store
      .list(type)
      .filter((other) => Object.entries(matchLabels).every(([key, value]) => other.metadata.labels?.[key] === value))
      .flatMap((other) => (other.rules as PolicyRule[] | undefined) ?? []),
  );
  return [...((role.rules as PolicyRule[] | undefined) ?? []), ...aggregated];
}

/** Every rule that holds for a user in a namespace (or cluster-wide without one). */
export function rulesFor(store: ObjectStore, user: ClusterUser, namespace?: string): PolicyRule[] {
  const collect = (bindings: ClusterObject[]) =>
    bindings
      .filter((binding) => binds(binding as unknown as Binding, user))
      .flatMap((binding) => {
        const { roleRef } = binding as unknown as Binding;
        return rulesOf(store, roleRef.kind, roleRef.name, binding.metadata.namespace);
      });
  return [
    ...collect(store.list(rbacType(store, 'clusterrolebindings'))),
    ...(namespace ? collect(store.list(rbacType(store, 'rolebindings'), namespace)) : []),
  ];
}

const has = (list: readonly string[] | undefined, value: string) =>
  list?.includes('*') === true || list?.includes(value) === true;

export function isAllowed(store: ObjectStore, user: ClusterUser, attributes: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  const resource = attributes.subresource ? `${attributes.resource}/${attributes.subresource}` : attributes.resource;
  return rulesFor(store, user, attributes.namespace).some(
    (rule) =>
      has(rule.verbs, attributes.verb) &&
      has(rule.apiGroups, attributes.group) &&
      (has(rule.resources, resource) ||
        (attributes.subresource !== undefined && rule.resources?.includes(`*/${attributes.subresource}`) === true)) &&
      (!rule.resourceNames?.length || (attributes.name !== undefined && rule.resourceNames.includes(attributes.name))),
  );
}

export function isPathAllowed(store: ObjectStore, user: ClusterUser, verb: string, path: string): boolean {
  if (user.groups.includes('system:masters')) return true;
  return rulesFor(store, user).some(
    (rule) =>
      has(rule.verbs, verb) &&
      rule.nonResourceURLs?.some((allowed) =>
        allowed.endsWith('*') ? path.startsWith(allowed.slice(0, -1)) : allowed === path,
      ) === true,
  );
}

export function forbidden(user: ClusterUser, attributes: Attributes): StatusError {
  const { verb, group, resource, subresource, namespace, name } = attributes;
  const qualified = group ? `${resource}.${group}` : resource;
  return new StatusError(
    403,
    'Forbidden',
    `${qualified}${name ? ` "${name}"` : ''} is forbidden: User "${user.name}" cannot ${verb} resource "${subresource ? `${resource}/${subresource}` : resource}" in API group "${group}" ${namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'}`,
    { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: resource },
  );
}

export function forbiddenPath(user: ClusterUser, verb: string, path: string): StatusError {
  return new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
}
