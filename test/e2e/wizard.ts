import type { Page } from '@playwright/test';
import { expect, type TestWorld, throughEntra } from './world.ts';

/** What a person does between *New connection* and the plan. Counts each choice, click and typed value. */
export async function designConnection(
  page: Page,
  {
    cluster,
    project,
    consumer = /Argo CD/,
    without = [],
    seen = async () => undefined,
  }: {
    readonly cluster: string;
    readonly project: string;
    readonly consumer?: RegExp;
    /** Repositories that are chosen by themselves and left out. */
    readonly without?: readonly string[];
    /** Called with each step as it stands before *Continue*. */
    readonly seen?: (step: string) => Promise<unknown>;
  },
): Promise<{ readonly inputs: number; readonly connection: string }> {
  let inputs = 0;
  const press = async (name: string) => {
    inputs += 1;
    await page.getByRole('button', { name, exact: true }).click();
  };
  const heading = (name: string) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  const read = () => expect(page.locator('[aria-busy="true"]')).toHaveCount(0);

  await page.goto('/connections/new');
  await throughEntra(page, 'operator');
  await heading('Choose the cluster');
  inputs += 1;
  await page.getByRole('radio', { name: new RegExp(`^${cluster}`) }).check();
  await press('Continue');

  await page.waitForURL(/consumers/);
  await throughEntra(page, 'operator');
  await heading('Choose what needs Azure DevOps');
  await read();
  await expect(page.getByRole('checkbox', { name: consumer })).toBeChecked();
  await seen('consumers');
  await press('Continue');

  await page.waitForURL(/identity/);
  await read();
  await press('Continue');
  await page.waitForURL(/federation/);
  await read();
  await seen('federation');
  await press('Continue');

  await page.waitForURL(/devops/);
  await throughEntra(page, 'operator');
  await read();
  if (!(await page.getByRole('link', { name: new RegExp(`^${project}`) }).getAttribute('aria-current'))) {
    inputs += 1;
    await page.getByRole('link', { name: new RegExp(`^${project}`) }).click();
    await expect(page.getByRole('checkbox', { name: new RegExp(`${project.toLowerCase()}-deploy`) })).toBeVisible();
  }
  for (const name of without) {
    inputs += 1;
    await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).uncheck();
  }
  await seen('devops');
  await press('Continue');
  await page.waitForURL(/review/);
  await read();
  await heading('Review the plan');
  await seen('review');
  return { inputs, connection: connectionOf(page) };
}

export function connectionOf(page: Page): string {
  const id = /\/connections\/([0-9a-f-]{36})/.exec(page.url())?.[1];
  if (!id) throw new Error(`No connection in ${page.url()}`);
  return id;
}

/** Approves the plan on the page and waits until the run has ended well. */
export async function approveAndApply(page: Page): Promise<void> {
  await approve(page);
  await expect(page.getByText(/Applying again would make 0 changes/)).toBeVisible({ timeout: 90_000 });
}

export async function approve(page: Page): Promise<void> {
  const accept = page.locator('input[name="confirm"]');
  if (await accept.isVisible()) await accept.fill((await page.locator('.confirm .mono').innerText()).trim());
  await page.getByRole('button', { name: /^Approve & apply/ }).click();
  await page.waitForURL(/\/apply/);
}

/** Starts a check and waits for its verdict. */
export async function check(page: Page, connection: string): Promise<void> {
  await page.goto(`/connections/${connection}/verify`);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.getByRole('button', { name: /^(Verify the chain|Check again)$/ }).click();
  await page.waitForURL(/\/checks\//);
  await expect(page.locator('[data-check][data-running="false"]')).toBeVisible({ timeout: 90_000 });
  // One verdict for each chain; they end together.
  await expect(page.locator('.verdict').first()).toContainText(/Works, proved as the workload itself|Broken at/, {
    timeout: 60_000,
  });
}

export async function ledger(
  world: TestWorld,
): Promise<readonly { service: string; operation: string; target: string }[]> {
  return world.emulator.world.ledger.entries();
}
