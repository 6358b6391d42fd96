import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** PGlite and PostgreSQL alike: one dialect, one set of migrations. */
export type Database = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** Rows of a hand-written statement; both drivers answer with `rows`. Ask for text and numbers only: dates differ between them. */
export async function rowsOf<Row>(database: Database, statement: SQL): Promise<readonly Row[]> {
  const result = (await database.execute(statement)) as unknown as { readonly rows: readonly Row[] };
  return result.rows;
}

/** Anything else in an address is an unknown id, not an error of the database. */
export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}
