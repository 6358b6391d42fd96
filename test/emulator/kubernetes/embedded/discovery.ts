import { apiVersionOf, type ResourceType, reviewPlurals } from './resources.ts';
import type { ObjectStore } from './store.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function resourceList(types: readonly ResourceType[], groupVersion: string): unknown {
  return {
    kind: 'APIResourceList',
    ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources: types.flatMap((type) => [
      {
        name: type.plural,
        singularName: type.singular,
        namespaced: type.namespaced,
        kind: type.kind,
        verbs: reviewPlurals.has(type.plural) ? ['create'] : verbs,
        ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
      },
      ...type.subresources.map((subresource) => ({
        name: `${type.plural}/${subresource}`,
        singularName: '',
        namespaced: type.namespaced,
        ...(subresource === 'token'
          ? { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] }
          : { kind: type.kind, verbs: ['get', 'patch', 'update'] }),
      })),
    ]),
  };
}

function groupOf(store: ObjectStore, name: string): { name: string } | undefined {
  const versions = [
    ...new Set(
      store
        .types()
        .filter(({ group }) => group === name)
        .map(({ version }) => version),
    ),
  ];
  if (versions.length === 0) return undefined;
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, ...{ versions: entries, preferredVersion: entries[0] } };
}

/** Discovery documents by path; undefined is not one of them. */
export function discover(store: ObjectStore, path: string, server: string): unknown {
  const parts = path.split('/').filter(Boolean);
  if (parts[0] === 'api' && parts.length === 1)
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: server }],
    };
  const groups = [...new Set(store.types().map(({ group }) => group))].filter(Boolean);
  if (parts[0] === 'apis' && parts.length === 1)
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((name) => groupOf(store, name)) };
  if (parts[0] === 'apis' && parts.length === 2) {
    const group = groupOf(store, parts[1] ?? '');
    return group ? { kind: 'APIGroup', apiVersion: 'v1', ...group } : undefined;
  }
  const groupVersion = parts[0] === 'api' ? parts[1] : parts.slice(1).join('/');
  const types = store.types().filter((type) => apiVersionOf(type) === groupVersion);
  return types.length > 0 && parts.length === (parts[0] === 'api' ? 2 : 3)
    ? resourceList(types, groupVersion ?? '')
    : undefined;
}

export function versionInfo(kubernetesVersion: string): Record<string, string> {
  const [major = '1', minor = '34'] = kubernetesVersion.split('.');
  return {
    major,
    minor,
    gitVersion: `v${kubernetesVersion}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '2026-01-15T00:00:00Z',
    goVersion: 'go1.24.9',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}
