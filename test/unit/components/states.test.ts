import { describe, expect, test } from 'vitest';
import { checkState, reduceCheck, replay, shown } from '../../../components/chain/check-state.ts';
import { linkToExplain, realmSpans, verdict } from '../../../components/chain/link-state.ts';
import { counts, requestText, whoMakes } from '../../../components/plan/plan-words.ts';
import { countRows, picture, progressText, tickMs } from '../../../components/plan/run-state.ts';
import { lines } from '../../../components/stream.ts';
import { colour } from '../../../components/ui/code-block.tsx';
import { minutes, relative } from '../../../components/ui/time-text.ts';
import type { Link } from '../../../lib/model/chain.ts';
import { brokenLinks, check, endings, events, goodLinks, plan, run, runningCheck } from '../../fixtures/screens.ts';

const at = '2026-11-20T09:41:06.000Z';

describe('a check while it runs', () => {
  const untested = goodLinks.map((link): Link => ({ ...link, verified: { status: 'not-tested', word: 'Not tested' } }));
  const chain = {
    ...runningCheck.chains[0],
    id: 'c',
    consumerKind: 'argocd',
    consumerTitle: 'Argo CD',
    title: '',
    subject: '',
    links: untested,
  };
  const start = reduceCheck(checkState(runningCheck), { type: 'check-start', at, chains: [chain] });

  test('a result behind an open link waits for its turn', () => {
    const late = reduceCheck(start, { type: 'link-end', chainId: 'c', link: goodLinks[3] as Link });
    expect(shown(late, chain).links[3]?.verified.status).toBe('not-tested');
    expect(shown(late, chain).runningId).toBe('injection');
    const all = goodLinks
      .slice(0, 3)
      .reduce((state, link) => reduceCheck(state, { type: 'link-end', chainId: 'c', link }), late);
    expect(
      shown(all, chain)
        .links.map(({ verified }) => verified.status)
        .slice(0, 5),
    ).toEqual(['works', 'works', 'works', 'works', 'not-tested']);
    expect(shown(all, chain).runningId).toBe('identity');
  });
  test('the end shows what arrived and runs nothing', () => {
    const ended = reduceCheck(start, { type: 'check-end', at, status: 'unknown', passes: 0, tookMs: 1 });
    expect(shown(ended, chain).runningId).toBeUndefined();
  });
});

describe('a chain in words', () => {
  test('names the first broken link and what lies behind it', () => {
    expect(verdict(brokenLinks, { running: false })).toEqual({
      status: 'broken',
      word: 'Broken at the federated credential',
      detail: '3 links proved, 1 broken, 4 not tested. Took 504 ms',
    });
    expect(linkToExplain(brokenLinks)?.id).toBe('credential');
  });
  test('says how often it passed', () => {
    expect(verdict(goodLinks, { running: false, passes: 3 }).detail).toMatch(/third pass in a row/);
  });
  test('configured alone is never called proved', () => {
    const configured = goodLinks.map((link) => ({
      ...link,
      verified: { status: 'not-tested' as const, word: 'Not tested' },
    }));
    expect(verdict(configured, { running: false }).status).toBe('not-tested');
  });
  test('neighbours share a realm', () => {
    expect(realmSpans(brokenLinks).map(({ realm, from, over }) => [realm, from, over])).toEqual([
      ['kubernetes', 0, 3],
      ['entra', 3, 2],
      ['devops', 5, 2],
      ['consumer', 7, 1],
    ]);
  });
  test('a finished check needs no stream', () => {
    expect(checkState(check).end?.status).toBe('broken');
  });
});

