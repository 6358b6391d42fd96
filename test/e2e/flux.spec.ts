import { approveAndApply, check, designConnection } from './wizard.ts';
import { expect, signIn, test } from './world.ts';

test.describe.configure({ mode: 'serial' });

const cluster = 'aks-tools-weu';
/** Scenario, the link that is named, and the diagnosis. Each strikes the controller that was federated last. */
const breakages = [
  ['label-removed', 'pod', 'injection/label-missing'],
  ['annotation-removed', 'service account', 'injection/annotation-missing'],
  ['credential-deleted', 'federated credential', 'federation/credential-missing'],
  ['wrong-subject', 'federated credential', 'federation/subject-mismatch'],
  ['membership-removed', 'membership', 'devops/not-a-member'],
  ['stakeholder-license', 'membership', 'devops/stakeholder'],
  ['no-read', 'repositories', 'devops/no-read'],
] as const;

/** One chain for each controller. */
const works = /Works, proved as the workload itself/;
let connection = '';
let state: Awaited<ReturnType<import('@playwright/test').BrowserContext['storageState']>> | undefined;

test('Flux goes from PATs to proved chains in the same wizard', async ({ page, context }) => {
  test.setTimeout(240_000);
  await signIn(page, 'operator');
  ({ connection } = await designConnection(page, {
    cluster,
    project: 'Fulfilment',
    consumer: /^Flux 2\.9\.3/,
    // Flux takes its own repository's GitRepository from Git, where nobody commits here.
    without: ['fleet-tools'],
  }));
  const plan = page.getByRole('main');
  await expect(plan).toContainText('GitRepository fulfilment-env signs in as the identity');
  await expect(plan).toContainText('Membership in Contributors of Fulfilment');
  await approveAndApply(page);
  await check(page, connection);
  await expect(page.locator('.verdict')).toHaveText([works, works]);
  state = await context.storageState();
});

for (const [scenario, link, code] of breakages)
  test(`${scenario} is named at the ${link}`, async ({ page, context, world }) => {
    test.setTimeout(180_000);
    await context.addCookies(state?.cookies ?? []);
    await world.scenario(`${scenario}?cluster=${cluster}`);
    await check(page, connection);
    await expect(page.locator('.verdict', { hasText: `Broken at the ${link}` }).last()).toBeVisible();
    await expect(page.locator('[data-problem]').first()).toHaveAttribute('data-problem', code);
    await world.scenario(`mend?cluster=${cluster}`);
    // Flux tries again on its own schedule; a person checks again until it has spoken.
    await expect(async () => {
      await check(page, connection);
      await expect(page.locator('.verdict')).toHaveText([works, works], { timeout: 1_000 });
    }).toPass({ timeout: 90_000 });
  });
