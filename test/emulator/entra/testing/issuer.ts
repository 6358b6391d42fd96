import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { json, type Service } from '../../core/service.ts';

export const testIssuerUrl = 'https://eastus.oic.prod-aks.azure.com/tests/one/';

/** An issuer of service-account tokens that a test fully controls. */
export async function createTestIssuer() {
  const pairs = { current: await generateKeyPair('RS256'), foreign: await generateKeyPair('RS256') };
  const state = { status: 200, issuer: testIssuerUrl, discoveryFetches: 0, keyFetches: 0 };
  const service: Service = {
    name: 'issuer',
    hosts: ['eastus.oic.prod-aks.azure.com'],
    routes: [
      {
        method: 'GET',
        path: '/tests/one/.well-known/openid-configuration',
        operation: 'configuration.get',
        handle: () => {
          state.discoveryFetches += 1;
          return json(state.status, { issuer: state.issuer, jwks_uri: `${testIssuerUrl}openid/v1/jwks` });
        },
      },
      {
        method: 'GET',
        path: '/tests/one/openid/v1/jwks',
        operation: 'keys.get',
        handle: async () => {
          state.keyFetches += 1;
          const jwk = await exportJWK(pairs.current.publicKey);
          return json(200, { keys: [{ ...jwk, use: 'sig', alg: 'RS256', kid: 'current' }] });
        },
      },
    ],
    unknown: () => json(404, {}),
  };
  const sign = (claims: JWTPayload = {}, key: 'current' | 'foreign' = 'current') => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: testIssuerUrl,
      sub: 'system:serviceaccount:argocd:argocd-repo-server',
      aud: ['api://AzureADTokenExchange'],
      iat: now,
      nbf: now,
      exp: now + 3600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'current' })
      .sign(pairs[key].privateKey);
  };
  return { service, state, sign };
}
