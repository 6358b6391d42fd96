'use server';

import { z } from 'zod';
import { makeProblem } from '../../../lib/problems/make-problem.ts';
import { ProblemError } from '../../../lib/problems/problem.ts';
import { routes } from '../../../lib/routes.ts';
import { defineAction } from '../../../lib/server/action.ts';
import { ownRun } from '../../../lib/server/owned.ts';
import { interrupt, resume } from '../../../lib/server/runner.ts';

const input = z.object({ runId: z.guid() });
const target = ({ runId }: { readonly runId: string }) => runId;

export const interruptRun = defineAction({
  input,
  role: 'Operator',
  audit: 'run.interrupt',
  target,
  authorise: ownRun,
  async run({ target: run, session, services: { store } }) {
    const lease = await store.runs.currentLease(run.id);
    if (lease && lease.holder.oid !== session.person.oid)
      throw new ProblemError(makeProblem('setup/not-taken', { title: `${lease.holder.name} holds this run` }));
    interrupt(run.id);
    return { ok: true, value: undefined };
  },
  revalidate: (_value, { runId }) => [routes.run(runId)],
});

export const resumeRun = defineAction({
  input,
  role: 'Operator',
  audit: 'run.resume',
  target,
  authorise: ownRun,
  async run({ target: run, session, services }) {
    const lease = await services.store.runs.currentLease(run.id);
    // One's own lease may be left over from a server that died; taking it again ends whatever still believes in it.
    return resume(run, { session, services }, lease?.holder.oid === session.person.oid);
  },
  revalidate: (_value, { runId }) => [routes.run(runId)],
});

export const takeOverRun = defineAction({
  input,
  role: 'Operator',
  audit: 'run.take-over',
  target,
  authorise: ownRun,
  run: ({ target: run, session, services }) => resume(run, { session, services }, true),
  revalidate: (_value, { runId }) => [routes.run(runId)],
});
