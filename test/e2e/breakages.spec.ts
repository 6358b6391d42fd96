import { approveAndApply, check, designConnection } from './wizard.ts';
import { expect, signIn, test } from './world.ts';

test.describe.configure({ mode: 'serial' });

/** Scenario, the link that is named, the diagnosis, and the change that the fix plans. */
const breakages = [
  ['label-removed', 'pod', 'injection/label-missing', 'opt in'],
  ['annotation-removed', 'service account', 'injection/annotation-missing', 'carries the client id'],
  ['issuer-off', 'cluster issuer', 'cluster/issuer-off', 'OIDC issuer on'],
  [
    'credential-deleted',
    'federated credential',
    'federation/no-credentials|federation/credential-missing|identity/no-credentials',
    'Credential',
  ],
  ['wrong-subject', 'federated credential', 'federation/subject-mismatch', 'Credential'],
  ['missing-trailing-slash', 'federated credential', 'federation/issuer-slash', 'Credential'],
  ['wrong-audience', 'federated credential', 'federation/audience-mismatch', 'Credential'],
  ['membership-removed', 'membership', 'devops/not-a-member', 'in contoso-eng, Basic'],
  ['stakeholder-license', 'membership', 'devops/stakeholder', 'in contoso-eng, Basic'],
  ['no-read', 'repository', 'devops/no-read', 'Membership in Readers'],
] as const;
/** Waiting for Entra's propagation is minutes of a suite: one credential is mended through the plan, the others by the world itself. */
const mendedByPlan = new Set([
  'label-removed',
  'annotation-removed',
  'issuer-off',
  'wrong-subject',
  'membership-removed',
  'stakeholder-license',
  'no-read',
]);

/** The rest happens in Azure and Azure DevOps alone, whatever the API server is. */
const inKubernetes = new Set(['label-removed', 'annotation-removed', 'issuer-off', 'wrong-subject']);
const walked = breakages.filter(([scenario]) => process.env.E2E_KUBERNETES !== 'real' || inKubernetes.has(scenario));

let connection = '';
let state: Awaited<ReturnType<import('@playwright/test').BrowserContext['storageState']>> | undefined;

test('a connection is set up and proved', async ({ page, context }) => {
  test.setTimeout(240_000);
  await signIn(page, 'operator');
  ({ connection } = await designConnection(page, { cluster: 'aks-prod-weu', project: 'Checkout' }));
  await approveAndApply(page);
  await check(page, connection);
  await expect(page.locator('.verdict')).toContainText('Works, proved as the workload itself');
  state = await context.storageState();
});

for (const [scenario, link, code, change] of walked) {
  test(`${scenario} is named at the ${link}, and its fix leads to a plan that mends it`, async ({
    page,
    context,
    world,
  }) => {
    test.setTimeout(180_000);
    await context.addCookies(state?.cookies ?? []);
    await world.scenario(`${scenario}?cluster=aks-prod-weu`);
    await check(page, connection);
    await expect(page.locator('.verdict')).toContainText(`Broken at the ${link}`);
    await expect(page.locator('[data-problem]')).toHaveAttribute('data-problem', new RegExp(`^(${code})$`));
    // What is behind the cause is never red.
    await expect(page.getByRole('listitem').filter({ hasText: 'Broken' })).toHaveCount(1);
    if (scenario === 'wrong-subject')
      await page.screenshot({ path: 'docs/screenshots/verify-broken.png', fullPage: false });

    await page.locator('.fix a').first().click();
    await page.waitForURL(/review/);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await expect(page.getByRole('main')).toContainText(change);
    if (mendedByPlan.has(scenario)) await approveAndApply(page);
    else await world.scenario('mend?cluster=aks-prod-weu');
    await check(page, connection);
    await expect(page.locator('.verdict')).toContainText('Works, proved as the workload itself');
  });
}
