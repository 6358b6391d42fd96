const base = 'https://patless.invalid';

/**
 * A path of this app, or `/`. Anything that a browser could take for another origin (`//host`, `/\host`, a scheme, control
 * characters) would make the sign-in an open redirect; `/auth` and `/sign-in` would loop.
 */
export function returnPath(candidate: string | null | undefined): string {
  if (!candidate?.startsWith('/') || candidate.length > 2_000) return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers strip tab and newline from addresses before they read them.
  if (/[\u0000-\u001f\u007f\\]/.test(candidate) || !URL.canParse(candidate, base)) return '/';
  const url = new URL(candidate, base);
  if (url.origin !== base || url.pathname.startsWith('//')) return '/';
  if (/^\/(auth|sign-in|api|_next)(\/|$)/.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}
