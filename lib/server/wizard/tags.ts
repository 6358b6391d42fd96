import 'server-only';
import type { Result } from '../../model/problem.ts';
import { makeProblem } from '../../problems/make-problem.ts';

/** Limits of Azure resource tags. Source: Microsoft Learn, "Use tags to organize your Azure resources". */
const limits = { count: 50, name: 512, value: 256 } as const;

/** One `name=value` a line. */
export function parseTags(text: string): Result<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const line of text
    .split(/\r?\n/)
    .map((one) => one.trim())
    .filter(Boolean)) {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    if (at < 1 || name.length > limits.name || value.length > limits.value || /[<>%&\\?/]/.test(name))
      return refused(line, 'Write each tag as name=value; a name has none of < > % & \\ ? /.');
    tags[name] = value;
  }
  if (Object.keys(tags).length > limits.count)
    return refused(`${Object.keys(tags).length} tags`, `Azure keeps at most ${limits.count} tags.`);
  return { ok: true, value: tags };
}

function refused(value: string, remedy: string): Result<never> {
  return {
    ok: false,
    problem: makeProblem('setup/answer-invalid', {
      title: 'A tag cannot be saved as it is',
      remedy,
      evidence: [{ label: 'Tags', seen: value, seenIn: 'the form' }],
    }),
  };
}
