import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Changes with anything that the demo world is made from. */
export async function seedVersion(): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.test)\.ts$|\.yaml$/.test(name));
  const hash = createHash('sha256');
  for (const name of names.toSorted()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
