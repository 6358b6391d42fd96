import type { FederatedIdentityCredential } from '@azure/arm-msi';
import { type FederatedCredential, parseArmId } from '../../model/azure.ts';
import { type ArmContext, answerProbe } from './context.ts';
import { call, isGone } from './failure.ts';
import { identityClient } from './identities.ts';
import { collect } from './pages.ts';

export function listCredentials(
  context: ArmContext,
  identityId: string,
  signal: AbortSignal,
): Promise<readonly FederatedCredential[]> {
  const { subscriptionId, resourceGroup, name } = parseArmId(identityId);
  return call('list federated credentials', { write: false, signal }, async () => {
    const client = identityClient(context, subscriptionId, signal);
    const pages = client.federatedIdentityCredentials.list(resourceGroup, name, { abortSignal: signal });
    return (await collect(pages, signal)).map((credential) => toCredential(credential, identityId));
  });
}

export async function putCredential(
  context: ArmContext,
  identityId: string,
  name: string,
  { issuer, subject, audience }: { issuer: string; subject: string; audience: string },
  signal: AbortSignal,
): Promise<{ credential: FederatedCredential; created: boolean; correlationId?: string }> {
  const identity = parseArmId(identityId);
  const probe = answerProbe();
  const saved = await call('put federated credential', { write: true, signal }, () =>
    identityClient(context, identity.subscriptionId, signal).federatedIdentityCredentials.createOrUpdate(
      identity.resourceGroup,
      identity.name,
      name,
      // Byte for byte: Entra compares issuer and subject exactly, trailing slash and case included.
      { issuer, subject, audiences: [audience] },
      { abortSignal: signal, onResponse: probe.onResponse },
    ),
  );
  return {
    credential: toCredential(saved, identityId),
    created: probe.status === 201,
    correlationId: probe.correlationId,
  };
}

export async function deleteCredential(
  context: ArmContext,
  identityId: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const identity = parseArmId(identityId);
  try {
    await call('delete federated credential', { write: true, signal }, () =>
      identityClient(context, identity.subscriptionId, signal).federatedIdentityCredentials.delete(
        identity.resourceGroup,
        identity.name,
        name,
        { abortSignal: signal },
      ),
    );
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function toCredential(credential: FederatedIdentityCredential, identityId: string): FederatedCredential {
  return {
    id: credential.id ?? '',
    name: credential.name ?? '',
    identityId,
    issuer: credential.issuer ?? '',
    subject: credential.subject,
    audiences: credential.audiences ?? [],
  };
}
