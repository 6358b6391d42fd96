import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../../app/globals.css', import.meta.url), 'utf8');

type Tokens = Readonly<Record<string, string>>;
function block(start: string): Tokens {
  const from = css.indexOf(start);
  if (from < 0) throw new Error(`No block ${start}`);
  const body = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})\s*;/gi)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
}
const light = block(':root {');
const themes: Readonly<Record<string, Tokens>> = { light, dark: { ...light, ...block(':root[data-theme="dark"]') } };

type Rgb = readonly [number, number, number];
function rgb(hex: string): Rgb {
  const long = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join('') : hex.slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as unknown as Rgb;
}
/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(left: Rgb, right: Rgb): number {
  const [high, low] = [luminance(left), luminance(right)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
function mix(over: Rgb, under: Rgb, share: number): Rgb {
  return over.map((value, index) => value * share + (under[index] ?? 0) * (1 - share)) as unknown as Rgb;
}

const grounds = ['canvas', 'surface', 'sunk', 'hover', 'accent-soft', 'ok-soft', 'warn-soft', 'bad-soft'];
function lowest(tokens: Tokens, role: string, on: readonly string[] = grounds): number {
  return Math.min(...on.map((ground) => contrast(rgb(tokens[role] ?? ''), rgb(tokens[ground] ?? ''))));
}
/** What the visual target promises, floor of each role over every ground, light and dark. */
const promised: readonly (readonly [string, number, number])[] = [
  ['ink', 16.06, 14.05],
  ['ink-2', 7.2, 7.75],
  ['ink-3', 4.82, 5.34],
  ['accent', 6.32, 7.28],
  ['ok', 5.83, 7.89],
  ['warn', 5.86, 8.15],
  ['bad', 5.96, 7.17],
];

describe('tokens of globals.css', () => {
  test.each(promised)('--%s reads on every ground', (role, lightFloor, darkFloor) => {
    expect(lowest(themes.light ?? {}, role)).toBeGreaterThanOrEqual(lightFloor - 0.005);
    expect(lowest(themes.dark ?? {}, role)).toBeGreaterThanOrEqual(darkFloor - 0.005);
    expect(Math.min(lightFloor, darkFloor)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(Object.entries(themes))('the primary button reads in %s', (_, tokens) => {
    expect(lowest(tokens, 'press-ink', ['press'])).toBeGreaterThanOrEqual(16.8);
    expect(lowest(tokens, 'press-ink', ['press-hover'])).toBeGreaterThanOrEqual(4.5);
  });
  test.each(Object.entries(themes))('edges of inputs stand out in %s', (_, tokens) => {
    expect(lowest(tokens, 'control', ['canvas', 'surface', 'sunk', 'hover'])).toBeGreaterThanOrEqual(3.1);
  });
  test.each([
    ['light', 4.9],
    ['dark', 6.1],
  ] as const)('differing characters read in %s', (theme, floor) => {
    const tokens = themes[theme] ?? {};
    const bad = rgb(tokens.bad ?? '');
    const ground = mix(bad, rgb(tokens['bad-soft'] ?? ''), 0.12);
    expect(contrast(bad, ground)).toBeGreaterThanOrEqual(floor - 0.05);
  });
  test('dark is the same by system and by choice', () => {
    expect(block(':root:not([data-theme="light"])')).toEqual(block(':root[data-theme="dark"]'));
  });
});
