import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { StoreLockedError } from './errors.ts';

const contentSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** Start of the process in kernel ticks, where the system says it: tells a pid that was given out again from its first owner. */
  started: z.string().optional(),
  token: z.string(),
});
type Content = z.infer<typeof contentSchema>;

/**
 * The embedded database has no lock of its own: a second process opens the folder, sees old data, and its writes vanish. A lock
 * whose owner is dead, or ran under another host name (a container that was replaced), is taken over.
 */
export async function lockDirectory(file: string): Promise<() => void> {
  const own: Content = { pid: process.pid, host: hostname(), started: startOf(process.pid), token: randomUUID() };
  const text = JSON.stringify(own);
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = read(file);
    if (holder && isAlive(holder)) throw new StoreLockedError(holder.pid, file);
    const replacement = `${file}.${own.token}`;
    writeFileSync(replacement, text, { mode: 0o600 });
    renameSync(replacement, file);
    // Two processes may judge the same lock stale: the last rename wins, and the other one finds a foreign token here.
    await pause(100);
    const winner = read(file);
    if (winner?.token !== own.token) throw new StoreLockedError(winner?.pid ?? 0, file);
  }
  const release = () => {
    process.off('exit', release);
    if (read(file)?.token === own.token) rmSync(file, { force: true });
  };
  process.on('exit', release);
  return release;
}

function read(file: string): Content | undefined {
  try {
    return contentSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, started }: Content): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
}

function startOf(pid: number): string | undefined {
  try {
    // Field 22 of proc(5); the second one may hold spaces, so count from its closing parenthesis.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined;
  }
}
