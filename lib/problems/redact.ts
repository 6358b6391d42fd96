/** Upstream texts may quote what was sent to them. Anything that looks like a credential is cut before it is kept anywhere. */
const patterns: readonly [RegExp, string][] = [
  [/eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*)?/g, '[token]'],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/_.~=-]{8,}/gi, '$1 [credential]'],
  [/\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b/g, '[pat]'],
  [/\b[a-z2-7]{52}\b/g, '[pat]'],
  [
    /((?:access|refresh|id)_token|client_assertion|client_secret|password|code_verifier)(["']?\s*[:=]\s*["']?)[^\s"'&,}]+/gi,
    '$1$2[secret]',
  ],
  [/(:\/\/[^/\s:@]+):[^/\s@]+@/g, '$1:[secret]@'],
];

export function redact(text: string): string {
  const cut = patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
  return cut.length > 2_000 ? `${cut.slice(0, 2_000)} [cut]` : cut;
}
