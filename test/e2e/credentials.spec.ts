import { readFile } from 'node:fs/promises';
import { expect, signIn, test } from './world.ts';

test('an auditor reads, filters, accepts for a time, takes it back and exports, and writes nowhere', async ({
  page,
  world,
}) => {
  test.setTimeout(240_000);
  await signIn(page, 'auditor', '/credentials');
  const before = world.emulator.world.ledger.entries().length;
  const read = async (consented: boolean) => {
    await page.getByRole('button', { name: /^Read (the credentials|again)$/ }).click();
    // Without consent the first scan is over before it is drawn.
    const begun = page.getByRole('button', { name: 'Stop' });
    await expect(consented ? begun : begun.or(page.getByText('Your consent is needed'))).toBeVisible();
    await expect(page.getByRole('button', { name: 'Read again' })).toBeVisible({ timeout: 60_000 });
  };
  await read(false);
  for (let round = 0; round < 3; round += 1) {
    const more = page.getByRole('link', { name: /^(Sign in to|Continue with Microsoft)/ }).first();
    if (!(await more.isVisible())) break;
    await more.click();
    // Not `throughEntra`: the page goes on asking until the next scan has used the consent.
    await page.getByRole('button', { name: /^accept$/i }).click();
    await page.waitForURL('**/credentials');
    await read(true);
  }
  await expect(page.getByRole('link', { name: /^Critical/ })).toBeVisible();
  await expect(page.getByText('What is missing, and who can grant it')).toBeVisible();

  await page.keyboard.press('/');
  await page.keyboard.type('sevrity:high identity:id-argocd-tools');
  await page.keyboard.press('Enter');
  await expect(page.getByText('It filters nothing.')).toBeVisible();
  await page.getByRole('link', { name: 'severity:high', exact: true }).click();
  await expect(page.getByText('It filters nothing.')).toHaveCount(0);
  await expect(page.locator('tr.entry')).toHaveCount(1);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Namespace does not exist' })).toBeVisible();
  await expect(page.getByText('az identity federated-credential delete')).toBeVisible();

  await page.getByRole('button', { name: /^Accept until/ }).click();
  await expect(page.getByText('Say in at least ten characters why it may stay.')).toBeVisible();
  await page.getByLabel('Reason').fill('Namespace returns with the January migration.');
  await page.getByLabel('Owner').fill('lead@contoso.example');
  await page.getByRole('button', { name: /^Accept until/ }).click();
  await expect(page.getByText('Nothing matches')).toBeVisible();

  await page.goto('/credentials?q=state:accepted');
  await expect(page.locator('tr.entry')).toHaveCount(1);
  await page.locator('details.export summary').click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const csv = await readFile(await (await download).path(), 'utf8');
  expect(csv).toContain('# filter,state:accepted');
  expect(csv).toContain('# rows,1');
  await page.locator('tr.entry [data-row-link]').click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(page.getByText('Nothing matches')).toBeVisible();
  expect(
    world.emulator.world.ledger
      .entries()
      .slice(before)
      .filter(({ service }) => service !== 'entra'),
  ).toEqual([]);
});

test('a viewer is told which role it takes', async ({ page }) => {
  await signIn(page, 'lead', '/credentials');
  await expect(page.getByText('Credentials are not visible to you')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy request' })).toBeVisible();
});
