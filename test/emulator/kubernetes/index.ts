import { type EmulatorRequest, type EmulatorResponse, json, type Route, type Service } from '../core/service.ts';
import type { World } from '../core/world.ts';

async function forward(request: EmulatorRequest, world: World): Promise<EmulatorResponse> {
  const cluster = [...world.azure.clusters.values()].find(({ fqdn }) => fqdn.toLowerCase() === request.host);
  const backend = cluster && world.kubernetes.get(cluster.id.toLowerCase());
  // A stopped cluster has no API server and its name resolves to nothing: no answer, not a refusal.
  if (!backend || cluster.powerState === 'Stopped') {
    request.raw.request.socket.destroy();
    return 'handled';
  }
  return backend.handle(request);
}

/** Kinds that have operations of their own, so that a fault can hit one of them. */
const namespaced: readonly [path: string, noun: string][] = [
  ['/api/v1/namespaces/:namespace/serviceaccounts', 'serviceaccount'],
  ['/api/v1/namespaces/:namespace/secrets', 'secret'],
  ['/api/v1/namespaces/:namespace/configmaps', 'configmap'],
  ['/api/v1/namespaces/:namespace/pods', 'pod'],
  ['/apis/apps/v1/namespaces/:namespace/deployments', 'deployment'],
  ['/apis/argoproj.io/v1alpha1/namespaces/:namespace/applications', 'application'],
  ['/api/v1/namespaces/:namespace/:resource', 'core'],
  ['/apis/:group/:version/namespaces/:namespace/:resource', 'object'],
];
const clusterWide: readonly [path: string, noun: string][] = [
  ['/api/v1/namespaces', 'namespace'],
  ['/api/v1/:resource', 'core-cluster'],
  ['/apis/:group/:version/:resource', 'object-cluster'],
];

const verbs: readonly [method: string, verb: string, named: boolean][] = [
  ['GET', 'list', false],
  ['POST', 'create', false],
  ['GET', 'get', true],
  ['PUT', 'update', true],
  ['PATCH', 'patch', true],
  ['DELETE', 'delete', true],
];
const route = (method: string, path: string, operation: string): Route => ({
  method,
  path,
  operation,
  handle: forward,
});

const routes: readonly Route[] = [
  route('GET', '/version', 'version.get'),
  route('GET', '/healthz', 'health.get'),
  route('GET', '/readyz', 'readiness.get'),
  route('GET', '/openid/v1/jwks', 'keys.get'),
  route('GET', '/.well-known/openid-configuration', 'issuer.get'),
  route('GET', '/api', 'discovery.core'),
  route('GET', '/api/v1', 'discovery.core-resources'),
  route('GET', '/apis', 'discovery.groups'),
  route('GET', '/apis/:group', 'discovery.group'),
  route('GET', '/apis/:group/:version', 'discovery.resources'),
  route('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'access-review.create'),
  route('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', 'rules-review.create'),
  route('POST', '/api/v1/namespaces/:namespace/serviceaccounts/:name/token', 'token.create'),
  route('*', '/api/v1/namespaces/:namespace/:resource/:name/:subresource', 'core.part'),
  route('*', '/apis/:group/:version/namespaces/:namespace/:resource/:name/:subresource', 'object.part'),
  ...[...namespaced, ...clusterWide].flatMap(([path, noun]) =>
    verbs.map(([method, verb, named]) => route(method, named ? `${path}/:name` : path, `${noun}.${verb}`)),
  ),
];

/** The API servers of every simulated cluster, each under its own host name. */
export function createKubernetesService(): Service {
  return {
    name: 'kubernetes',
    hosts: ['.azmk8s.io'],
    routes,
    // The API server answers unknown paths itself: authentication and authorization come first there too.
    unknown: forward,
  };
}

async function issuerDocument(
  request: EmulatorRequest,
  world: World,
  document: (issuer: string, keys: () => Promise<unknown>) => unknown,
): Promise<EmulatorResponse> {
  const issuer = `https://${request.host}/${request.params.tenant}/${request.params.guid}/`;
  const cluster = [...world.azure.clusters.values()].find(
    ({ issuerUrl }) => issuerUrl.toLowerCase() === issuer.toLowerCase(),
  );
  const backend = cluster?.oidcIssuerEnabled ? world.kubernetes.get(cluster.id.toLowerCase()) : undefined;
  if (!cluster || !backend) return notPublished();
  return json(200, await document(cluster.issuerUrl, () => backend.jwks()));
}

/** The documents of an issuer lie in blob storage behind a front door, and are missed as such. */
function notPublished(): EmulatorResponse {
  return {
    status: 404,
    headers: { 'content-type': 'application/xml' },
    body: '<?xml version="1.0" encoding="utf-8"?><Error><Code>ResourceNotFound</Code><Message>The specified resource does not exist.</Message></Error>',
  };
}

/** The public OIDC issuers of AKS: anonymous, for private clusters too, and there while the switch is on. */
export function createIssuerService(): Service {
  return {
    name: 'issuer',
    hosts: ['.oic.prod-aks.azure.com'],
    routes: [
      {
        method: 'GET',
        path: '/:tenant/:guid/.well-known/openid-configuration',
        operation: 'configuration.get',
        handle: (request, world) =>
          issuerDocument(request, world, (issuer) => ({
            issuer,
            jwks_uri: `${issuer}openid/v1/jwks`,
            response_types_supported: ['id_token'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
          })),
      },
      {
        method: 'GET',
        path: '/:tenant/:guid/openid/v1/jwks',
        operation: 'keys.get',
        handle: (request, world) => issuerDocument(request, world, (_issuer, keys) => keys()),
      },
    ],
    unknown: notPublished,
  };
}
