/** A training that is stopped and resumed in the real window: to the end, with one curve. */

import { existsSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { askFor } from './support/ask.ts';
import { openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

let home: string;
let running: RunningApp;

test.beforeAll(async () => {
  home = temporaryHome();
  running = await openApp(home);
});

test.afterAll(async () => {
  await running.quit();
  removeHome(home);
});

test('a stopped training goes on to its end when Resume is pressed, and its curve has no gap', async () => {
  const { page } = running;
  const steps = async () => (await askFor(page, 'runs/curves', { id: 1 })).steps.step;
  await page.getByRole('button', { name: 'Make Shapes-10' }).click();
  await expect(page.getByRole('button', { name: 'Train on this' })).toBeVisible({ timeout: 120_000 });
  await page.keyboard.press('Control+2');
  await page.getByLabel('Epochs', { exact: true }).fill('3');
  await page.getByLabel('Images', { exact: true }).fill('960');
  await page.getByLabel('Name', { exact: true }).fill('In two parts');
  await page.keyboard.press('Control+Enter');
  await expect.poll(async () => (await steps()).length, { timeout: 120_000 }).toBeGreaterThan(2);
  await page.getByRole('button', { name: 'Stop' }).click();
  const row = page.getByRole('row', { name: /In two parts/ });
  await expect(row.getByText(/stopped/)).toBeVisible({ timeout: 60_000 });
  const before = await steps();
  expect(before.length).toBeLessThan(45);

  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(row.getByText('done')).toBeVisible({ timeout: 200_000 });
  expect(await steps()).toEqual(Array.from({ length: 45 }, (_, index) => index + 1));
  const chart = page.getByRole('slider', { name: /^Loss/ });
  await expect(chart).toHaveAttribute('aria-valuetext', /^epoch 3, /);
  await expect(page.getByRole('button', { name: 'Resume' })).toBeHidden();
  expect(running.pageErrors).toEqual([]);
  expect(existsSync(home)).toBe(true);
});
