import type { AzureIdentity, World } from '../../core/world.ts';
import { contosoTenantId, seedDirectory } from '../../world/directory.ts';
import { testIssuerUrl } from './issuer.ts';

export const subject = 'system:serviceaccount:argocd:argocd-repo-server';
export const exchangeAudience = 'api://AzureADTokenExchange';
const identityId =
  '/subscriptions/11111111-0000-4000-8000-000000000001/resourcegroups/rg-tests/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-tests';

/** The directory and one identity, whose only credential trusts the test issuer. */
export async function seedIdentity(world: World): Promise<void> {
  await seedDirectory(world);
  const written = world.clock.now() - 24 * 3600 * 1000;
  world.azure.identities.set(identityId.toLowerCase(), {
    id: identityId,
    name: 'id-tests',
    subscriptionId: '11111111-0000-4000-8000-000000000001',
    resourceGroup: 'rg-tests',
    location: 'eastus',
    tenantId: contosoTenantId,
    clientId: '22222222-0000-4000-8000-000000000002',
    principalId: '33333333-0000-4000-8000-000000000003',
    tags: {},
    createdAt: written,
    credentials: [
      { name: 'argocd', issuer: testIssuerUrl, subject, audiences: [exchangeAudience], writtenAt: written },
    ],
  });
}

export function testIdentity(world: World): AzureIdentity {
  const identity = world.azure.identities.get(identityId.toLowerCase());
  if (!identity) throw new Error('the test identity is gone');
  return identity;
}

export function removeTestIdentity(world: World): void {
  world.azure.identities.delete(identityId.toLowerCase());
}
