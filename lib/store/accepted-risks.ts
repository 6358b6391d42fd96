import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { AcceptedRisk } from '../model/audit.ts';
import type { Store } from '../ports.ts';
import { type Database, isUuid } from './database.ts';
import { acceptedRisks } from './schema.ts';

export function createAcceptedRisks(database: Database): Store['acceptedRisks'] {
  const standing = isNull(acceptedRisks.takenBackAt);
  return {
    async list(tenantId) {
      const rows = await database
        .select()
        .from(acceptedRisks)
        .where(and(eq(acceptedRisks.tenantId, tenantId), standing))
        .orderBy(desc(acceptedRisks.acceptedAt));
      return rows.map(riskOf);
    },
    async get(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await database
        .select()
        .from(acceptedRisks)
        .where(and(eq(acceptedRisks.id, id), standing));
      return row && riskOf(row);
    },
    accept({ tenantId, findingKey, reason, owner, endsOn, acceptedBy }) {
      return database.transaction(async (transaction) => {
        // The former acceptance stays as a row of its own: who accepted what until when must be readable later.
        await transaction
          .update(acceptedRisks)
          .set({ takenBackBy: acceptedBy, takenBackAt: sql`now()` })
          .where(and(eq(acceptedRisks.tenantId, tenantId), eq(acceptedRisks.findingKey, findingKey), standing));
        const [row] = await transaction
          .insert(acceptedRisks)
          .values({ tenantId, findingKey, reason, owner, endsOn, acceptedBy })
          .returning();
        if (!row) throw new Error('The accepted risk was not stored');
        return riskOf(row);
      });
    },
    async takeBack(id, by) {
      if (!isUuid(id)) return;
      await database
        .update(acceptedRisks)
        .set({ takenBackBy: by, takenBackAt: sql`now()` })
        .where(and(eq(acceptedRisks.id, id), standing));
    },
  };
}

function riskOf(row: typeof acceptedRisks.$inferSelect): AcceptedRisk {
  return {
    id: row.id,
    tenantId: row.tenantId,
    findingKey: row.findingKey,
    reason: row.reason,
    owner: row.owner,
    endsOn: row.endsOn,
    acceptedBy: row.acceptedBy,
    acceptedAt: row.acceptedAt.toISOString(),
  };
}
