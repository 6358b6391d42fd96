import type { World } from './world.ts';

/**
 * One thing that goes wrong (or is put right again) in the simulated world, as an administrator or an accident would do it.
 * A changed credential keeps its `writtenAt`, as if it had been like this for long: a new one shows its old values until it propagated.
 */
export interface Scenario {
  /** kebab-case; the last segment of `POST /_emulator/scenarios/{name}`. */
  readonly name: string;
  readonly title: string;
  /** What happens in the world, and how it shows, in one or two sentences. */
  readonly about: string;
  /**
   * Changes the world and says in one sentence what was changed, by name. Throws when there is nothing to change.
   * `cluster` names the one to act on; otherwise it is the one that was federated last.
   */
  apply(world: World, options?: { readonly cluster?: string }): Promise<string>;
}
