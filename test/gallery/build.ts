/**
 * Draws every part with sample data to static pages, for looking at them without clouds: `node test/gallery/build.ts [screen…]`.
 * Pages go to out/gallery, pictures (with --shots) beside them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import tailwind from '@tailwindcss/postcss';
import postcss from 'postcss';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = `${root}/out/gallery`;
const shots = process.argv.includes('--shots');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
mkdirSync(out, { recursive: true });

const source = `${root}/app/globals.css`;
const css = await postcss([tailwind()]).process(readFileSync(source, 'utf8'), { from: source });
const fonts = ['sans/Geist', 'mono/GeistMono']
  .map((name) => {
    const family = name.startsWith('sans') ? 'Geist' : 'Geist Mono';
    const file = pathToFileURL(`${root}/node_modules/geist/dist/fonts/geist-${name}-Variable.woff2`);
    return `@font-face{font-family:"${family}";src:url("${file}");font-weight:100 900}`;
  })
  .join('\n');
writeFileSync(`${out}/gallery.css`, `${fonts}\n${css.css}`);

const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { screens } = (await server.ssrLoadModule('/test/gallery/screens.tsx')) as typeof import('./screens.tsx');
for (const [name, screen] of Object.entries(screens)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of ['light', 'dark'] as const) {
    const body = renderToStaticMarkup(createElement(screen));
    const page = `<!doctype html><html lang="en" data-theme="${theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${name}</title><link rel="stylesheet" href="gallery.css"></head><body>${body}</body></html>`;
    if (/ style="/.test(body)) console.error(`${name}: inline style`, / style="[^"]*"/.exec(body)?.[0]);
    writeFileSync(`${out}/${name}-${theme}.html`, page);
  }
}
await server.close();
if (shots) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const [theme, width] of [
    ['light', 1440],
    ['dark', 1440],
    ['light', 900],
    ['light', 320],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height: width === 320 ? 640 : 900 } });
    for (const name of Object.keys(screens)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      await page.goto(`file://${out}/${name}-${theme}.html`);
      const over = await page.evaluate(() => ({
        by: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        who: [...document.querySelectorAll('main *, header *')]
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.code'))
          .slice(0, 5)
          .map((one) => `${one.tagName}.${one.getAttribute('class')}`),
        small: [...document.querySelectorAll('a, button, summary, input')]
          .filter((one) => {
            const box = one.getBoundingClientRect();
            return (
              box.width > 1 &&
              box.height > 0 &&
              box.height < 24 &&
              !(one instanceof HTMLInputElement && one.closest('label, .repository-choice'))
            );
          })
          .slice(0, 5)
          .map(
            (one) =>
              `${one.tagName}.${one.getAttribute('class')} ${one.textContent?.slice(0, 20)} ${one.getBoundingClientRect().height}`,
          ),
      }));
      if (over.by > 0) console.error(`${name} ${width}: scrolls sideways by ${over.by}`, over.who);
      if (over.small.length > 0 && theme === 'light') console.error(`${name} ${width}: small targets`, over.small);
      await page.screenshot({ path: `${out}/${name}-${theme}-${width}.png`, fullPage: true });
    }
    await page.close();
  }
  await browser.close();
}
