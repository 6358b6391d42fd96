import { expect, it } from 'vitest';
import type { CatalogEntry } from '../../../lib/problems/catalog/entry.ts';
import { type ProblemCode, problemAnchor, problemCatalog } from '../../../lib/problems/catalog.ts';
import { diagnosisTable } from '../../../lib/problems/diagnose.ts';

const entries = Object.entries(problemCatalog) as [ProblemCode, CatalogEntry][];

/** The guide is written from the catalogue; `vitest -u` writes it anew. */
function guide(): string {
  const sections = entries
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, { title, cause, remedy, fix }]) => {
      const codes = [
        ...new Set(diagnosisTable.filter(({ problem }) => problem === code).flatMap((row) => row.codes ?? [])),
      ];
      return [
        `## ${code}`,
        '',
        `**${title}.** ${cause}`,
        '',
        `*What to do:* ${remedy}${fix ? ` Patless plans it with “${fix}”.` : ''}`,
        ...(codes.length > 0 ? ['', `Seen as ${codes.map((each) => `\`${each}\``).join(', ')}.`] : []),
        '',
      ].join('\n');
    });
  return `${['# Problems', '', 'Every problem that Patless names, by its code. The page of a problem links to its section here.', '', ...sections].join('\n').trimEnd()}\n`;
}

it('has a section in docs/problems.md for every code, with its texts', async () => {
  await expect(guide()).toMatchFileSnapshot('../../../docs/problems.md');
});

it.each(entries)('%s is said shortly and completely', (code, { title, cause, remedy }) => {
  expect(code).toMatch(/^[a-z-]+\/[a-z-]+$/);
  expect(problemAnchor(code)).toMatch(/^problems#[a-z-]+$/);
  expect(title).not.toMatch(/\.$/);
  for (const text of [cause, remedy]) {
    expect(text).toMatch(/\.$/);
    expect(text.match(/[.?!](\s|$)/g)?.length).toBeLessThanOrEqual(2);
  }
});
