import { describe, expect, it } from 'vitest';
import { echoForm, parseForm } from '../../../lib/server/form.ts';
import { isOwnOrigin, isOwnRead } from '../../../lib/server/request-origin.ts';
import { returnPath } from '../../../lib/server/return-path.ts';
import { contentSecurityPolicy } from '../../../lib/server/security-headers.ts';
import { cookieAttributes, cookieNames } from '../../../lib/server/session-cookie.ts';

const own = 'https://patless.contoso.example';

describe('forms', () => {
  const form = (entries: readonly (readonly [string, string])[]) => {
    const data = new FormData();
    for (const [name, value] of entries) data.append(name, value);
    return data;
  };
  it('nests names, keeps lists in the order of their indices and repeated names as lists', () => {
    const parsed = parseForm(
      form([
        ['repositories.10.id', 'k'],
        ['repositories.2.id', 'c'],
        ['repositories.2.access', 'read'],
        ['consumer', 'argocd/a'],
        ['consumer', 'argocd/b'],
        ['name', 'x'],
        ['$ACTION_ID_1', 'internal'],
      ]),
    );
    expect(parsed).toEqual({
      repositories: [{ id: 'c', access: 'read' }, { id: 'k' }],
      consumer: ['argocd/a', 'argocd/b'],
      name: 'x',
    });
  });
  it('reaches no prototype', () => {
    parseForm(
      form([
        ['__proto__.polluted', 'yes'],
        ['a.constructor.prototype.polluted', 'yes'],
      ]),
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
  it('leaves out files, names without end and depth without end', () => {
    const data = form([
      ['a..b', '1'],
      ['a.b.c.d.e.f.g.h', '1'],
    ]);
    data.append('upload', new Blob(['x']), 'x.txt');
    expect(parseForm(data)).toEqual({});
  });
  it('survives a field that is a value and a parent at once', () => {
    expect(
      parseForm(
        form([
          ['a', '1'],
          ['a.b', '2'],
        ]),
      ),
    ).toEqual({ a: { b: '2' } });
  });
  it('echoes what was typed, but no field that may be secret', () => {
    expect(
      echoForm(
        form([
          ['name', 'x'],
          ['clientSecret', 's'],
          ['password', 'p'],
          ['accessToken', 't'],
          ['$ACTION_REF', ''],
        ]),
      ),
    ).toEqual({ name: ['x'] });
  });
});

describe('return path', () => {
  it.each(['/', '/runs/1?after=2', '/connections/a/cluster#top'])('keeps %s', (path) => {
    expect(returnPath(path)).toBe(path);
  });
  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/..//evil.example',
    '/auth/start',
    '/sign-in?problem=x',
    '/api/health',
    `/${'a'.repeat(3_000)}`,
    '',
    undefined,
    null,
  ])('leads home instead of to %s', (path) => {
    expect(returnPath(path)).toBe('/');
  });
});

describe('origin of a request', () => {
  const headers = (values: Record<string, string>) => new Headers(values);
  it('lets own posts pass and no others', () => {
    expect(isOwnOrigin(headers({ origin: own }), own)).toBe(true);
    expect(isOwnOrigin(headers({ origin: own, 'sec-fetch-site': 'same-origin' }), own)).toBe(true);
    expect(isOwnOrigin(headers({}), own)).toBe(false);
    expect(isOwnOrigin(headers({ origin: 'null' }), own)).toBe(false);
    expect(isOwnOrigin(headers({ origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }), own)).toBe(
      false,
    );
    expect(isOwnOrigin(headers({ origin: own, 'sec-fetch-site': 'cross-site' }), own)).toBe(false);
    expect(isOwnOrigin(headers({ origin: own, 'sec-fetch-site': 'same-site' }), own)).toBe(false);
  });
  it('lets own reads of a stream pass and no others', () => {
    expect(isOwnRead(headers({ 'sec-fetch-site': 'same-origin' }), own)).toBe(true);
    expect(isOwnRead(headers({ origin: own }), own)).toBe(true);
    expect(isOwnRead(headers({}), own)).toBe(false);
    expect(isOwnRead(headers({ 'sec-fetch-site': 'none' }), own)).toBe(false);
    expect(isOwnRead(headers({ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }), own)).toBe(false);
  });
});

describe('cookies and policy', () => {
  it('binds the cookie to the host on https', () => {
    expect(cookieNames(true).session).toBe('__Host-patless');
    expect(cookieNames(false).session).toBe('patless');
    expect(cookieAttributes(true, 60_000)).toEqual({
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
      path: '/',
      maxAge: 60,
    });
  });
  it('lets no script run without the nonce', () => {
    const policy = contentSecurityPolicy('abc', { development: false });
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy.match(/unsafe-inline/g)).toHaveLength(1);
  });
});
