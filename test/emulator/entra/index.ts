import { json, type Service } from '../core/service.ts';
import { entraHosts } from '../core/world-state.ts';
import { authorize, consent, signIn } from './authorize.ts';
import { instances, keys, openidConfiguration } from './discovery.ts';
import { logout } from './logout.ts';
import { token } from './token-endpoint.ts';

/** Microsoft Entra ID. Operations that start with `page.` are what a browser opens. */
export function createEntraService(): Service {
  return {
    name: 'entra',
    hosts: entraHosts,
    routes: [
      { method: 'GET', path: '/common/discovery/instance', operation: 'instances.get', handle: instances },
      {
        method: 'GET',
        path: '/:tenant/v2.0/.well-known/openid-configuration',
        operation: 'configuration.get',
        handle: openidConfiguration,
      },
      { method: 'GET', path: '/:tenant/discovery/v2.0/keys', operation: 'keys.get', handle: keys },
      { method: 'POST', path: '/:tenant/oauth2/v2.0/token', operation: 'token.request', handle: token },
      { method: 'GET', path: '/:tenant/oauth2/v2.0/authorize', operation: 'page.authorize', handle: authorize },
      { method: 'POST', path: '/:tenant/login', operation: 'page.login', handle: signIn },
      { method: 'POST', path: '/:tenant/Consent/Set', operation: 'page.consent', handle: consent },
      { method: 'GET', path: '/:tenant/oauth2/v2.0/logout', operation: 'page.logout', handle: logout },
    ],
    unknown: (request) =>
      json(501, { error: 'not_implemented', error_description: `Not modelled: ${request.method} ${request.path}` }),
  };
}
