export interface Coverage {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly status: 'supported' | 'partial';
  readonly testedBy: string;
  readonly notes: string;
}

function row(route: string, operation: string, testedBy: string, notes = '', status: Coverage['status'] = 'supported') {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, operation, status, testedBy: `${testedBy}.test.ts`, notes } as const;
}
/** The six verbs of one collection. The embedded server has no deletecollection. */
function collection(path: string, noun: string, testedBy: string, notes = ''): Coverage[] {
  return [
    row(`GET ${path}`, `${noun}.list`, testedBy, `Watch too. ${notes}`.trim()),
    row(`POST ${path}`, `${noun}.create`, testedBy, notes),
    row(`GET ${path}/:name`, `${noun}.get`, testedBy, notes),
    row(`PUT ${path}/:name`, `${noun}.update`, testedBy, notes),
    row(
      `PATCH ${path}/:name`,
      `${noun}.patch`,
      testedBy,
      `Merge, JSON and server-side apply; strategic for built-in kinds. ${notes}`.trim(),
    ),
    row(
      `DELETE ${path}/:name`,
      `${noun}.delete`,
      testedBy,
      `No finalizers, no grace period. ${notes}`.trim(),
      'partial',
    ),
  ];
}
const inNamespace = '/namespaces/:namespace';
const generic = 'Any kind of the resource table and of a stored CustomResourceDefinition.';

/**
 * What of the Kubernetes API is modelled by the embedded server, and where it is tested. The real one serves everything; the same
 * tests run on both. Not there: OpenAPI, conversion, admission of schemas, logs and exec, quotas, finalizers.
 */
export const kubernetesCoverage: readonly Coverage[] = [
  row('GET /version', 'version.get', 'access'),
  row('GET /healthz', 'health.get', 'access'),
  row('GET /readyz', 'readiness.get', 'access'),
  row('GET /openid/v1/jwks', 'keys.get', 'access', 'Service accounts only, as by default.'),
  row('GET /.well-known/openid-configuration', 'issuer.get', 'access', 'Service accounts only, as by default.'),
  row('GET /api', 'discovery.core', 'access'),
  row('GET /api/v1', 'discovery.core-resources', 'access'),
  row('GET /apis', 'discovery.groups', 'access', 'No aggregated discovery.', 'partial'),
  row('GET /apis/:group', 'discovery.group', 'access'),
  row('GET /apis/:group/:version', 'discovery.resources', 'access'),
  row('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'access-review.create', 'access'),
  row('POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews', 'rules-review.create', 'access'),
  row(
    'POST /api/v1/namespaces/:namespace/serviceaccounts/:name/token',
    'token.create',
    'access',
    'Bound to pods only.',
    'partial',
  ),
  row(
    '* /api/v1/namespaces/:namespace/:resource/:name/:subresource',
    'core.part',
    'objects',
    'Status only.',
    'partial',
  ),
  row(
    '* /apis/:group/:version/namespaces/:namespace/:resource/:name/:subresource',
    'object.part',
    'objects',
    'Status only.',
    'partial',
  ),
  ...collection(`/api/v1${inNamespace}/serviceaccounts`, 'serviceaccount', 'access'),
  ...collection(`/api/v1${inNamespace}/secrets`, 'secret', 'objects'),
  ...collection(`/api/v1${inNamespace}/configmaps`, 'configmap', 'objects'),
  ...collection(`/api/v1${inNamespace}/pods`, 'pod', 'objects'),
  ...collection(`/apis/apps/v1${inNamespace}/deployments`, 'deployment', 'objects'),
  ...collection(`/apis/argoproj.io/v1alpha1${inNamespace}/applications`, 'application', 'objects'),
  ...collection(`/api/v1${inNamespace}/:resource`, 'core', 'objects', generic),
  ...collection(`/apis/:group/:version${inNamespace}/:resource`, 'object', 'objects', generic),
  ...collection('/api/v1/namespaces', 'namespace', 'access'),
  ...collection('/api/v1/:resource', 'core-cluster', 'access', generic),
  ...collection('/apis/:group/:version/:resource', 'object-cluster', 'objects', generic),
];

export const issuerCoverage: readonly Coverage[] = [
  row(
    'GET /:tenant/:guid/.well-known/openid-configuration',
    'configuration.get',
    'access',
    '404 while the issuer is off.',
  ),
  row('GET /:tenant/:guid/openid/v1/jwks', 'keys.get', 'access', '404 while the issuer is off.'),
];
