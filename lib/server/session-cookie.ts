import { createHash, randomBytes } from 'node:crypto';

export interface CookieAttributes {
  readonly httpOnly: true;
  readonly secure: boolean;
  readonly sameSite: 'lax';
  readonly path: '/';
  readonly maxAge: number;
}

/** `__Host-` binds a cookie to this host and to https; on http://localhost no browser accepts it, hence the plain name there. */
export function cookieNames(secure: boolean): { readonly session: string; readonly signIn: string } {
  const prefix = secure ? '__Host-' : '';
  return { session: `${prefix}patless`, signIn: `${prefix}patless-sign-in` };
}

/** Lax, not Strict: the way back from Entra is a navigation from another site and must find the transaction. */
export function cookieAttributes(secure: boolean, maxAgeMs: number): CookieAttributes {
  return { httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: Math.floor(maxAgeMs / 1_000) };
}

export function newCookieValue(): string {
  return randomBytes(32).toString('base64url');
}

export function hashCookie(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
