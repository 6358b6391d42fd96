'use server';

import { z } from 'zod';
import { findingKey } from '../../../lib/model/audit.ts';
import { makeProblem } from '../../../lib/problems/make-problem.ts';
import { ProblemError } from '../../../lib/problems/problem.ts';
import { routes } from '../../../lib/routes.ts';
import { defineAction } from '../../../lib/server/action.ts';
import { cancelScan, startScan } from '../../../lib/server/audit/scanner.ts';
import { ownRisk, ownScan } from '../../../lib/server/owned.ts';

const day = 86_400_000;
const longestYears = 2;

export const readCredentials = defineAction({
  input: z.object({}),
  role: 'Auditor',
  audit: 'credentials.scan',
  async run({ session, services }) {
    return { ok: true, value: await startScan({ session, services }) };
  },
  revalidate: () => [routes.credentials()],
});

export const stopScan = defineAction({
  input: z.object({ scanId: z.guid() }),
  role: 'Auditor',
  audit: 'credentials.scan-cancel',
  target: ({ scanId }) => scanId,
  authorise: ownScan,
  async run({ target, services }) {
    await cancelScan(target, services);
    return { ok: true, value: undefined };
  },
  revalidate: () => [routes.credentials()],
});

const endsOn = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'Write the day as 2027-01-31.')
  .refine((text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text), {
    error: 'There is no such day.',
    abort: true,
  })
  .refine((text) => Date.parse(text) >= Date.now() - day, 'The day is over.')
  .refine((text) => Date.parse(text) <= Date.now() + longestYears * 366 * day, 'Choose a day within two years.');

export const acceptRisk = defineAction({
  input: z.object({
    scanId: z.guid(),
    row: z.string().min(1).max(1_000),
    kind: z.string().regex(/^F\d{1,2}$/),
    reason: z
      .string()
      .trim()
      .min(10, 'Say in at least ten characters why it may stay.')
      .max(1_000, 'At most 1000 characters.'),
    owner: z.string().trim().min(3, 'Say who answers for it.').max(200, 'At most 200 characters.'),
    endsOn,
  }),
  role: 'Auditor',
  audit: 'credentials.accept-risk',
  target: ({ kind, row }) => `${kind}:${row}`,
  authorise: ownScan,
  async run({ input, target: scan, session, services: { store } }) {
    const rows = await store.scans.rows(scan.id);
    const row = rows.find(({ key }) => key === input.row);
    if (!row?.findings.some(({ kind }) => kind === input.kind)) throw new ProblemError(makeProblem('app/not-found'));
    await store.acceptedRisks.accept({
      tenantId: session.person.tid,
      findingKey: findingKey(row, input.kind),
      reason: input.reason,
      owner: input.owner,
      endsOn: input.endsOn,
      acceptedBy: { oid: session.person.oid, name: session.person.name },
    });
    return { ok: true, value: undefined };
  },
  revalidate: () => [routes.credentials()],
});

export const takeBackRisk = defineAction({
  input: z.object({ riskId: z.guid() }),
  role: 'Auditor',
  audit: 'credentials.take-back-risk',
  target: ({ riskId }) => riskId,
  authorise: ownRisk,
  async run({ target: risk, session, services: { store } }) {
    await store.acceptedRisks.takeBack(risk.id, { oid: session.person.oid, name: session.person.name });
    return { ok: true, value: undefined };
  },
  revalidate: () => [routes.credentials()],
});
