import { approveAndApply, check, designConnection, ledger } from './wizard.ts';
import { expect, signIn, test } from './world.ts';

test.describe.configure({ mode: 'serial' });

test('somebody without a role is told what is missing and gets a request to copy', async ({ page }) => {
  await signIn(page, 'newcomer');
  await expect(page).toHaveURL(/no-role/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText('newcomer@contoso.example').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy request' })).toBeVisible();
});

test('an operator goes from sign-in to a proved chain', async ({ page, world }) => {
  test.setTimeout(300_000);
  await signIn(page, 'operator');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No connection reaches Azure DevOps yet.');
  world.emulator.world.ledger.clear();

  const { inputs, connection } = await designConnection(page, { cluster: 'aks-stage-weu', project: 'Checkout' });
  expect(inputs, 'inputs from sign-in to the plan; approving adds two').toBeLessThanOrEqual(10);

  await test.step('the plan shows every change and nothing was written', async () => {
    const main = page.getByRole('main');
    await expect(main).toContainText('Irreversible');
    await expect(main).toContainText('The API server restarts, and the issuer cannot be turned off again.');
    await expect(main).toContainText('system:serviceaccount:argocd:argocd-repo-server');
    await expect(main).toContainText('useAzureWorkloadIdentity');
    await expect(page.getByText('You have it').first()).toBeVisible();
    expect(await ledger(world)).toEqual([]);
    await page.screenshot({ path: 'docs/screenshots/review.png', fullPage: false });
  });

  await test.step('a wrong confirmation changes nothing', async () => {
    await page.locator('input[name="confirm"]').fill('another-cluster');
    const approveButton = page.getByRole('button', { name: /^Approve & apply/ });
    if (await approveButton.isEnabled()) await approveButton.click();
    await expect(page).toHaveURL(/review/);
    expect(await ledger(world)).toEqual([]);
  });

  await test.step('apply streams to its end', async () => {
    await approveAndApply(page);
    await page.screenshot({ path: 'docs/screenshots/apply.png', fullPage: false });
    const written = (await ledger(world)).map(({ operation }) => operation);
    for (const operation of ['cluster.put', 'identity.put']) expect(written).toContain(operation);
    expect(written.filter((operation) => operation === 'identity.put')).toHaveLength(1);
  });

  await test.step('reload and Back show the same run', async () => {
    await page.reload();
    await expect(page.getByText(/Applying again would make 0 changes/)).toBeVisible();
    await page.goto('/runs');
    await page.goBack();
    await expect(page.getByText(/Applying again would make 0 changes/)).toBeVisible();
  });

  await test.step('a second plan has 0 changes', async () => {
    await page.goto(`/connections/${connection}/review`);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await expect(page.getByRole('button', { name: /^Approve & apply/ })).toHaveCount(0);
    await expect(page.getByText(/0 changes/).first()).toBeVisible();
  });

  await test.step('the chain is proved as the workload', async () => {
    await check(page, connection);
    await expect(page.locator('.verdict')).toContainText('Works, proved as the workload itself');
    await expect(page.getByRole('listitem').filter({ hasText: 'Works' })).toHaveCount(8);
    await page.screenshot({ path: 'docs/screenshots/verify.png', fullPage: false });
  });

  await test.step('home lists it as configured and verified', async () => {
    await page.goto('/');
    const row = page.getByRole('row').filter({ hasText: 'aks-stage-weu-gitops' });
    await expect(row).toContainText('Complete');
    await expect(row).toContainText('Works');
    await page.screenshot({ path: 'docs/screenshots/access.png', fullPage: false });
    await row.getByRole('link', { name: 'aks-stage-weu-gitops' }).click();
    await expect(page).toHaveURL(new RegExp(connection));
  });

  await test.step('no page or stream carried a token', async () => {
    const responses: string[] = [];
    page.on('response', async (response) => {
      if (response.url().startsWith(world.origin)) responses.push(await response.text().catch(() => ''));
    });
    await page.goto(`/connections/${connection}/verify`);
    await page.goto(`/connections/${connection}/apply`);
    await page.waitForTimeout(500);
    expect(responses.join('\n')).not.toMatch(/eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\./);
  });
});
