import type { AzureCredential, AzureIdentity, World } from '../core/world.ts';
import { findConnection, type ScenarioOptions } from './connection.ts';
import { remember } from './damage.ts';

/** Puts the stored credential back, whatever was made of it; leaves alone one that somebody has set right already. */
function rememberCredential(
  world: World,
  identity: AzureIdentity,
  before: AzureCredential,
  isBroken: () => boolean,
): void {
  remember(world, async () => {
    if (!isBroken()) return undefined;
    const index = identity.credentials.findIndex(({ name }) => name === before.name);
    if (index < 0) identity.credentials.push(before);
    else identity.credentials[index] = before;
    return `${identity.name}: credential ${before.name} is as it was`;
  });
}

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
  const broken = JSON.stringify(credential);
  rememberCredential(world, identity, before, () =>
    identity.credentials.some((current) => current.name === before.name && JSON.stringify(current) === broken),
  );
  return `${identity.name}: credential ${credential.name} ${what}`;
}

export async function deleteCredential(world: World, options: ScenarioOptions | undefined): Promise<string> {
  const { identity, credential } = await findConnection(world, options);
  identity.credentials.splice(identity.credentials.indexOf(credential), 1);
  rememberCredential(
    world,
    identity,
    credential,
    () =>
      !identity.credentials.some(
        ({ issuer, subject }) => issuer === credential.issuer && subject === credential.subject,
      ),
  );
  return `${identity.name}: credential ${credential.name} was deleted`;
}
