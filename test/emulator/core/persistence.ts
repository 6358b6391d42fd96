import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeptWorld, readWorld } from './kept-world.ts';

/** A change is on disk after this long at most, plus the time that the write takes. */
const delayMs = 400;
const fileName = 'world.snapshot';

/** Where one world is kept: the snapshot beside the repositories and databases that it speaks of. */
export interface WorldFolder {
  readonly path: string;
  /** The world of the last time; undefined when there is none. One that cannot be read is set aside with a word. */
  read(): Promise<KeptWorld | undefined>;
  /** Moves everything out of the way, in the place of what was moved before. */
  setAside(reason: string): Promise<void>;
  clear(): Promise<void>;
  write(bytes: Buffer): Promise<void>;
}

export function createWorldFolder(path: string, warn: (message: string) => void): WorldFolder {
  const file = join(path, fileName);
  const folder: WorldFolder = {
    path,
    read: async () => {
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (!bytes) return undefined;
      try {
        return readWorld(bytes);
      } catch (error) {
        await folder.setAside(error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
    setAside: async (reason) => {
      const aside = `${path}.unreadable`;
      await rm(aside, { recursive: true, force: true });
      await rename(path, aside);
      warn(`The saved world cannot be used: ${reason}. It was moved to ${aside}, and a new world begins.`);
    },
    clear: async () => {
      await rm(path, { recursive: true, force: true });
      await mkdir(path, { recursive: true });
    },
    write: async (bytes) => {
      // Renamed into place, so that a kill in the middle leaves the snapshot of before. It holds tokens and keys of the world.
      const temporary = `${file}.${process.pid}`;
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, file);
    },
  };
  return folder;
}

/** Writes the world soon after each change; many changes in a row are one write. */
export interface Saver {
  /** Nothing is written before: half a world must not be taken for a whole one. */
  begin(): Promise<void>;
  changed(): void;
  /** Writes what is there now, and nothing after that. */
  end(): Promise<void>;
}

export function createSaver(folder: WorldFolder, bytes: () => Buffer, warn: (message: string) => void): Saver {
  let timer: NodeJS.Timeout | undefined;
  let active = false;
  let writing: Promise<void> = Promise.resolve();
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing
      .then(() => folder.write(bytes()))
      .catch((error: unknown) => {
        warn(`The world could not be saved: ${error instanceof Error ? error.message : String(error)}`);
      });
    return writing;
  };
  return {
    begin: () => {
      active = true;
      return save();
    },
    changed: () => {
      // Not put off by the next change: a busy world is saved all the same.
      if (active) timer ??= setTimeout(() => void save(), delayMs).unref();
    },
    end: async () => {
      if (!active) return;
      active = false;
      await save();
    },
  };
}
