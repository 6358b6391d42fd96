import type { AzureCredential, AzureIdentity, World } from '../core/world.ts';
import { findConnection, type ScenarioOptions } from './connection.ts';
import { defineDamage } from './damage.ts';

interface Damage {
  readonly identity: AzureIdentity;
  readonly before: AzureCredential;
  /** What it was made into, as JSON; undefined when it was deleted. */
  readonly broken?: string;
}
/** Puts the stored credential back, whatever was made of it; leaves alone one that somebody has set right already. */
const remember = defineDamage<Damage>('credential', async (_world, { identity, before, broken }) => {
  const { credentials } = identity;
  const isBroken =
    broken === undefined
      ? !credentials.some(({ issuer, subject }) => issuer === before.issuer && subject === before.subject)
      : credentials.some((current) => current.name === before.name && JSON.stringify(current) === broken);
  if (!isBroken) return undefined;
  const index = credentials.findIndex(({ name }) => name === before.name);
  if (index < 0) credentials.push(before);
  else credentials[index] = before;
  return `${identity.name}: credential ${before.name} is as it was`;
});

/** Changes one credential; every node of Entra knows at once, so that the damage shows without a wait. */
export async function changeCredential(
  world: World,
  options: ScenarioOptions | undefined,
  change: (credential: AzureCredential) => string,
): Promise<string> {
  const { identity, credential } = await findConnection(world, options);
  const settled = Math.min(credential.writtenAt, world.clock.now() - world.timing.credentialPropagationMs);
  const before = { ...credential, audiences: [...credential.audiences], writtenAt: settled };
  credential.writtenAt = settled;
  const what = change(credential);
  remember(world, { identity, before, broken: JSON.stringify(credential) });
  return `${identity.name}: credential ${credential.name} ${what}`;
}

export async function deleteCredential(world: World, options: ScenarioOptions | undefined): Promise<string> {
  const { identity, credential } = await findConnection(world, options);
  identity.credentials.splice(identity.credentials.indexOf(credential), 1);
  remember(world, { identity, before: credential });
  return `${identity.name}: credential ${credential.name} was deleted`;
}
