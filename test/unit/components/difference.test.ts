import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, type Piece } from '../../../components/difference.ts';

const visible = (pieces: readonly Piece[]) =>
  pieces
    .filter(({ kind }) => kind !== 'absent')
    .map(({ text }) => text)
    .join('');

describe('difference', () => {
  test('a Helm prefix is marked as it is written, not shifted', () => {
    const result = difference(
      'system:serviceaccount:argocd:argocd-repo-server',
      'system:serviceaccount:argocd:argo-cd-argocd-repo-server',
    );
    expect(result.seen.find(({ kind }) => kind === 'surplus')?.text).toBe('argo-cd-');
    expect(result.expected.find(({ kind }) => kind === 'absent')?.text).toBe('argo-cd-');
    expect(result.words).toBe('8 characters differ');
  });
  test('a missing trailing slash is named', () => {
    const result = difference('https://issuer.example/a/', 'https://issuer.example/a');
    expect(result.words).toBe('The trailing slash is missing');
    expect(result.seen.at(-1)).toEqual({ text: '/', kind: 'absent' });
  });
  test('case and white space are named', () => {
    expect(difference('api://AzureADTokenExchange', 'api://azureadtokenexchange').words).toMatch(
      /upper and lower case/,
    );
    expect(difference('a', ' a').words).toMatch(/white space/);
  });
  test('equal values carry no mark', () => {
    expect(difference('same', 'same')).toMatchObject({ equal: true, words: 'Equal' });
  });
  test('marks never change what was compared', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (expected, seen) => {
        const result = difference(expected, seen);
        expect(visible(result.expected)).toBe(expected);
        expect(visible(result.seen)).toBe(seen);
        expect(result.equal).toBe(expected === seen);
      }),
    );
  });
});
