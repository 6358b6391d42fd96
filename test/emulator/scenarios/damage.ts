import type { World } from '../core/world.ts';

/** Puts one damage right; says what it did, or undefined when somebody else has mended it meanwhile. */
export type Mend<Damage> = (world: World, damage: Damage) => Promise<string | undefined>;
interface Remembered {
  /** Of the scenario that did it. */
  readonly name: string;
  /** Plain values and parts of the world, no functions: a restart reads it from a file, together with the world. */
  readonly damage: unknown;
}
const damages = new WeakMap<World, Remembered[]>();
const menders = new Map<string, Mend<unknown>>();

/** Says once for each kind of damage how it is mended; the returned function remembers one that was done. */
export function defineDamage<Damage>(name: string, mend: Mend<Damage>): (world: World, damage: Damage) => void {
  menders.set(name, (world, damage) => mend(world, damage as Damage));
  return (world, damage) => restoreDamages(world, [...keepDamages(world), { name, damage }]);
}

/** Newest first, so that what was broken twice ends as it began. */
export async function mendAll(world: World): Promise<string[]> {
  const said: string[] = [];
  const waiting = keepDamages(world).toReversed();
  damages.delete(world);
  for (const { name, damage } of waiting) {
    const mend = menders.get(name);
    const sentence = mend && (await mend(world, damage));
    if (sentence) said.push(sentence);
  }
  return said;
}

export function keepDamages(world: World): readonly Remembered[] {
  return damages.get(world) ?? [];
}
export function restoreDamages(world: World, kept: readonly Remembered[]): void {
  damages.set(world, [...kept]);
}
