// Runs on whatever Node the machine has, before anything is installed: plain JavaScript, no dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const windows = process.platform === 'win32';

/** Installs exactly what the lock file says, once for each lock file. */
export function ensureInstalled() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stamp = join(root, 'node_modules', '.patless-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (!existsSync(stamp) && existsSync(join(root, 'node_modules', '.package-lock.json'))) {
    writeFileSync(stamp, lock);
    return;
  }
  console.log('Installing dependencies (once)…');
  const result = spawnSync('npm', ['ci'], { cwd: root, stdio: 'inherit', shell: windows });
  if (result.status !== 0) {
    console.error('npm ci failed. Its message above says why; the npm registry must be reachable once.');
    process.exit(result.status ?? 1);
  }
  writeFileSync(stamp, lock);
}

/** The Node that the lock file brings; the machine's own where there is none for its platform. */
export function nodeBinary() {
  const vendored = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
  if (existsSync(vendored) && spawnSync(vendored, ['--version'], { shell: windows }).status === 0) return vendored;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  console.error(
    `Node ${process.versions.node} is too old and no newer one could be installed for ${process.platform}/${process.arch}. Install Node 24 or newer.`,
  );
  return process.exit(1);
}
