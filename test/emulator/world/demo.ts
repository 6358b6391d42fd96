import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { World } from '../core/world.ts';
import { seedDirectory } from './directory.ts';

const parts = [
  ['azure', 'seedAzure'],
  ['devops', 'seedDevops'],
  ['kubernetes', 'seedKubernetes'],
] as const;

/** The whole Contoso world, in the order in which its parts refer to each other. */
export async function seedDemo(world: World): Promise<void> {
  await seedDirectory(world);
  for (const [file, name] of parts) {
    const url = new URL(`./${file}.ts`, import.meta.url);
    if (!existsSync(fileURLToPath(url))) continue;
    const loaded = (await import(/* @vite-ignore */ url.href)) as Record<string, (world: World) => Promise<void>>;
    await loaded[name]?.(world);
  }
}
