import { parseArmId } from '../model/azure.ts';
import type { Design } from '../model/connection.ts';
import { identityIdOf } from '../model/identity-id.ts';
import type { Facts } from './change.ts';
import { shellQuote } from './quote.ts';

/** Shell words that give a property of the identity: the value where it is known, else a look-up. */
export function identityWord(design: Design, facts: Facts, property: 'clientId' | 'principalId'): string {
  const known = facts.identity?.[property];
  if (known) return shellQuote(known);
  const { resourceGroup, name, subscriptionId } = parseArmId(identityIdOf(design.identity));
  return `"$(az identity show --subscription ${shellQuote(subscriptionId)} --resource-group ${shellQuote(resourceGroup)} --name ${shellQuote(name)} --query ${property} --output tsv)"`;
}
