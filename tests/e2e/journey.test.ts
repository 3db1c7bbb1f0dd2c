/** The main journey in the real window: drop a dataset, train on it, watch, restart, find the run again. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { askFor } from './support/ask.ts';
import { importByDrop, openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

const FASHION_MNIST = '/usr/share/datasets/fashion-mnist';

test.describe.configure({ mode: 'serial' });

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

/** Points of the first run's loss curve that the main process has. */
async function stepsSeen(): Promise<number> {
  return (await askFor(running.page, 'runs/curves', { id: 1 })).steps.step.length;
}

test('an empty lab offers a first step that needs no file', async () => {
  await expect(running.page.getByText('No datasets yet.')).toBeVisible();
  await expect(running.page.getByRole('button', { name: 'Make Shapes-10' })).toBeVisible();
});

test('Fashion-MNIST arrives by a drop', async () => {
  expect(existsSync(FASHION_MNIST), 'Debian package dataset-fashion-mnist').toBe(true);
  await importByDrop(running.page, [FASHION_MNIST]);
  await expect(running.page.getByText('60,000 / 0 / 10,000')).toBeVisible({ timeout: 60_000 });
  await expect(running.page.getByText('28 × 28 × 1')).toBeVisible();
  await expect(running.page.getByText('0.2860, 0.3530')).toBeVisible();
});

test('a DenseNet-BC (L=22, k=12) trains on it, and the curve moves meanwhile', async () => {
  const { page } = running;
  await page.keyboard.press('Control+2');
  await page.getByRole('row', { name: /DenseNet-BC 22 12/ }).click();
  await page.getByLabel('Epochs', { exact: true }).fill('2');
  await page.getByLabel('Images', { exact: true }).fill('1200');
  await page.getByLabel('Name', { exact: true }).fill('First light');
  await page.keyboard.press('Control+Enter');
  const row = page.getByRole('row', { name: /First light/ });
  await expect(row.getByText(/of 2$/)).toBeVisible({ timeout: 120_000 });
  await expect.poll(stepsSeen, { timeout: 60_000 }).toBeGreaterThan(2);
  const before = await stepsSeen();
  // A plot that is made anew with every step costs frames.
  await page.evaluate(() => document.querySelector('.uplot canvas')?.setAttribute('data-kept', 'yes'));
  const picture = await page.screenshot({ animations: 'disabled' });
  await expect.poll(stepsSeen, { timeout: 60_000 }).toBeGreaterThan(before + 2);
  expect(Buffer.compare(picture, await page.screenshot({ animations: 'disabled' }))).not.toBe(0);
  await expect(page.locator('canvas[data-kept]')).toBeVisible();
  await expect(row.getByText('done')).toBeVisible({ timeout: 200_000 });
});

test('the run is there after a restart, with its curves', async () => {
  await running.quit();
  expect(readFileSync(path.join(home, 'denselab.sqlite')).subarray(0, 15).toString()).toBe('SQLite format 3');
  running = await openApp(home);
  await running.page.keyboard.press('Control+3');
  await running.page.getByRole('row', { name: /First light/ }).click();
  await expect(running.page.getByRole('heading', { name: /First light/ })).toBeVisible();
  expect(await stepsSeen()).toBe(38);
  expect(running.pageErrors).toEqual([]);
});

test('quitting while training asks once, keeps a checkpoint and tells the truth afterwards', async () => {
  const { page, app } = running;
  await page.keyboard.press('Control+2');
  await page.getByLabel('Images', { exact: true }).fill('1200');
  await page.getByLabel('Epochs', { exact: true }).fill('50');
  await page.getByLabel('Name', { exact: true }).fill('Cut short');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('row', { name: /Cut short/ }).getByText(/of 50$/)).toBeVisible({ timeout: 120_000 });
  const asked = await app.evaluate(async ({ app: electronApp, dialog }) => {
    let questions = 0;
    dialog.showMessageBox = async () => {
      questions += 1;
      return { response: 1, checkboxChecked: false };
    };
    electronApp.quit();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const refused = questions;
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
    return refused;
  });
  expect(asked).toBe(1);
  await running.quit();
  running = await openApp(home);
  await running.page.keyboard.press('Control+3');
  await expect(running.page.getByRole('row', { name: /Cut short/ }).getByText(/stopped/)).toBeVisible();
  expect(existsSync(path.join(home, 'runs', '0002', 'checkpoints'))).toBe(true);
});

test('a killed app leaves no worker behind and shows the run as interrupted', async () => {
  const { page, app } = running;
  await page.keyboard.press('Control+2');
  await page.getByLabel('Images', { exact: true }).fill('1200');
  await page.getByLabel('Epochs', { exact: true }).fill('50');
  await page.getByLabel('Name', { exact: true }).fill('Pulled plug');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('row', { name: /Pulled plug/ }).getByText(/of 50$/)).toBeVisible({ timeout: 120_000 });
  const workers = await app.evaluate(({ app: electronApp }) =>
    electronApp
      .getAppMetrics()
      .filter(({ type }) => type === 'Utility')
      .map(({ pid }) => pid),
  );
  expect(workers.length).toBeGreaterThan(0);
  // Hazard 57: a page that crashes comes back, and the training does not notice.
  await app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.forcefullyCrashRenderer());
  const textOfWindow = (): Promise<string> =>
    app.evaluate(async ({ webContents }) => {
      const [contents] = webContents.getAllWebContents();
      if (contents === undefined || contents.isCrashed() || contents.isLoading()) return '';
      // What is asked of a page that is crashing is never answered.
      const answer = contents.executeJavaScript('document.body.innerText').catch(() => '');
      return String(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1000, ''))]));
    });
  await expect.poll(textOfWindow, { timeout: 15_000 }).toContain('Pulled plug');
  expect(workers.every((pid) => existsSync(`/proc/${String(pid)}`))).toBe(true);
  const exited = new Promise((resolve) => app.process().once('exit', resolve));
  app.process().kill('SIGKILL');
  await exited;
  const alive = (): number => workers.filter((pid) => existsSync(`/proc/${String(pid)}`)).length;
  await expect.poll(alive, { timeout: 5_000 }).toBe(0);
  running = await openApp(home);
  await running.page.keyboard.press('Control+3');
  await expect(running.page.getByRole('row', { name: /Pulled plug/ }).getByText(/interrupted/)).toBeVisible();
});
