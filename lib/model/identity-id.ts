import type { ArmId } from './azure.ts';
import type { IdentityChoice } from './connection.ts';

/** Where the identity lives or will live. */
export function identityIdOf(choice: IdentityChoice): ArmId {
  if (choice.mode === 'existing') return choice.id;
  return `/subscriptions/${choice.subscriptionId}/resourceGroups/${choice.resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${choice.name}`;
}
