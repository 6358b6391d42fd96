import 'server-only';
import pLimit from 'p-limit';
import { cache } from 'react';
import type { FederatedCredential, Identity } from '../../model/azure.ts';
import type { ClusterChoice, IdentityChoice } from '../../model/connection.ts';
import type { Result } from '../../model/problem.ts';
import type { Partial } from '../../ports.ts';
import { suggestIdentityName } from '../../setup/steps.ts';
import { attempt, pageSignal } from '../attempt.ts';
import { portsOfCaller } from '../services.ts';

/** AKS owns its node resource groups and the kubelet identities in them: nothing else belongs there, and an upgrade may replace it. */
const isNodeResourceGroup = (name: string) => /^MC_/i.test(name);

/** Counting asks once for each identity, and Azure allows five such reads a second; more would make the page wait. */
const counted = 20;

export interface IdentityChoices {
  readonly identities: readonly { readonly identity: Identity; readonly credentials?: number }[];
  readonly notVisible: Partial<Identity>['notVisible'];
  readonly subscriptions: readonly { readonly id: string; readonly name: string }[];
  readonly resourceGroups: Readonly<Record<string, readonly string[]>>;
  readonly locations: Readonly<Record<string, readonly string[]>>;
}

export const listIdentityChoices = cache(async (): Promise<Result<IdentityChoices>> => {
  const { arm } = await portsOfCaller();
  return attempt(async () => {
    const signal = pageSignal();
    const [subscriptions, identities] = await Promise.all([arm.listSubscriptions(signal), arm.listIdentities(signal)]);
    const own = identities.items.filter(({ resourceGroup }) => !isNodeResourceGroup(resourceGroup));
    const limit = pLimit(4);
    const places = await Promise.all(
      subscriptions.map(async ({ id }) => ({
        id,
        groups: await attempt(() => arm.listResourceGroups(id, signal)),
        locations: await attempt(() => arm.listLocations(id, signal)),
      })),
    );
    const rows = await Promise.all(
      own.map((identity, index) =>
        limit(async () => {
          if (index >= counted) return { identity };
          const credentials = await attempt(() => arm.listCredentials(identity.id, signal));
          return credentials.ok ? { identity, credentials: credentials.value.length } : { identity };
        }),
      ),
    );
    return {
      identities: rows,
      notVisible: identities.notVisible,
      subscriptions: subscriptions.map(({ id, name }) => ({ id, name })),
      resourceGroups: Object.fromEntries(
        places.map(({ id, groups }) => [
          id,
          groups.ok ? groups.value.map(({ name }) => name).filter((name) => !isNodeResourceGroup(name)) : [],
        ]),
      ),
      locations: Object.fromEntries(places.map(({ id, locations }) => [id, locations.ok ? locations.value : []])),
    };
  });
});

/** What the identity trusts now; nothing for one that is still to be created. */
export const readCredentials = cache(async (identityId: string): Promise<Result<readonly FederatedCredential[]>> => {
  const { arm } = await portsOfCaller();
  return attempt(() => arm.listCredentials(identityId, pageSignal()));
});

/** A new identity beside the cluster, in the resource group that holds identities already where there is one. */
export function suggestIdentity(
  connectionName: string,
  cluster: ClusterChoice,
  choices: Pick<IdentityChoices, 'resourceGroups' | 'identities'>,
): Extract<IdentityChoice, { mode: 'new' }> {
  const groups = choices.resourceGroups[cluster.subscriptionId] ?? [];
  const usual = choices.identities.filter(({ identity }) => identity.subscriptionId === cluster.subscriptionId);
  const resourceGroup = usual.find(({ identity }) => groups.includes(identity.resourceGroup))?.identity.resourceGroup;
  return {
    mode: 'new',
    name: suggestIdentityName(connectionName),
    subscriptionId: cluster.subscriptionId,
    resourceGroup: resourceGroup ?? cluster.resourceGroup,
    location: cluster.location,
    tags: { 'managed-by': 'patless' },
  };
}
