import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { approveAndApply, check, designConnection, ledger } from './wizard.ts';
import { expect, forgetRefusals, signIn, test, throughEntra } from './world.ts';

test.describe.configure({ mode: 'serial' });

let connection = '';
let checkPath = '';
let runPath = '';

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ target }) => target.join(' '))
        .slice(0, 3)
        .join(', ')}`,
  );
}

test('every page is free of axe violations, light and dark, wide and narrow, without sideways scroll', async ({
  page,
}) => {
  test.setTimeout(420_000);
  const seen: string[] = [];
  const look = async (name: string) => {
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    for (const [scheme, width] of [
      ['light', 1440],
      ['dark', 1440],
      ['light', 320],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      const scrolled = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(scrolled, `${name} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
      expect(await violations(page), `${name}, ${scheme}, ${width} px`).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1440, height: 900 });
    seen.push(name);
  };
  await page.goto('/sign-in');
  await look('sign-in');
  await signIn(page, 'operator');
  await look('access, empty');
  await page.goto('/runs');
  await look('runs, empty');
  ({ connection } = await designConnection(page, { cluster: 'aks-prod-weu', project: 'Checkout' }));
  await look('review');
  for (const step of ['cluster', 'consumers', 'identity', 'federation', 'devops']) {
    await page.goto(`/connections/${connection}/${step}`);
    await throughEntra(page, 'operator');
    await look(step);
  }
  await page.goto(`/connections/${connection}/review`);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await approveAndApply(page);
  await look('apply');
  await check(page, connection);
  checkPath = new URL(page.url()).pathname;
  await look('check, works');
  await page.goto('/');
  await look('access');
  await page.goto('/runs');
  runPath = (await page.getByRole('link', { name: /run 1$/ }).getAttribute('href')) ?? '';
  await look('runs');
  await page.goto(runPath);
  await look('run');
  await page.goto('/connections');
  await look('connections');
  expect(seen).toHaveLength(15);
});

test('unknown is 404 and another role is 403, both with a way on', async ({ page, noise }) => {
  await signIn(page, 'operator');
  for (const path of [
    '/nothing',
    '/connections/8e0ee1b2-0000-4000-8000-000000000000',
    '/runs/not-an-id',
    '/checks/8e0ee1b2-0000-4000-8000-000000000000',
    `/connections/${connection}/nothing`,
  ]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByRole('link', { name: 'Go to Access' }).first()).toBeVisible();
  }
  forgetRefusals(noise);
});

test('a viewer sees the status and the proof, and can start nothing', async ({ page, noise }) => {
  await signIn(page, 'lead');
  await expect(page.getByRole('row').filter({ hasText: 'aks-prod-weu-gitops' })).toContainText('Works');
  await expect(page.getByRole('link', { name: 'New connection' })).toHaveCount(0);
  for (const path of ['/connections/new', `/connections/${connection}/review`, `/connections/${connection}`]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(403);
    await expect(page.getByRole('link', { name: 'Go to Access' }).first()).toBeVisible();
  }
  forgetRefusals(noise);
  await page.goto(checkPath);
  await expect(page.locator('.verdict')).toContainText('Works');
  await expect(page.getByRole('button', { name: 'Check again' })).toHaveCount(0);
  await page.goto(runPath);
  await expect(page.getByRole('button', { name: /Resume|Interrupt/ })).toHaveCount(0);
});

test('without a session, pages lead to the sign-in and streams answer 401', async ({ page, noise }) => {
  await page.goto(`/connections/${connection}/review`);
  await expect(page).toHaveURL(/sign-in\?returnTo=/);
  expect(await page.evaluate(async (url) => (await fetch(url)).status, `${runPath}/events`)).toBe(401);
  forgetRefusals(noise);
});

test('sign-out ends the session everywhere', async ({ page, context }) => {
  await signIn(page, 'operator');
  const cookies = await context.cookies();
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/sign-in/);
  await context.addCookies(cookies);
  await page.goto('/runs');
  await expect(page).toHaveURL(/sign-in/);
});

test('names are judged before anything is asked, and hostile ones stay inert', async ({ page, world }) => {
  test.setTimeout(180_000);
  await signIn(page, 'operator');
  world.emulator.world.ledger.clear();
  await page.goto('/connections/new');
  await throughEntra(page, 'operator');
  await page
    .getByRole('radio', { name: /^aks-tools-weu|^aks-prod-neu/ })
    .first()
    .check();
  await page.getByRole('textbox', { name: /Name of the connection/ }).fill('<script>alert(1)</script>');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByText(/lower-case letters, digits or hyphens/).first()).toBeVisible();
  await expect(page).toHaveURL(/connections\/new/);

  await page.goto(`/connections/${connection}/identity`);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  for (const name of ['$(id)', '=HYPERLINK("x")', 'ab', 'x'.repeat(129)]) {
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await expect(page.getByText(/Use 3 to 128 letters/).first()).toBeVisible();
  }
  expect(await ledger(world)).toEqual([]);

  await page.goto(`/connections/${connection}/devops?organization=no-such-organisation-here`);
  await throughEntra(page, 'operator');
  await expect(page.getByText('There is no organisation no-such-organisation-here').first()).toBeVisible();
  await page.goto(`/connections/${connection}/devops?organization=fabrikam-partner`);
  await expect(page.getByText('fabrikam-partner belongs to another tenant').first()).toBeVisible();
  await page.goto(`/connections/${connection}/devops?organization=contoso-legacy`);
  await expect(page.getByText('contoso-legacy is not connected to Entra ID').first()).toBeVisible();
});

test('Argo CD below the version gate says what will go wrong and cannot be chosen', async ({ page }) => {
  await signIn(page, 'operator');
  await page.goto('/connections/new');
  await throughEntra(page, 'operator');
  await page.getByRole('searchbox', { name: 'Filter clusters' }).fill('lab');
  await expect(page.getByRole('radio')).toHaveCount(1);
  await page.getByRole('radio', { name: /^aks-lab-swc/ }).check();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.waitForURL(/consumers/);
  await throughEntra(page, 'operator');
  await expect(page.getByText(/3\.0\.13/).first()).toBeVisible();
});
