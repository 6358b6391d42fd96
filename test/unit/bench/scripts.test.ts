import { expect, test } from 'vitest';
import { scriptsOf } from '../../bench/javascript.ts';

test('scripts are counted once, wherever they are named, without those of old browsers', () => {
  const html = `<script src="/_next/static/chunks/a.js" async=""></script>
<script src="/_next/static/chunks/old.js" noModule=""></script>
<link rel="preload" as="script" href="/_next/static/chunks/a.js"/>
<link rel="stylesheet" href="/_next/static/chunks/c.css"/>
<script>self.__next_f.push([1,"2:I[4,[\\"/_next/static/chunks/b-1_~.js\\",\\"static/chunks/a.js\\"],\\"Link\\"]"])</script>`;
  expect(scriptsOf(html)).toEqual(['/_next/static/chunks/a.js', '/_next/static/chunks/b-1_~.js']);
});
