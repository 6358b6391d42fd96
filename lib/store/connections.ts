import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Connection } from '../model/connection.ts';
import type { Store } from '../ports.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import { type Database, isUuid } from './database.ts';
import { connections } from './schema.ts';

export function createConnections(database: Database): Store['connections'] {
  const present = (id: string) => and(eq(connections.id, id), isNull(connections.removedAt));
  return {
    async list(tenantId) {
      const rows = await database
        .select()
        .from(connections)
        .where(and(eq(connections.tenantId, tenantId), isNull(connections.removedAt)))
        .orderBy(desc(connections.updatedAt), connections.name);
      return rows.map(connectionOf);
    },
    async get(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await database.select().from(connections).where(present(id));
      return row && connectionOf(row);
    },
    async create({ tenantId, name, answers, createdBy }) {
      const [row] = await database
        .insert(connections)
        .values({ tenantId, name, answers, createdBy })
        .onConflictDoNothing()
        .returning();
      if (!row) throw nameTaken(name);
      return connectionOf(row);
    },
    async save(id, revision, change) {
      if (!isUuid(id)) return undefined;
      try {
        const [row] = await database
          .update(connections)
          .set({ ...change, revision: sql`${connections.revision} + 1`, updatedAt: sql`now()` })
          .where(and(present(id), eq(connections.revision, revision)))
          .returning();
        return row && connectionOf(row);
      } catch (error) {
        if (change.name && isUniqueViolation(error)) throw nameTaken(change.name);
        throw error;
      }
    },
    async remove(id) {
      if (isUuid(id)) await database.update(connections).set({ removedAt: sql`now()` }).where(present(id));
    },
  };
}

function connectionOf(row: typeof connections.$inferSelect): Connection {
  return {
    id: row.id,
    tenantId: row.tenantId,
    name: row.name,
    revision: row.revision,
    answers: row.answers,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** SQLSTATE 23505, on the driver's error that Drizzle wraps. */
function isUniqueViolation(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && cause.code === '23505') return true;
  return false;
}

function nameTaken(name: string): ProblemError {
  return new ProblemError(makeProblem('app/name-taken', { title: `A connection named ${name} exists already` }));
}
