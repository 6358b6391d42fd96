import 'server-only';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AuthenticationResult, ConfidentialClientApplication, NodeAuthOptions } from '@azure/msal-node';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { OperatorAudience } from '../clients/operator-tokens.ts';
import type { CloudEnvironment } from '../model/cloud.ts';
import type { ClientCredential, Environment } from './env.ts';

type Settings = Pick<Environment, 'appOrigin' | 'tenantId' | 'clientId' | 'credential' | 'cloud'>;

/** The claims that the app lives by. `oid` and `tid` together name a person; names may change and are for display. */
export interface IdTokenClaims {
  readonly oid: string;
  readonly tid: string;
  readonly name: string;
  readonly upn: string;
  readonly roles: readonly string[];
}

/** An id token that is not what was asked for: wrong signature, issuer, audience, tenant, nonce or time. */
export class IdTokenError extends Error {
  override readonly name = 'IdTokenError';
  // By name, because a bundler may load this file more than once.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'IdTokenError';
  }
}

export interface AuthorizationRequest {
  readonly state: string;
  readonly nonce: string;
  readonly challenge: string;
  readonly audience?: OperatorAudience;
  readonly claims?: string;
  readonly loginHint?: string;
}

/** The app's confidential client at Entra. MSAL does the protocol; this file decides what is asked and what is believed. */
export interface EntraClient {
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  redeem(answer: {
    code: string;
    state: string;
    nonce: string;
    verifier: string;
    audience?: OperatorAudience;
  }): Promise<{ readonly claims: IdTokenClaims; readonly cache: string }>;
  /** From the cache or by refresh. `cache` is set when it changed. Throws MSAL's own errors. */
  acquire(cache: string, audience: OperatorAudience): Promise<{ token: string; expiresAt: Date; cache?: string }>;
}

/**
 * `.default` asks for what an administrator or the person consented to on that resource and nothing else. ARM's audience ends with a
 * slash, which belongs to it: hence the two slashes. Source: learn.microsoft.com/entra/identity-platform/scopes-oidc, "trailing slash and .default".
 */
export function scopesFor(cloud: CloudEnvironment, audience: OperatorAudience): string[] {
  if (audience === 'arm') return [`${cloud.arm.audience}/.default`];
  if (audience === 'aks') return [`${cloud.aks.serverAppId}/.default`];
  return [`${cloud.devops.resourceId}/.default`];
}

export function createEntraClient({ appOrigin, tenantId, clientId, credential, cloud }: Settings): EntraClient {
  const authority = `${cloud.authorityHost.replace(/\/$/, '')}/${tenantId}`;
  const redirectUri = `${appOrigin}/auth/callback`;
  const keys = createRemoteJWKSet(new URL(cloud.authorityMetadata?.jwks_uri ?? `${authority}/discovery/v2.0/keys`));
  const issuer = cloud.authorityMetadata?.issuer ?? `${authority}/v2.0`;
  const signInScopes = (audience?: OperatorAudience) => (audience ? scopesFor(cloud, audience) : []);

  /** A client for one person and one use: nothing of a session stays in memory, and none can be mixed up with another. */
  const client = async (cache?: string): Promise<ConfidentialClientApplication> => {
    const { ConfidentialClientApplication } = await import('@azure/msal-node');
    const application = new ConfidentialClientApplication({
      auth: {
        clientId,
        authority,
        knownAuthorities: [new URL(authority).host],
        ...(cloud.authorityMetadata ? { authorityMetadata: JSON.stringify(cloud.authorityMetadata) } : {}),
        // Promises to answer claims challenges, in return for tokens that a disabled account loses at once.
        clientCapabilities: ['CP1'],
        ...(await credentialOptions(credential)),
      },
    });
    if (cache) application.getTokenCache().deserialize(cache);
    return application;
  };

  const believe = async (result: AuthenticationResult, nonce: string): Promise<IdTokenClaims> => {
    let payload: JWTPayload;
    try {
      // MSAL does not check the signature of an id token that came over TLS from the token endpoint; this does.
      ({ payload } = await jwtVerify(result.idToken, keys, {
        algorithms: ['RS256'],
        issuer,
        audience: clientId,
        clockTolerance: 300,
        requiredClaims: ['exp', 'iat', 'oid', 'tid', 'nonce'],
      }));
    } catch (cause) {
      throw new IdTokenError('The id token could not be verified', { cause });
    }
    if (payload.nonce !== nonce) throw new IdTokenError('The id token answers another sign-in');
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    const [oid, tid] = [text(payload.oid).toLowerCase(), text(payload.tid).toLowerCase()];
    if (tid !== tenantId || !oid) throw new IdTokenError('The id token is of another tenant');
    const upn = text(payload.preferred_username);
    return {
      oid,
      tid,
      upn,
      name: text(payload.name) || upn || oid,
      roles: Array.isArray(payload.roles) ? payload.roles.filter((role) => typeof role === 'string') : [],
    };
  };

  return {
    async authorizationUrl({ state, nonce, challenge, audience, claims, loginHint }) {
      const application = await client();
      return application.getAuthCodeUrl({
        scopes: signInScopes(audience),
        redirectUri,
        responseMode: 'query',
        codeChallenge: challenge,
        codeChallengeMethod: 'S256',
        state,
        nonce,
        ...(claims ? { claims } : {}),
        // More consent, or a second factor, is asked of the person who is signed in; a fresh sign-in lets them choose.
        ...(loginHint ? { loginHint } : { prompt: 'select_account' }),
      });
    },
    async redeem({ code, state, nonce, verifier, audience }) {
      const application = await client();
      const result = await application.acquireTokenByCode(
        {
          scopes: signInScopes(audience),
          redirectUri,
          code,
          codeVerifier: verifier,
          state,
          nonce,
        },
        { code, state },
      );
      return { claims: await believe(result, nonce), cache: application.getTokenCache().serialize() };
    },
    async acquire(cache, audience) {
      const application = await client(cache);
      const store = application.getTokenCache();
      const [account] = await store.getAllAccounts();
      const { InteractionRequiredAuthError } = await import('@azure/msal-node');
      if (!account) throw new InteractionRequiredAuthError('no_account', '');
      const result = await application.acquireTokenSilent({ account, scopes: scopesFor(cloud, audience) });
      return {
        token: result.accessToken,
        expiresAt: result.expiresOn ?? new Date(Date.now() + 60_000),
        ...(store.hasChanged() ? { cache: store.serialize() } : {}),
      };
    },
  };
}

async function credentialOptions(credential: ClientCredential): Promise<Partial<NodeAuthOptions>> {
  switch (credential.kind) {
    case 'secret':
      return { clientSecret: credential.secret };
    case 'federated-token':
      // The kubelet renews the file; reading it each time always gives a valid one.
      return { clientAssertion: async () => (await readFile(credential.path, 'utf8')).trim() };
    case 'certificate': {
      const pem = await readFile(credential.path, 'utf8');
      const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
      if (!certificate) throw new Error('The file of ENTRA_CLIENT_CERTIFICATE_PATH holds no certificate');
      return {
        clientCertificate: {
          thumbprintSha256: createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex'),
          privateKey: createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString(),
          x5c: certificate,
        },
      };
    }
  }
}
