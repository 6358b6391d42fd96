import { approve, check, designConnection, ledger } from './wizard.ts';
import { expect, signIn, test, throughEntra } from './world.ts';

test('a run survives the death of the server: it says what is certain, resumes, and writes nothing twice', async ({
  page,
  world,
  noise,
}) => {
  test.setTimeout(300_000);
  await signIn(page, 'operator');
  const { connection } = await designConnection(page, { cluster: 'aks-prod-neu', project: 'Catalog' });
  world.emulator.world.ledger.clear();
  await approve(page);
  // Somewhere in the middle: the identity exists, the credential is being proved.
  await expect
    .poll(async () => (await ledger(world)).some(({ operation }) => operation === 'credential.put'), {
      timeout: 60_000,
    })
    .toBe(true);
  await world.kill();
  await expect(page.getByText(/Connection lost/)).toBeVisible({ timeout: 30_000 });
  await world.start();
  // The browser reports the connections that died with the server; nothing else may be reported.
  expect(noise.filter((line) => !/Failed to load resource/.test(line))).toEqual([]);

  await page.goto(`/connections/${connection}/apply`);
  await throughEntra(page, 'operator');
  await page.getByRole('button', { name: /^Resume/ }).click();
  await expect(page.getByText(/Applying again would make 0 changes/)).toBeVisible({ timeout: 120_000 });

  const written = await ledger(world);
  for (const once of ['identity.put', 'credential.put']) {
    const targets = written.filter(({ operation }) => operation === once).map(({ target }) => target.toLowerCase());
    expect(new Set(targets).size, `${once} happened once for each target`).toBe(targets.length);
  }
  await check(page, connection);
  await expect(page.locator('.verdict')).toContainText('Works, proved as the workload itself');
  noise.splice(0, noise.length, ...noise.filter((line) => !/events\?after=/.test(line)));
});
