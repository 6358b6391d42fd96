import { ManagedServiceIdentityClient, type Identity as SdkIdentity } from '@azure/arm-msi';
import { type Identity, parseArmId, type Subscription } from '../../model/azure.ts';
import type { Arm, Partial } from '../../ports.ts';
import { type ArmContext, answerProbe, connection } from './context.ts';
import { call, isGone, orUndefined } from './failure.ts';
import { collect, overSubscriptions } from './pages.ts';

export function identityClient(
  context: ArmContext,
  subscriptionId: string,
  signal: AbortSignal,
): ManagedServiceIdentityClient {
  const { credential, options } = connection(context, signal);
  return new ManagedServiceIdentityClient(credential, subscriptionId, options);
}

export function listIdentities(
  context: ArmContext,
  subscriptions: readonly Subscription[],
  signal: AbortSignal,
): Promise<Partial<Identity>> {
  return overSubscriptions(subscriptions, signal, ({ id, name }) =>
    call('list identities', { write: false, signal }, async () => {
      const client = identityClient(context, id, signal);
      const found = await collect(client.userAssignedIdentities.listBySubscription({ abortSignal: signal }), signal);
      return found.map((identity) => toIdentity(identity, name));
    }),
  );
}

export async function getIdentity(
  context: ArmContext,
  id: string,
  subscriptionName: (id: string) => Promise<string>,
  signal: AbortSignal,
): Promise<Identity | undefined> {
  const { subscriptionId, resourceGroup, name } = parseArmId(id);
  const [found, subscription] = await Promise.all([
    orUndefined(
      call('get identity', { write: false, signal }, () =>
        identityClient(context, subscriptionId, signal).userAssignedIdentities.get(resourceGroup, name, {
          abortSignal: signal,
        }),
      ),
    ),
    subscriptionName(subscriptionId),
  ]);
  return found && toIdentity(found, subscription);
}

export async function createIdentity(
  context: ArmContext,
  { subscriptionId, resourceGroup, name, location, tags }: Parameters<Arm['createIdentity']>[0],
  subscriptionName: (id: string) => Promise<string>,
  signal: AbortSignal,
): Promise<{ identity: Identity; correlationId?: string }> {
  const probe = answerProbe();
  const created = await call('create identity', { write: true, signal }, () =>
    identityClient(context, subscriptionId, signal).userAssignedIdentities.createOrUpdate(
      resourceGroup,
      name,
      { location, tags: { ...tags } },
      { abortSignal: signal, onResponse: probe.onResponse },
    ),
  );
  return {
    identity: toIdentity(created, await subscriptionName(subscriptionId)),
    correlationId: probe.correlationId,
  };
}

export async function deleteIdentity(context: ArmContext, id: string, signal: AbortSignal): Promise<void> {
  const { subscriptionId, resourceGroup, name } = parseArmId(id);
  try {
    await call('delete identity', { write: true, signal }, () =>
      identityClient(context, subscriptionId, signal).userAssignedIdentities.delete(resourceGroup, name, {
        abortSignal: signal,
      }),
    );
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function toIdentity(identity: SdkIdentity, subscriptionName: string): Identity {
  const id = identity.id ?? '';
  const { subscriptionId, resourceGroup, name } = parseArmId(id);
  return {
    id,
    name: identity.name ?? name,
    subscriptionId,
    subscriptionName,
    resourceGroup,
    location: identity.location,
    clientId: identity.clientId ?? '',
    principalId: identity.principalId ?? '',
    tenantId: identity.tenantId ?? '',
    tags: identity.tags ?? {},
  };
}
