import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { AuditRow, Scan, ScanEvent, ScanScope, ScanState } from '../model/audit.ts';
import type { CheckEvent, CheckRun } from '../model/chain.ts';
import type { Answers, Person } from '../model/connection.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { ChangeOutcome, JournalEntry, RunEvent, RunState } from '../model/run.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const connections = pgTable(
  'connections',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    tenantId: text('tenant_id').notNull(),
    name: text('name').notNull(),
    revision: integer('revision').notNull().default(1),
    answers: jsonb('answers').$type<Answers>().notNull(),
    createdBy: jsonb('created_by').$type<Person>().notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
    /** Runs, journal and checks outlive their connection: they are the record of what was done. */
    removedAt: time('removed_at'),
    runCount: integer('run_count').notNull().default(0),
  },
  (table) => [uniqueIndex('connections_name').on(table.tenantId, table.name).where(sql`${table.removedAt} is null`)],
);

export const runs = pgTable(
  'runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    tenantId: text('tenant_id').notNull(),
    number: integer('number').notNull(),
    plan: jsonb('plan').$type<Plan>().notNull(),
    state: text('state').$type<RunState>().notNull().default('running'),
    startedBy: jsonb('started_by').$type<Person>().notNull(),
    startedAt: time('started_at').notNull().defaultNow(),
    endedAt: time('ended_at'),
    problem: jsonb('problem').$type<Problem>(),
    fence: integer('fence').notNull().default(0),
    leaseHolder: jsonb('lease_holder').$type<Person>(),
    leaseSince: time('lease_since'),
    leaseExpiresAt: time('lease_expires_at'),
    journalSeq: integer('journal_seq').notNull().default(0),
    eventSeq: integer('event_seq').notNull().default(0),
  },
  (table) => [
    uniqueIndex('runs_number').on(table.connectionId, table.number),
    index('runs_newest').on(table.tenantId, table.startedAt.desc()),
  ],
);

export const journal = pgTable(
  'journal',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id),
    changeId: text('change_id').notNull(),
    seq: integer('seq').notNull(),
    planHash: text('plan_hash').notNull(),
    actor: jsonb('actor').$type<JournalEntry['actor']>().notNull(),
    intent: jsonb('intent').$type<JournalEntry['intent']>().notNull(),
    outcome: text('outcome').$type<ChangeOutcome>(),
    correlationId: text('correlation_id'),
    createdByRun: boolean('created_by_run').notNull().default(false),
    startedAt: time('started_at').notNull().defaultNow(),
    endedAt: time('ended_at'),
  },
  (table) => [uniqueIndex('journal_order').on(table.runId, table.seq)],
);

export const runEvents = pgTable(
  'run_events',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id),
    seq: integer('seq').notNull(),
    event: jsonb('event').$type<RunEvent>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq] })],
);

export const checks = pgTable(
  'checks',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    tenantId: text('tenant_id').notNull(),
    startedBy: jsonb('started_by').$type<Person>().notNull(),
    startedAt: time('started_at').notNull().defaultNow(),
    endedAt: time('ended_at'),
    status: text('status').$type<CheckRun['status']>().notNull().default('waiting'),
    chains: jsonb('chains').$type<CheckRun['chains']>().notNull(),
    presented: jsonb('presented').$type<NonNullable<CheckRun['presented']>>(),
    passes: integer('passes').notNull().default(0),
    tookMs: integer('took_ms'),
    eventSeq: integer('event_seq').notNull().default(0),
  },
  (table) => [index('checks_newest').on(table.tenantId, table.connectionId, table.endedAt.desc())],
);

export const checkEvents = pgTable(
  'check_events',
  {
    checkId: uuid('check_id')
      .notNull()
      .references(() => checks.id),
    seq: integer('seq').notNull(),
    event: jsonb('event').$type<CheckEvent>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.seq] })],
);

export const scans = pgTable(
  'scans',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    tenantId: text('tenant_id').notNull(),
    /** What somebody saw with their rights is shown to them alone. */
    oid: text('oid').notNull(),
    startedBy: jsonb('started_by').$type<Person>().notNull(),
    startedAt: time('started_at').notNull().defaultNow(),
    endedAt: time('ended_at'),
    state: text('state').$type<ScanState>().notNull().default('running'),
    scope: jsonb('scope').$type<ScanScope>(),
    problem: jsonb('problem').$type<NonNullable<Scan['problem']>>(),
    eventSeq: integer('event_seq').notNull().default(0),
  },
  (table) => [index('scans_newest').on(table.tenantId, table.oid, table.startedAt.desc())],
);

export const scanRows = pgTable(
  'scan_rows',
  {
    scanId: uuid('scan_id')
      .notNull()
      .references(() => scans.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    row: jsonb('row').$type<AuditRow>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.key] })],
);

export const scanEvents = pgTable(
  'scan_events',
  {
    scanId: uuid('scan_id')
      .notNull()
      .references(() => scans.id, { onDelete: 'cascade' }),
    seq: integer('seq').notNull(),
    event: jsonb('event').$type<ScanEvent>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.seq] })],
);

export const acceptedRisks = pgTable(
  'accepted_risks',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    tenantId: text('tenant_id').notNull(),
    findingKey: text('finding_key').notNull(),
    reason: text('reason').notNull(),
    owner: text('owner').notNull(),
    endsOn: text('ends_on').notNull(),
    acceptedBy: jsonb('accepted_by').$type<Person>().notNull(),
    acceptedAt: time('accepted_at').notNull().defaultNow(),
    takenBackBy: jsonb('taken_back_by').$type<Person>(),
    takenBackAt: time('taken_back_at'),
  },
  (table) => [
    uniqueIndex('accepted_risks_finding').on(table.tenantId, table.findingKey).where(sql`${table.takenBackAt} is null`),
  ],
);

/** Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE (migration `audit_append_only`). */
export const audit = pgTable(
  'audit',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: time('at').notNull().defaultNow(),
    tenantId: text('tenant_id').notNull(),
    actor: jsonb('actor').$type<Person>().notNull(),
    action: text('action').notNull(),
    target: text('target'),
    outcome: text('outcome').notNull(),
    detail: jsonb('detail').$type<Readonly<Record<string, string>>>(),
  },
  (table) => [index('audit_newest').on(table.tenantId, table.at.desc())],
);

export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** SHA-256 of the cookie's value: a copy of this table opens no session. */
    cookieHash: text('cookie_hash').notNull(),
    oid: text('oid').notNull(),
    tid: text('tid').notNull(),
    name: text('name').notNull(),
    upn: text('upn').notNull(),
    roles: jsonb('roles').$type<readonly string[]>().notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    lastSeenAt: time('last_seen_at').notNull().defaultNow(),
    expiresAt: time('expires_at').notNull(),
    /** MSAL's token cache, sealed. */
    cache: text('cache'),
  },
  (table) => [uniqueIndex('sessions_cookie').on(table.cookieHash), index('sessions_end').on(table.expiresAt)],
);

export const signIns = pgTable(
  'sign_ins',
  {
    /** SHA-256 of the transaction cookie's value. */
    id: text('id').primaryKey(),
    /** State, verifier, nonce and the way back, sealed. */
    sealed: text('sealed').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [index('sign_ins_end').on(table.expiresAt)],
);
