import type { World } from '../core/world.ts';
import { seedAudit } from './audit.ts';
import { seedAzure } from './azure.ts';
import { seedDevops } from './devops.ts';
import { seedDirectory } from './directory.ts';
import { seedKubernetes } from './kubernetes.ts';

/** The whole Contoso world, in the order in which its parts refer to each other. */
export async function seedDemo(world: World): Promise<void> {
  await seedDirectory(world);
  await seedAzure(world);
  await seedDevops(world);
  await seedKubernetes(world);
  await seedAudit(world);
}
