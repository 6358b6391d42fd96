/** What a path asks for. Source: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go */
export type RequestInfo =
  | { readonly resourceful: false; readonly path: string }
  | {
      readonly resourceful: true;
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly namespace?: string;
      readonly name?: string;
    };

export function parsePath(path: string): RequestInfo {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const core = parts[0] === 'api';
  const prefix = core ? 2 : 3;
  if ((!core && parts[0] !== 'apis') || parts.length <= prefix) return { resourceful: false, path };
  const group = core ? '' : (parts[1] ?? '');
  const version = parts[prefix - 1] ?? '';
  const rest = parts.slice(prefix);
  if (rest[0] === 'namespaces' && rest.length > 2) {
    const [, namespace, resource = '', name, subresource] = rest;
    // `/namespaces/x/status` and `/finalize` are subresources of the namespace itself.
    if (resource === 'status' || resource === 'finalize')
      return {
        resourceful: true,
        group,
        version,
        resource: 'namespaces',
        name: namespace,
        namespace,
        subresource: resource,
      };
    return { resourceful: true, group, version, resource, namespace, name, subresource };
  }
  const [resource = '', name, subresource] = rest;
  return {
    resourceful: true,
    group,
    version,
    resource,
    name,
    subresource,
    ...(resource === 'namespaces' && name ? { namespace: name } : {}),
  };
}
