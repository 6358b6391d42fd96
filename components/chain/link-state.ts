import type { Chain, Link, Realm } from '../../lib/model/chain.ts';
import { took } from '../ui/time-text.ts';

export type LinkState = 'proved' | 'hit' | 'attention' | 'waiting' | 'running' | 'unclear' | 'off';

/** How a link is drawn. Only `verified` decides: configured alone never looks proved. */
export function linkState(link: Pick<Link, 'id' | 'verified'>, runningId?: string): LinkState {
  if (link.id === runningId) return 'running';
  switch (link.verified.status) {
    case 'works':
      return 'proved';
    case 'broken':
      return 'hit';
    case 'attention':
      return 'attention';
    case 'waiting':
      return 'waiting';
    case 'unknown':
    case 'not-visible':
      return 'unclear';
    default:
      return 'off';
  }
}

/** The link that the page has to explain: the first broken one, else the first that carries a problem. */
export function linkToExplain(links: readonly Link[]): Link | undefined {
  return (
    links.find(({ verified }) => verified.status === 'broken') ?? links.find(({ problem }) => problem !== undefined)
  );
}

export const realmTitles: Readonly<Record<Exclude<Realm, 'consumer'>, string>> = {
  kubernetes: 'Kubernetes',
  entra: 'Entra ID',
  devops: 'Azure DevOps',
};
export function realmTitle(realm: Realm, consumerTitle: string): string {
  return realm === 'consumer' ? consumerTitle : realmTitles[realm];
}

export interface RealmSpan {
  readonly realm: Realm;
  readonly place: string;
  readonly from: number;
  readonly over: number;
}
/** Neighbours in one realm share its heading; a realm that comes back gets a new one, because order is causal. */
export function realmSpans(links: readonly Pick<Link, 'realm' | 'place'>[]): readonly RealmSpan[] {
  const spans: RealmSpan[] = [];
  for (const [index, { realm, place }] of links.entries()) {
    const last = spans.at(-1);
    if (last?.realm === realm) spans[spans.length - 1] = { ...last, over: last.over + 1 };
    else spans.push({ realm, place, from: index, over: 1 });
  }
  return spans;
}

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const passWords = ['', 'first', 'second', 'third', 'fourth', 'fifth'];

export interface Verdict {
  readonly status: Link['verified']['status'];
  readonly word: string;
  readonly detail: string;
}

/** The one line over a chain. */
export function verdict(
  links: readonly Link[],
  facts: { readonly running: boolean; readonly passes?: number; readonly waiting?: string },
): Verdict {
  const count = (status: Link['verified']['status']) =>
    links.filter(({ verified }) => verified.status === status).length;
  const proved = count('works') + count('attention');
  const spent = links.reduce((sum, { tookMs }) => sum + (tookMs ?? 0), 0);
  const rest = links.length - proved;
  if (facts.waiting)
    return { status: 'waiting', word: facts.waiting, detail: `${proved} of ${links.length} links proved so far.` };
  const broken = links.find(({ verified }) => verified.status === 'broken');
  if (facts.running && !broken)
    return { status: 'waiting', word: 'Checking', detail: `${proved} of ${links.length} links proved so far.` };
  if (broken) {
    const untested = count('not-tested');
    const parts = [`${plural(proved, 'link')} proved`, `${count('broken')} broken`];
    if (untested > 0) parts.push(`${untested} not tested`);
    return {
      status: 'broken',
      word: `Broken at the ${lower(broken.kind)}`,
      detail: `${parts.join(', ')}. Took ${took(spent)}`,
    };
  }
  if (rest === 0) {
    const pass =
      facts.passes && facts.passes > 1 ? `, ${passWords[facts.passes] ?? `${facts.passes}th`} pass in a row` : '';
    const word = count('attention') > 0 ? 'Works, and needs attention' : 'Works, proved as the workload itself';
    return {
      status: count('attention') > 0 ? 'attention' : 'works',
      word,
      detail: `${proved} of ${links.length} links in ${took(spent)}${pass}`,
    };
  }
  const unclear = links.find(({ verified }) => ['unknown', 'not-visible', 'waiting'].includes(verified.status));
  if (unclear)
    return {
      status: unclear.verified.status,
      word: `${unclear.verified.word} at the ${lower(unclear.kind)}`,
      detail: `${plural(proved, 'link')} proved, ${rest} without an answer`,
    };
  return { status: 'not-tested', word: 'Not tested', detail: `${proved} of ${links.length} links proved` };
}

/** The picture in one sentence, for its accessible name. */
export function chainLabel(links: readonly Link[]): string {
  const broken = links.findIndex(({ verified }) => verified.status === 'broken');
  const proved = links.filter(({ verified }) => verified.status === 'works').length;
  const what = `Trust chain, ${plural(links.length, 'link')} in causal order`;
  if (broken >= 0) return `${what}, broken at link ${broken + 1}, ${links[broken]?.kind ?? ''}`;
  return proved === links.length ? `${what}, all proved` : `${what}, ${proved} proved`;
}

/** What *Copy diagnosis* puts on the clipboard: facts of the page, nothing that the page does not show. */
export function diagnosisText(chain: Chain): string {
  const lines = [chain.title, `Subject: ${chain.subject}`, ''];
  for (const link of chain.links)
    lines.push(`${link.kind} (${link.name}): configured ${link.configured.word}, verified ${link.verified.word}`);
  const hit = linkToExplain(chain.links);
  if (hit?.problem) {
    const { title, cause, remedy, evidence, upstream } = hit.problem;
    lines.push('', title, cause, remedy);
    for (const { label, expected, seen } of evidence)
      lines.push(`${label}: expected ${expected ?? '(not compared)'}, seen ${seen ?? '(nothing)'}`);
    if (upstream?.correlationId) lines.push(`Correlation id: ${upstream.correlationId} at ${upstream.at}`);
  }
  return lines.join('\n');
}
