import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';
import type { Store } from '../ports.ts';
import { createAcceptedRisks } from './accepted-risks.ts';
import { createChecks } from './checks.ts';
import { createConnections } from './connections.ts';
import type { Database } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { createRuns } from './runs.ts';
import { createScans, endOrphanedScans } from './scans.ts';
import { audit, runs } from './schema.ts';
import { createSealer } from './sealed.ts';
import { createSessions, type Sessions } from './sessions.ts';

export interface StoreHandle extends Store {
  readonly sessions: Sessions;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** PostgreSQL; without it the embedded database is used. */
  readonly databaseUrl?: string;
  /** The embedded database lives in its folder `pglite`. */
  readonly dataDir: string;
  /** 32 bytes. */
  readonly encryptionKey: Uint8Array;
}

// A bundler moves this file but not the SQL beside it; the app always runs from its root.
const migrationsFolder = join(process.cwd(), 'lib', 'store', 'migrations');
/** Replicas that start together migrate one after another. Any constant will do, as long as it is ours. */
const migrationLock = 7_204_951;

export function openStore(options: StoreOptions): Promise<StoreHandle> {
  return options.databaseUrl
    ? openPostgres(options.databaseUrl, options.encryptionKey)
    : openEmbedded(options.dataDir, options.encryptionKey);
}

async function openEmbedded(dataDir: string, encryptionKey: Uint8Array): Promise<StoreHandle> {
  await mkdir(dataDir, { recursive: true });
  const release = await lockDirectory(join(dataDir, 'pglite.lock'));
  try {
    return await openPglite(await PGlite.create(join(dataDir, 'pglite')), encryptionKey, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** For an instance that the caller made: in memory, or cloned from a migrated one. */
export async function openPglite(
  client: PGlite,
  encryptionKey: Uint8Array,
  release: () => void = () => {},
): Promise<StoreHandle> {
  const database = drizzlePglite(client);
  await migratePglite(database, { migrationsFolder });
  // Nobody else can have this folder open, so a lease that is still running belongs to a process that died.
  await database.update(runs).set({ leaseExpiresAt: sql`now()` }).where(sql`${runs.leaseExpiresAt} > now()`);
  await endOrphanedScans(database);
  return createStore(database, encryptionKey, async () => {
    await client.close();
    release();
  });
}

async function openPostgres(databaseUrl: string, encryptionKey: Uint8Array): Promise<StoreHandle> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, connectionTimeoutMillis: 10_000 });
  // An idle connection that the server closed must not end the process; the next query opens another one.
  pool.on('error', () => {});
  try {
    const client = await pool.connect();
    try {
      await client.query('select pg_advisory_lock($1)', [migrationLock]);
      await migratePostgres(drizzlePostgres(client), { migrationsFolder });
      await client.query('select pg_advisory_unlock($1)', [migrationLock]);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  return createStore(drizzlePostgres(pool), encryptionKey, () => pool.end());
}

function createStore(database: Database, encryptionKey: Uint8Array, end: () => Promise<void>): StoreHandle {
  let closing: Promise<void> | undefined;
  return {
    connections: createConnections(database),
    runs: createRuns(database),
    checks: createChecks(database),
    scans: createScans(database),
    acceptedRisks: createAcceptedRisks(database),
    audit: {
      async append(entry) {
        await database.insert(audit).values(entry);
      },
    },
    sessions: createSessions(database, createSealer(encryptionKey)),
    async ping() {
      await database.execute(sql`select 1`);
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}
