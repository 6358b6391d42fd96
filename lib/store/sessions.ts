import { and, eq, gt, lt, or, sql } from 'drizzle-orm';
import { type Role, roles } from '../model/connection.ts';
import { type Database, isUuid } from './database.ts';
import { sessions, signIns } from './schema.ts';
import type { Sealer } from './sealed.ts';

export interface SessionPerson {
  readonly oid: string;
  readonly tid: string;
  readonly name: string;
  readonly upn: string;
  readonly roles: readonly Role[];
}

export interface StoredSession {
  readonly id: string;
  readonly person: SessionPerson;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** One journey to Entra and back. */
export interface SignInTransaction {
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly returnTo: string;
  readonly audience?: 'arm' | 'aks' | 'devops';
  /** It answers a claims challenge. A second one in a row is a failure, not a reason for a third round. */
  readonly challenged?: boolean;
}

/**
 * A session has a stable id and a changing cookie: every sign-in gives a new cookie, while what runs in the background keeps its
 * hold on the token cache. Cookies arrive here as SHA-256 hashes only.
 */
export interface Sessions {
  create(session: { cookieHash: string; person: SessionPerson; expiresAt: Date }): Promise<string>;
  /** A new cookie, roles and end for the same person's session; the old cookie opens nothing any more. */
  renew(id: string, change: { cookieHash: string; person: SessionPerson; expiresAt: Date }): Promise<boolean>;
  /** Undefined when unknown, over, or idle for longer than `idleMs`. Notes the visit, at most once a minute. */
  find(cookieHash: string, idleMs: number): Promise<StoredSession | undefined>;
  /** The same question for a session that is held open by a stream; it does not count as a visit. */
  isLive(id: string, idleMs: number): Promise<boolean>;
  remove(id: string): Promise<void>;
  removeOver(idleMs: number): Promise<void>;
  readCache(id: string): Promise<string | undefined>;
  /** False when the session is gone: what was signed out stays wiped. */
  writeCache(id: string, cache: string): Promise<boolean>;
  beginSignIn(id: string, transaction: SignInTransaction, ttlMs: number): Promise<void>;
  /** Single use: the second call for an id finds nothing. */
  takeSignIn(id: string): Promise<SignInTransaction | undefined>;
}

const seconds = (ms: number) => sql`make_interval(secs => ${ms / 1_000}::double precision)`;

export function createSessions(database: Database, sealer: Sealer): Sessions {
  const columnsOf = (person: SessionPerson) => ({
    oid: person.oid,
    tid: person.tid,
    name: person.name,
    upn: person.upn,
    roles: person.roles,
  });
  const live = (idleMs: number) =>
    and(gt(sessions.expiresAt, sql`now()`), sql`${sessions.lastSeenAt} > now() - ${seconds(idleMs)}`);
  return {
    async create({ cookieHash, person, expiresAt }) {
      const [row] = await database
        .insert(sessions)
        .values({ cookieHash, ...columnsOf(person), expiresAt })
        .returning({ id: sessions.id });
      if (!row) throw new Error('The session was not stored');
      return row.id;
    },
    async renew(id, { cookieHash, person, expiresAt }) {
      const renewed = await database
        .update(sessions)
        .set({ cookieHash, ...columnsOf(person), expiresAt, createdAt: sql`now()`, lastSeenAt: sql`now()` })
        .where(and(eq(sessions.id, id), eq(sessions.oid, person.oid), eq(sessions.tid, person.tid)))
        .returning({ id: sessions.id });
      return renewed.length > 0;
    },
    async find(cookieHash, idleMs) {
      const [row] = await database
        .select()
        .from(sessions)
        .where(and(eq(sessions.cookieHash, cookieHash), live(idleMs)));
      if (!row) return undefined;
      // Half the idle limit at most, so that a short limit still counts visits.
      await database
        .update(sessions)
        .set({ lastSeenAt: sql`now()` })
        .where(
          and(eq(sessions.id, row.id), sql`${sessions.lastSeenAt} < now() - ${seconds(Math.min(60_000, idleMs / 2))}`),
        );
      return {
        id: row.id,
        person: {
          oid: row.oid,
          tid: row.tid,
          name: row.name,
          upn: row.upn,
          roles: roles.filter((role) => row.roles.includes(role)),
        },
        createdAt: row.createdAt,
        lastSeenAt: row.lastSeenAt,
        expiresAt: row.expiresAt,
      };
    },
    async isLive(id, idleMs) {
      const found = await database
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.id, id), live(idleMs)));
      return found.length > 0;
    },
    async remove(id) {
      if (isUuid(id)) await database.delete(sessions).where(eq(sessions.id, id));
    },
    async removeOver(idleMs) {
      await database
        .delete(sessions)
        .where(or(lt(sessions.expiresAt, sql`now()`), sql`${sessions.lastSeenAt} < now() - ${seconds(idleMs)}`));
      await database.delete(signIns).where(lt(signIns.expiresAt, sql`now()`));
    },
    async readCache(id) {
      const [row] = await database.select({ cache: sessions.cache }).from(sessions).where(eq(sessions.id, id));
      return row?.cache ? sealer.open(row.cache, `session:${id}`) : undefined;
    },
    async writeCache(id, cache) {
      const written = await database
        .update(sessions)
        .set({ cache: sealer.seal(cache, `session:${id}`) })
        .where(eq(sessions.id, id))
        .returning({ id: sessions.id });
      return written.length > 0;
    },
    async beginSignIn(id, transaction, ttlMs) {
      await database.insert(signIns).values({
        id,
        sealed: sealer.seal(JSON.stringify(transaction), `sign-in:${id}`),
        expiresAt: sql`now() + ${seconds(ttlMs)}`,
      });
    },
    async takeSignIn(id) {
      const [row] = await database
        .delete(signIns)
        .where(eq(signIns.id, id))
        .returning({ sealed: signIns.sealed, fresh: sql<boolean>`${signIns.expiresAt} > now()` });
      if (!row?.fresh) return undefined;
      const opened = sealer.open(row.sealed, `sign-in:${id}`);
      return opened === undefined ? undefined : (JSON.parse(opened) as SignInTransaction);
    },
  };
}
