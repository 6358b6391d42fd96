import { PatchStrategy, setHeaderOptions, type V1Secret } from '@kubernetes/client-node';
import { decodeJwt } from 'jose';
import type { SecretSummary, TokenClaims } from '../../model/kubernetes.ts';
import type { AccessToken } from '../../ports.ts';
import { createAccessToken } from '../access-token.ts';
import { fieldManager } from './objects.ts';
import type { KubernetesSession } from './session.ts';
import { allPages } from './summaries.ts';

export function listSecrets(
  session: KubernetesSession,
  namespace: string,
  labelSelector: string,
  readableKeys: readonly string[],
  signal: AbortSignal,
): Promise<readonly SecretSummary[]> {
  return session.call('list secrets', { signal }, async ({ core }) => {
    const found = await allPages<V1Secret>((limit, _continue) =>
      core.listNamespacedSecret({ namespace, labelSelector, limit, _continue }),
    );
    return found.map((secret) => toSummary(secret, readableKeys));
  });
}

/** Values stop here. Exported for its test. */
export function toSummary({ metadata, data = {} }: V1Secret, readableKeys: readonly string[]): SecretSummary {
  const readable = Object.entries(data).filter(([key]) => readableKeys.includes(key));
  // A manifest that was applied by kubectl is kept whole in this annotation, values included.
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...annotations } = metadata?.annotations ?? {};
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? '',
    labels: metadata?.labels ?? {},
    annotations,
    resourceVersion: metadata?.resourceVersion ?? '',
    keys: Object.keys(data).sort((left, right) => left.localeCompare(right)),
    values: Object.fromEntries(readable.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')])),
  };
}

export async function removeSecretKeys(
  session: KubernetesSession,
  { namespace, name, resourceVersion }: { namespace: string; name: string; resourceVersion: string },
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await session.call('remove secret keys', { signal, write: true }, async ({ core }) => {
    // The resource version makes it conditional: 409 when the Secret has changed since it was read.
    const body = { metadata: { resourceVersion }, data: Object.fromEntries(keys.map((key) => [key, null])) };
    await core.patchNamespacedSecret(
      { namespace, name, body, fieldManager },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
  });
}

export function requestToken(
  session: KubernetesSession,
  { namespace, name }: { namespace: string; name: string },
  audience: string,
  expirationSeconds: number,
  signal: AbortSignal,
): Promise<{ readonly token: AccessToken; readonly claims: TokenClaims }> {
  // Issues a token and changes nothing, so it may be asked again.
  return session.call('request service-account token', { signal }, async ({ core }) => {
    const { status } = await core.createNamespacedServiceAccountToken({
      namespace,
      name,
      body: { spec: { audiences: [audience], expirationSeconds } },
    });
    if (!status?.token || !status.expirationTimestamp) throw new Error('The API server issued no token.');
    const expiresAt = new Date(status.expirationTimestamp);
    const { iss = '', sub = '', aud = [] } = decodeJwt(status.token);
    return {
      token: createAccessToken(status.token, expiresAt),
      claims: { issuer: iss, subject: sub, audience: [aud].flat().join(' '), expiresAt: expiresAt.toISOString() },
    };
  });
}
