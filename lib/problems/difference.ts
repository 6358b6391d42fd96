/**
 * How `seen` differs from `expected`, in words, for people who cannot see one character's difference.
 * Undefined when they are equal.
 */
export function differenceInWords(expected: string, seen: string): string | undefined {
  if (expected === seen) return undefined;
  if (seen === '') return 'nothing is there';
  if (expected.trim() === seen.trim()) return 'differs in white space at its ends';
  if (expected.replace(/\/+$/, '') === seen.replace(/\/+$/, ''))
    return expected.endsWith('/') ? 'the trailing slash is missing' : 'a trailing slash too many';
  if (expected.toLowerCase() === seen.toLowerCase()) return 'differs in upper and lower case only';
  if (expected.replace(/\s/g, '') === seen.replace(/\s/g, '')) return 'differs in white space';
  const count = differingCharacters(expected, seen);
  return count === 1 ? '1 character differs' : `${count} characters differ`;
}

/** Characters outside the common start and end, of the longer one. */
function differingCharacters(expected: string, seen: string): number {
  const shorter = Math.min(expected.length, seen.length);
  let start = 0;
  while (start < shorter && expected[start] === seen[start]) start++;
  let end = 0;
  while (end < shorter - start && expected[expected.length - 1 - end] === seen[seen.length - 1 - end]) end++;
  return Math.max(expected.length, seen.length) - start - end;
}
