import 'server-only';
import { cache } from 'react';
import type { CheckRun, Status } from '../model/chain.ts';
import type { Connection } from '../model/connection.ts';
import type { RunSummary } from '../model/run.ts';
import { routes, type WizardStep } from '../routes.ts';
import { completeDesign } from '../setup/steps.ts';
import { env } from './env.ts';
import { services } from './services.ts';
import type { Session } from './session.ts';
import { consumerTitles } from './wizard/consumers.ts';

/** After this long without a proof, works is only a memory. */
const staleAfterMs = 7 * 86_400_000;

/** A row is some kilobytes of HTML with its chain: more of them would make the page heavy before it is useful. */
const rowsPerPage = 25;

interface Word {
  readonly status: Status;
  readonly word: string;
}
export interface OverviewRow {
  readonly connection: Pick<Connection, 'id' | 'name' | 'updatedAt'>;
  readonly href: string;
  readonly cluster?: string;
  readonly consumers: readonly string[];
  readonly target?: string;
  readonly configured: Word;
  readonly verified: Word;
  readonly links?: CheckRun['chains'][number]['links'];
  readonly lastVerified?: { readonly at: string; readonly by: string; readonly stale: boolean };
  readonly next?: { readonly who: string; readonly label: string; readonly href: string };
}

/** `?page=` of a list; anything else is the first page. */
export function pageOf(value: string | string[] | undefined): number {
  const number = Number(Array.isArray(value) ? value[0] : value);
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}

/** Everything the home page says, from the store alone: no cloud is asked to draw it. */
export const accessOverview = cache(async (session: Session, page = 1) => {
  const { store } = await services();
  const { tid } = session.person;
  const [connections, checks, runs] = await Promise.all([
    store.connections.list(tid),
    store.checks.latest(tid),
    store.runs.newest(tid),
  ]);
  const rows = connections.map((connection) => rowOf(connection, checks.get(connection.id), runs.get(connection.id)));
  rows.sort(
    (left, right) => urgency(left) - urgency(right) || left.connection.name.localeCompare(right.connection.name),
  );
  const count = (status: Status) => rows.filter(({ verified }) => verified.status === status).length;
  const broken = count('broken');
  const works = count('works');
  const open = rows.length - works - broken;
  const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage));
  const at = Math.min(Math.max(1, page), pages);
  return {
    rows: rows.slice((at - 1) * rowsPerPage, at * rowsPerPage),
    page: at,
    pages,
    sentence: sentenceOf(rows.length, works),
    summary: [
      { status: 'works' as const, label: 'Working', count: works },
      { status: 'broken' as const, label: 'Broken', count: broken },
      { status: 'unknown' as const, label: 'Unverified', count: open },
    ],
  };
});

/** What somebody has to act on stands first. */
function urgency({ verified, next }: OverviewRow): number {
  if (verified.status === 'broken') return 0;
  return next ? 1 : 2;
}

function sentenceOf(all: number, works: number): string {
  if (all === 0) return 'No connection reaches Azure DevOps yet.';
  if (all === 1) return works === 1 ? 'The connection works without a PAT.' : 'The connection is not proved yet.';
  return `${works} of ${all} connections reach Azure DevOps without a PAT.`;
}

function rowOf(connection: Connection, check: CheckRun | undefined, run: RunSummary | undefined): OverviewRow {
  const { answers } = connection;
  const titles = consumerTitles();
  const complete = completeDesign(connection, env().cloud);
  const unfinished = 'design' in complete ? undefined : complete.missing[0];
  const stale = check ? Date.now() - Date.parse(check.endedAt ?? check.startedAt) > staleAfterMs : false;
  const verified = verifiedWord(check, stale);
  return {
    connection: { id: connection.id, name: connection.name, updatedAt: connection.updatedAt },
    href: routes.connection(connection.id),
    cluster: answers.cluster?.value.name,
    consumers:
      answers.consumers?.value.consumers.map(({ kind, namespace }) => `${titles[kind] ?? kind} ${namespace}`) ?? [],
    target: answers.devops ? `${answers.devops.value.organization} / ${answers.devops.value.project.name}` : undefined,
    configured: configuredWord(unfinished, run, check),
    verified,
    links: check?.chains[0]?.links,
    ...(check?.endedAt ? { lastVerified: { at: check.endedAt, by: check.startedBy.name, stale } } : {}),
    next: nextStep(connection.id, unfinished, run, verified),
  };
}

function verifiedWord(check: CheckRun | undefined, stale: boolean): Word {
  if (!check) return { status: 'not-tested', word: 'Never verified' };
  if (check.status === 'works' && stale) return { status: 'unknown', word: 'Unverified' };
  const words: Partial<Record<Status, string>> = {
    works: 'Works',
    broken: 'Broken',
    waiting: 'Waiting',
    unknown: 'Unverified',
  };
  return { status: check.status, word: words[check.status] ?? 'Unverified' };
}

function configuredWord(
  unfinished: string | undefined,
  run: RunSummary | undefined,
  check: CheckRun | undefined,
): Word {
  if (unfinished) return { status: 'not-tested', word: 'Unfinished' };
  const drifted = check?.chains.some(({ links }) =>
    links.some(({ configured }) => configured.status === 'attention' || configured.status === 'broken'),
  );
  if (run?.state === 'done')
    return drifted ? { status: 'attention', word: 'Drifted' } : { status: 'works', word: 'Complete' };
  if (run?.state === 'running') return { status: 'waiting', word: 'Applying' };
  if (run) return { status: 'attention', word: 'Partly applied' };
  return { status: 'not-tested', word: 'Not applied' };
}

function nextStep(
  id: string,
  unfinished: string | undefined,
  run: RunSummary | undefined,
  verified: Word,
): OverviewRow['next'] {
  const operator = (label: string, step: WizardStep) => ({ who: 'Operator', label, href: routes.step(id, step) });
  if (unfinished) return operator('continue the setup', unfinished as WizardStep);
  if (!run) return operator('review the plan', 'review');
  if (run.state === 'waiting' || run.state === 'interrupted') return operator('resume the run', 'apply');
  if (run.state === 'failed') return operator('review what is left', 'review');
  if (verified.status === 'broken') return operator('mend the chain', 'verify');
  if (verified.status !== 'works') return operator('verify', 'verify');
  return undefined;
}
