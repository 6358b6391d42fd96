import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Service } from './service.ts';
import type { World } from './world.ts';

const modules: [folder: string, factories: string[]][] = [
  ['arm', ['createArmService']],
  ['devops', ['createDevopsService']],
  ['kubernetes', ['createKubernetesService', 'createIssuerService']],
];

/** Every service but Entra and the control interface. */
export async function loadServices(world: World): Promise<Service[]> {
  const services: Service[] = [];
  for (const [folder, factories] of modules) {
    const url = new URL(`../${folder}/index.ts`, import.meta.url);
    if (!existsSync(fileURLToPath(url))) continue;
    const loaded = (await import(/* @vite-ignore */ url.href)) as Record<string, (world: World) => Service>;
    for (const name of factories) {
      const create = loaded[name];
      if (create) services.push(create(world));
    }
  }
  return services;
}
