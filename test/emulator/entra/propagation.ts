import type { AzureCredential, AzureIdentity, World } from '../core/world.ts';
import type { TrustRecord } from './federation.ts';
import { entraState } from './state.ts';

/**
 * The credentials of an identity as one node of Entra knows them now. A credential just written is unknown everywhere at first, then
 * known to every second node, so that an exchange fails, succeeds and fails again before it is settled; a changed one shows its old
 * values meanwhile. A deletion is seen at once.
 */
export function knownRecords(world: World, identity: AzureIdentity): { records: TrustRecord[]; configured: number } {
  const records: TrustRecord[] = [];
  for (const credential of identity.credentials) {
    const record = knownRecord(world, identity, credential);
    if (record) records.push(record);
  }
  return { records, configured: identity.credentials.length };
}

function knownRecord(world: World, identity: AzureIdentity, credential: AzureCredential): TrustRecord | undefined {
  const { propagated, coinFlips } = entraState(world);
  const key = `${identity.clientId}/${credential.name}`;
  const window = world.timing.credentialPropagationMs;
  const age = world.clock.now() - credential.writtenAt;
  const { issuer, subject, audiences } = credential;
  if (age >= window) {
    propagated.set(key, { issuer, subject, audiences: [...audiences] });
    coinFlips.delete(key);
    return credential;
  }
  if (age >= window / 2) {
    const flips = coinFlips.get(key) ?? 0;
    coinFlips.set(key, flips + 1);
    if (flips % 2 === 0) return credential;
  }
  return propagated.get(key);
}
