import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const suffix = '.pid';
const withinMs = 8_000;

/** Notes a server of this folder, so that a start after a kill finds it: it would still hold the database. */
export async function noteServer(folder: string, name: string, pid: number | undefined): Promise<void> {
  if (pid !== undefined) await writeFile(join(folder, `${name}${suffix}`), String(pid));
}

/** Ends what an emulator that was killed has left running in its folder. A process of another folder is never touched. */
export async function endLeftServers(worldFolder: string): Promise<void> {
  const clusters = join(worldFolder, 'kubernetes');
  const names = await readdir(clusters, { recursive: true }).catch(() => []);
  const notes = names.filter((name) => name.endsWith(suffix)).map((name) => join(clusters, name));
  await Promise.all(
    notes.map(async (note) => {
      const pid = Number(await readFile(note, 'utf8'));
      // A number may have been given to another process meanwhile; ours names its own folder.
      const isOurs = async () => Number.isInteger(pid) && pid > 1 && (await commandOf(pid)).includes(clusters);
      for (const deadline = Date.now() + withinMs; (await isOurs()) && Date.now() < deadline; await pause(50))
        kill(pid, Date.now() + withinMs / 2 < deadline ? 'SIGTERM' : 'SIGKILL');
      await rm(note, { force: true });
    }),
  );
}

function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone since it was asked for.
  }
}

/** Empty when there is no such process. */
async function commandOf(pid: number): Promise<string> {
  const known = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (known !== undefined || process.platform === 'linux') return known ?? '';
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'command=', '-p', String(pid)], (error, stdout) => resolve(error ? '' : stdout));
  });
}
