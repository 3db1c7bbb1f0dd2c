/** Runs that come from files, as a person drops them. */

import path from 'node:path';
import { expect, test } from '@playwright/test';
import { dropPaths, openApp, removeHome, temporaryHome, type RunningApp } from './support/app.ts';

const LOGS = path.resolve(import.meta.dirname, '../fixtures/logs');

let running: RunningApp;
let home: string;

test.beforeAll(async () => {
  home = temporaryHome();
  running = await openApp(home);
});

test.afterAll(async () => {
  await running.quit();
  removeHome(home);
});

test('logs of other software become runs with curves, beside each other in a comparison', async () => {
  const { page, pageErrors } = running;
  await dropPaths(page, [path.join(LOGS, 'torch'), path.join(LOGS, 'keras')]);
  const dialog = page.getByRole('dialog', { name: 'Import 2 runs' });
  await expect(dialog.getByRole('combobox', { name: 'Held-out loss of torch' })).toHaveValue('Loss/val');
  await dialog.getByRole('button', { name: 'Import', exact: true }).press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('grid', { name: 'Runs' }).getByRole('row')).toHaveCount(3);
  await expect(page.getByText('Only its curves are known')).toBeVisible();
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await expect(page.getByText('TensorBoard log').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Try it' }).click();
  await expect(page.getByText('There is no network.')).toBeVisible();
  expect(pageErrors).toEqual([]);
});
