import { randomBytes, randomUUID } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { Answers, Person } from '../../../lib/model/connection.ts';
import type { Plan } from '../../../lib/model/plan.ts';
import { openPglite, openStore, type StoreHandle } from '../../../lib/store/open-store.ts';

export interface TestStore {
  readonly store: StoreHandle;
  /** Raw access, for what the repositories must not allow. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export const key = new Uint8Array(randomBytes(32));

async function onPglite(): Promise<TestStore> {
  const client = await PGlite.create();
  const store = await openPglite(client, key);
  return {
    store,
    query: async (text) => (await client.query<Record<string, unknown>>(text)).rows,
    close: () => store.close(),
  };
}

/** A database of its own for each test file, so that files run side by side. */
async function onPostgres(url: string): Promise<TestStore> {
  const name = `patless_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const store = await openStore({ databaseUrl: own.href, dataDir: '/nonexistent', encryptionKey: key });
  const raw = new pg.Client({ connectionString: own.href });
  await raw.connect();
  return {
    store,
    query: async (text) => (await raw.query(text)).rows,
    async close() {
      await store.close();
      await raw.end();
      await admin.query(`drop database ${name}`);
      await admin.end();
    },
  };
}

const postgresUrl = process.env.TEST_DATABASE_URL;
export const engines: readonly (readonly [string, () => Promise<TestStore>])[] = [
  ['PGlite', onPglite],
  ...(postgresUrl ? [['PostgreSQL', () => onPostgres(postgresUrl)] as const] : []),
];

export const ada: Person = { oid: '11111111-0000-4000-8000-000000000001', name: 'Ada Contoso' };
export const bob: Person = { oid: '11111111-0000-4000-8000-000000000002', name: 'Bob Contoso' };
export const tenant = '22222222-0000-4000-8000-000000000000';

export const answers: Answers = {};
export function plan(connectionId: string): Plan {
  return { connectionId, revision: 1, hash: 'ab'.repeat(32), readAt: '2026-11-20T10:00:00.000Z', changes: [] };
}
export function entry(runId: string, changeId = 'federation:repo-server') {
  return {
    runId,
    changeId,
    planHash: 'ab'.repeat(32),
    actor: { oid: ada.oid, tid: tenant },
    intent: { operation: 'put federated credential', target: 'id-argocd', bodyHash: 'cd'.repeat(32) },
    createdByRun: false,
  };
}
