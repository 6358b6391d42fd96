import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lockDirectory } from '../../../lib/store/directory-lock.ts';
import { StoreLockedError } from '../../../lib/store/errors.ts';
import { openStore } from '../../../lib/store/open-store.ts';
import { ada, answers, key, tenant } from './stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => {
  files += 1;
  return join(folder, `lock-${files}`);
};

/** A living process that holds the lock, ended by `kill`. */
async function holder(file: string): Promise<{ pid: number; kill(): Promise<void> }> {
  const module = join(import.meta.dirname, '../../../lib/store/directory-lock.ts');
  const script = `const { lockDirectory } = await import(${JSON.stringify(module)});
    await lockDirectory(${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the holder ended')));
  });
  return {
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('lock of the embedded database', () => {
  it('refuses while its holder lives, naming the process and the way out, and yields after a crash', async () => {
    const file = newFile();
    const { pid, kill } = await holder(file);
    try {
      await expect(lockDirectory(file)).rejects.toThrow(StoreLockedError);
      await expect(lockDirectory(file)).rejects.toThrow(
        new RegExp(`process ${pid}[\\s\\S]*DATA_DIR[\\s\\S]*DATABASE_URL`),
      );
    } finally {
      await kill();
    }
    const release = await lockDirectory(file);
    expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
    release();
  });
  it('refuses a second opening by the same process', async () => {
    const file = newFile();
    const release = await lockDirectory(file);
    await expect(lockDirectory(file)).rejects.toThrow(StoreLockedError);
    release();
    (await lockDirectory(file))();
  });
  it.each([
    ['a pid that was given out again', { pid: process.pid, host: hostname(), started: '1' }],
    ['a container that was replaced', { pid: process.pid, host: 'another-host' }],
  ])('takes over the lock of %s', async (_what, content) => {
    const file = newFile();
    writeFileSync(file, JSON.stringify({ ...content, token: 'x' }));
    (await lockDirectory(file))();
  });
  it('takes over what is no lock at all', async () => {
    const file = newFile();
    writeFileSync(file, '');
    (await lockDirectory(file))();
  });
  it('lets one of many have a stale lock', async () => {
    const file = newFile();
    writeFileSync(file, '{');
    const tries = await Promise.allSettled([lockDirectory(file), lockDirectory(file), lockDirectory(file)]);
    const won = tries.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    won[0]?.value();
  });
});

describe('embedded database', () => {
  it('keeps what was written over a restart, in a folder that it makes itself', async () => {
    const dataDir = join(folder, 'deep', 'data');
    const first = await openStore({ dataDir, encryptionKey: key });
    const { id } = await first.connections.create({ tenantId: tenant, name: 'checkout', answers, createdBy: ada });
    await expect(openStore({ dataDir, encryptionKey: key })).rejects.toThrow(StoreLockedError);
    await first.close();
    const second = await openStore({ dataDir, encryptionKey: key });
    expect((await second.connections.get(id))?.name).toBe('checkout');
    await second.close();
  });
});
