import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fixCommands } from '../../../lib/audit/commands.ts';
import { csvCell, toCsv, toJson } from '../../../lib/audit/export.ts';
import { judgedRows } from '../../../lib/audit/filter.ts';
import { judgeRows } from '../../../lib/audit/judge.ts';
import { visibleLine } from '../../../lib/audit/visible.ts';
import type { Remedy, Scan } from '../../../lib/model/audit.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';
import { tenantId, withCredential } from '../findings/rows.ts';

const hostile = [
  '<img src=x onerror=alert(1)>',
  '"; canary #',
  "'; $(canary) `id` ",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of Terraform is among what must stay text.
  '${file("/etc/passwd")} %{ if true }',
  "=cmd|' /C calc'!A0",
  '@SUM(1+1)',
  '+1',
  '-1',
  '\t=1',
  'a\r\nb,c',
  '\u202Egnp.exe\u202C',
  'x'.repeat(600),
];
const scan: Scan = {
  id: '1',
  tenantId,
  startedBy: { oid: 'o', name: '=Ada' },
  startedAt: '2026-11-20T09:00:00.000Z',
  endedAt: '2026-11-20T09:12:00.000Z',
  state: 'done',
  scope: {
    subscriptions: ['=Contoso'],
    clusters: [],
    organizations: [],
    identities: 1,
    credentials: 1,
    notVisible: [],
  },
};
const about = { scan, filter: '=1+1', at: '2026-11-20T10:00:00.000Z', reader: 'auditor@contoso.example' };
const context = { cloud: builtInClouds.public, tenantId, clustersComplete: true, clustersRead: 1 };

/** As RFC 4180 readers do it. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (quoted && character === '"' && text[index + 1] === '"') {
      cell += '"';
      index += 1;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ',') {
      lines.at(-1)?.push(cell);
      cell = '';
    } else if (!quoted && character === '\r' && text[index + 1] === '\n') {
      lines.at(-1)?.push(cell);
      cell = '';
      lines.push([]);
      index += 1;
    } else cell += character;
  }
  return lines.filter(({ length }) => length > 0);
}

describe('CSV', () => {
  it.each(hostile)('makes %s inert', (text) => {
    const [row] = parseCsv(`${csvCell(text)},next\r\n`);
    expect(row).toHaveLength(2);
    expect(row?.[0]).not.toMatch(/^\s*[=+\-@|%]/);
    expect([text, `'${text}`]).toContain(row?.[0]);
  });
  it('has a header with scope, time and filter, and the rows that were given', () => {
    const rows = judgedRows(
      judgeRows(
        hostile.map((text) => withCredential({ subject: text }, { key: text, name: text })),
        context,
      ),
      [],
      '2026-11-20',
    );
    const lines = parseCsv(toCsv(rows, about));
    const header = Object.fromEntries(
      lines.filter(([first]) => first?.startsWith('# ')).map(([name, value]) => [name, value]),
    );
    expect(header).toMatchObject({
      '# filter': "'=1+1",
      '# scanned': '2026-11-20T09:12:00.000Z',
      '# subscriptions': "'=Contoso",
      '# rows': String(hostile.length),
    });
    const data = lines.filter(([first]) => !first?.startsWith('# '));
    expect(data).toHaveLength(hostile.length + 1);
    expect(new Set(data.map(({ length }) => length)).size).toBe(1);
    expect(data.flat().filter((cell) => /^\s*[=+\-@]/.test(cell))).toEqual([]);
  });
});

it('JSON holds the same rows, whole', () => {
  const rows = judgedRows([withCredential({ subject: hostile[0] })], [], '2026-11-20');
  const parsed = JSON.parse(toJson(rows, about)) as {
    about: { filter: string };
    rows: { credential: { subject: string } }[];
  };
  expect(parsed.about.filter).toBe('=1+1');
  expect(parsed.rows[0]?.credential.subject).toBe(hostile[0]);
});

const remedies: readonly Remedy[] = [
  { type: 'delete-credential' },
  { type: 'recreate-credential', issuer: 'https://x/', subject: 's', audience: 'a' },
  { type: 'remove-role', role: "O'wner", scope: '/subscriptions/$(id)' },
  { type: 'remove-group', organization: 'a b', group: { name: 'x', descriptor: '$(id)' }, member: '`id`' },
  { type: 'remove-member', organization: '../x', member: '$(id)' },
  { type: 'fit-workload', annotate: true, label: [{ kind: 'Deployment', name: '$(id)' }] },
  { type: 'own-service-account' },
  { type: 'split-identity' },
];

/** What `az` and `kubectl` are called with, by a real shell that finds no other program. */
function argumentsOf(script: string): string[] {
  const record = 'az() { printf "%s\\0" "$@"; }; kubectl() { az "$@"; };';
  const output = execFileSync('/bin/sh', ['-euc', `${record}\n${script}`], {
    env: { NODE_ENV: 'test', PATH: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return output.toString('utf8').split('\0');
}

describe('commands', () => {
  it.each(remedies)('of $type quote what services call things', (remedy) => {
    for (const text of hostile) {
      const row = withCredential(
        { subject: text, issuer: `https://x/${text}`, audiences: [text] },
        { name: text, serviceAccount: { namespace: text, name: text } },
      );
      const named = { ...row, identity: { ...row.identity, name: text, resourceGroup: text } };
      const { az, kubectl, terraform } = fixCommands(named, { remedy });
      const words = [az, kubectl].flatMap((shell) => (shell ? argumentsOf(shell) : []));
      expect(words.length).toBeGreaterThan(0);
      // Whatever part of the name a command uses arrives as it is.
      if (remedy.type === 'delete-credential') expect(words).toContain(text);
      if (terraform) expect(terraform).not.toMatch(/(?<!\$)\$\{file/);
    }
  });
});

it('shows what would hide or reorder text', () => {
  expect(visibleLine('a\u202Eb\u0000c\nd\u200B')).toBe('a⟨U+202E⟩b⟨U+0000⟩c⟨U+000A⟩d⟨U+200B⟩');
  expect(visibleLine('Zoë 日本 العربية')).toBe('Zoë 日本 العربية');
});
