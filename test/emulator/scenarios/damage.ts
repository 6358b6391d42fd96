import type { World } from '../core/world.ts';

/** Puts one damage right; says what it did, or undefined when somebody else has mended it meanwhile. */
export type Mend = () => Promise<string | undefined>;
const damages = new WeakMap<World, Mend[]>();

export function remember(world: World, mend: Mend): void {
  const known = damages.get(world) ?? [];
  known.push(mend);
  damages.set(world, known);
}

/** Newest first, so that what was broken twice ends as it began. */
export async function mendAll(world: World): Promise<string[]> {
  const said: string[] = [];
  for (const mend of (damages.get(world) ?? []).splice(0).reverse()) {
    const sentence = await mend();
    if (sentence) said.push(sentence);
  }
  return said;
}
