export interface Piece {
  readonly text: string;
  readonly kind: 'same' | 'absent' | 'surplus';
}
export interface Difference {
  readonly equal: boolean;
  readonly expected: readonly Piece[];
  readonly seen: readonly Piece[];
  /** In words: how many characters, and whether it is only case, a slash or white space. */
  readonly words: string;
}

const boundary = /[:/\s@.]/;

/** An inserted run may slide along equal characters; it reads best when it starts right after a separator. */
function slide(longer: string, start: number, length: number): number {
  let at = start;
  while (at > 0 && longer[at - 1] === longer[at + length - 1]) at -= 1;
  for (let candidate = at; candidate <= start; candidate += 1) {
    if (candidate === 0 || boundary.test(longer[candidate - 1] ?? '')) return candidate;
  }
  return start;
}

function pieces(text: string, start: number, end: number, kind: 'absent' | 'surplus'): Piece[] {
  return [
    { text: text.slice(0, start), kind: 'same' as const },
    { text: text.slice(start, end), kind },
    { text: text.slice(end), kind: 'same' as const },
  ].filter((piece) => piece.text !== '');
}

/** Same length: mark character by character, so that a wrong case or digit stands out. */
function byCharacter(text: string, other: string): Piece[] {
  const result: Piece[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const kind = text[index] === other[index] ? 'same' : 'surplus';
    const last = result.at(-1);
    if (last?.kind === kind) result[result.length - 1] = { kind, text: last.text + (text[index] ?? '') };
    else result.push({ kind, text: text[index] ?? '' });
  }
  return result;
}

function inWords(expected: string, seen: string, count: number): string {
  if (expected.toLowerCase() === seen.toLowerCase()) return 'Differs in upper and lower case';
  if (expected.trim() === seen.trim()) return 'Differs in white space';
  if (expected === `${seen}/`) return 'The trailing slash is missing';
  if (seen === `${expected}/`) return 'One trailing slash too many';
  return count === 1 ? '1 character differs' : `${count} characters differ`;
}

/** Which characters of two values differ. `absent` stands where the other side has more, as long as what is missing. */
export function difference(expected: string, seen: string): Difference {
  if (expected === seen) {
    const same: Piece[] = [{ text: expected, kind: 'same' }];
    return { equal: true, expected: same, seen: same, words: 'Equal' };
  }
  let start = 0;
  while (start < expected.length && start < seen.length && expected[start] === seen[start]) start += 1;
  let end = 0;
  while (
    end < expected.length - start &&
    end < seen.length - start &&
    expected[expected.length - 1 - end] === seen[seen.length - 1 - end]
  )
    end += 1;
  const missing = expected.length - start - end;
  const more = seen.length - start - end;
  const words = (count: number) => inWords(expected, seen, count);
  if (missing === 0 || more === 0) {
    const seenIsLonger = missing === 0;
    const longer = seenIsLonger ? seen : expected;
    const length = seenIsLonger ? more : missing;
    const at = slide(longer, start, length);
    const marked = pieces(longer, at, at + length, 'surplus');
    const shorter = seenIsLonger ? expected : seen;
    const gap: Piece[] = [
      { text: shorter.slice(0, at), kind: 'same' as const },
      { text: longer.slice(at, at + length), kind: 'absent' as const },
      { text: shorter.slice(at), kind: 'same' as const },
    ].filter((piece) => piece.text !== '');
    return seenIsLonger
      ? { equal: false, expected: gap, seen: marked, words: words(length) }
      : { equal: false, expected: marked, seen: gap, words: words(length) };
  }
  if (expected.length === seen.length && expected.length <= 2_000) {
    const left = byCharacter(expected, seen);
    const count = left.reduce((sum, piece) => sum + (piece.kind === 'same' ? 0 : piece.text.length), 0);
    return { equal: false, expected: left, seen: byCharacter(seen, expected), words: words(count) };
  }
  return {
    equal: false,
    expected: pieces(expected, start, expected.length - end, 'surplus'),
    seen: pieces(seen, start, seen.length - end, 'surplus'),
    words: words(Math.max(missing, more)),
  };
}