describe('a run from its events', () => {
  test('waiting is a span of its own, and the newest attempt counts', () => {
    const row = picture(run, events).rows.find(({ change }) => change.id === 'fic:1');
    expect(row).toMatchObject({ state: 'waiting', attempts: 2 });
    expect(row?.spans.map(({ kind }) => kind)).toEqual(['work', 'wait', 'work', 'wait']);
    expect(row?.wait?.usually).toBe('up to 2 minutes');
  });
  test('nothing goes on after nobody holds it', () => {
    const { rows, state } = picture(run, endings.interrupted ?? []);
    expect(state).toBe('interrupted');
    expect(rows.flatMap(({ spans }) => spans).every(({ to }) => to !== undefined)).toBe(true);
  });
  test('a run whose server died is as over as the store says, and live again once somebody resumed it', () => {
    const known = events.at(-1)?.seq ?? 0;
    expect(picture({ ...run, state: 'interrupted' }, events, known).state).toBe('interrupted');
    const ended = endings.interrupted ?? [];
    expect(picture({ ...run, state: 'running' }, ended, ended.at(-1)?.seq).state).toBe('running');
  });
  test('drawing the same events twice gives the same picture', () => {
    expect(picture(run, events)).toEqual(picture(run, [...events]));
  });
  test('counts add up to the changes', () => {
    for (const list of [events, ...Object.values(endings)]) {
      const { rows } = picture(run, list);
      expect(Object.values(countRows(rows)).reduce((sum, one) => sum + one, 0)).toBe(rows.length);
      expect(progressText(rows)).toMatch(/^\d+ done/);
    }
  });
  test('four ticks hold the run', () => {
    for (const ms of [10, 3_900, 61_000, 221_000, 4_000_000]) expect(tickMs(ms) * 4).toBeGreaterThan(ms);
  });
});

describe('a plan in words', () => {
  test('a missing right hands the change over', () => {
    expect(counts(plan)).toEqual({ create: 3, update: 3, irreversible: 1, 'handed-over': 1, blocked: 1, right: 1 });
    expect(whoMakes(plan)).toBe('You make 7 changes, somebody else makes 1.');
  });
  test('the request names right, scope, command and address', () => {
    const change = plan.changes.find(({ id }) => id === 'member:1');
    if (!change) throw new Error('fixture');
    const text = requestText(change, change.rights, 'https://patless.contoso.example/x');
    for (const part of [
      'Project Collection Administrator',
      'contoso-eng',
      'az identity',
      'https://patless.contoso.example/x#change-member-1',
    ])
      expect(text).toContain(part);
  });
});

describe('texts', () => {
  test('shell colours lose no character', () => {
    const command = "az x --name 'a b' # note\nkubectl -n argocd get pods\nurl=https://h/#anchor";
    expect(
      colour(command)
        .map(({ text }) => text)
        .join(''),
    ).toBe(command);
    expect(
      colour(command)
        .filter(({ kind }) => kind)
        .map(({ text }) => text),
    ).toEqual(['--name', "'a b'", '# note', '-n']);
  });
  test('times', () => {
    expect(relative(at, Date.parse(at) + 12 * 60_000)).toBe('12 min ago');
    expect(relative(at, Date.parse(at) - 40_000)).toBe('in 40 s');
    expect(minutes(221_000)).toBe('3:41');
    expect(minutes(3_723_000)).toBe('1:02:03');
  });
  test('lines of a stream survive being cut anywhere', async () => {
    const bytes = new TextEncoder().encode('{"a":"ä"}\n\n{"b":2}\n{"c":3}');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const read: string[] = [];
    for await (const line of lines(body)) read.push(line);
    expect(read).toEqual(['{"a":"ä"}', '{"b":2}', '{"c":3}']);
  });
});

describe('a check loaded while it runs', () => {
  test('starts from what its events have told', () => {
    const chain = runningCheck.chains[0];
    if (!chain) throw new Error('fixture');
    const link = { ...goodLinks[3], id: 'credential' } as Link;
    const state = replay(runningCheck, [{ type: 'link-end', chainId: chain.id, link }]);
    expect(shown(state, chain).links[3]?.verified.status).toBe('works');
    expect(replay(check, [{ type: 'link-end', chainId: 'a', link }])).toEqual(checkState(check));
  });
});
