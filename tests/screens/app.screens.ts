/**
 * Drops Fashion-MNIST, trains a DenseNet (40, 12) and a small one on parts of it, and takes every screen in both themes, of Inspect
 * also feature reuse, gradient flow, and both networks beside each other. The pictures at
 * 1440x900 go to `docs/screenshots`; those at 1280x800 and 1600x1000 to `test-results/screens`.
 */

import path from 'node:path';
import { test } from '@playwright/test';
import { importByDrop, openApp, removeHome, temporaryHome } from '../e2e/support/app.ts';
import type { RunningApp } from '../e2e/support/app.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const SCREENS = ['datasets', 'train', 'runs', 'compare', 'inspect', 'engine'] as const;
const SIZES = [
  { width: 1440, height: 900, folder: path.join(PROJECT, 'docs/screenshots'), suffix: '' },
  { width: 1280, height: 800, folder: path.join(PROJECT, 'test-results/screens'), suffix: '-1280' },
  { width: 1600, height: 1000, folder: path.join(PROJECT, 'test-results/screens'), suffix: '-1600' },
] as const;

const LARGE = 'DenseNet-40-12';
const SMALL = 'BC-22-12, eight epochs';

/** A run of the pictures. */
interface Started {
  /** Its network's row in the list. */
  readonly row: RegExp;
  readonly name: string;
  readonly epochs: number;
  readonly images: number;
}

async function takeAll({ app, page }: RunningApp): Promise<void> {
  for (const { width, height, folder, suffix } of SIZES) {
    await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size[0], size[1]), [
      width,
      height,
    ] as const);
    for (const theme of ['light', 'dark'] as const) {
      await app.evaluate(({ nativeTheme }, chosen) => {
        nativeTheme.themeSource = chosen;
      }, theme);
      for (const [position, screen] of SCREENS.entries()) {
        await page.keyboard.press(`Control+${String(position + 1)}`);
        await page.mouse.move(width / 2, height - 5);
        await page.waitForTimeout(900);
        await page.screenshot({ path: path.join(folder, `${screen}-${theme}${suffix}.png`) });
      }
    }
  }
}

/** More ways to look into the networks, on the first size only. */
async function takeInspect({ app, page }: RunningApp): Promise<void> {
  const { width, height, folder } = SIZES[0];
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size[0], size[1]), [
    width,
    height,
  ] as const);
  await page.keyboard.press('Control+5');
  const ways = [
    ['reuse', 'Reuse', false],
    ['flow', 'Gradient flow', false],
    ['beside', 'Maps', true],
  ] as const;
  for (const [name, tab, beside] of ways) {
    if (beside) await page.getByLabel('Run B').selectOption({ label: SMALL });
    await page.getByRole('tab', { name: tab }).click();
    for (const theme of ['light', 'dark'] as const) {
      await app.evaluate(({ nativeTheme }, chosen) => {
        nativeTheme.themeSource = chosen;
      }, theme);
      // Opening the second network takes seconds.
      await page.waitForTimeout(beside ? 8000 : 1500);
      await page.screenshot({ path: path.join(folder, `inspect-${name}-${theme}.png`) });
    }
  }
}

async function startRun({ page }: RunningApp, { row, name, epochs, images }: Started): Promise<void> {
  await page.keyboard.press('Control+2');
  await page.getByRole('row', { name: row }).click();
  await page.getByLabel('Epochs', { exact: true }).fill(String(epochs));
  await page.getByLabel('Images', { exact: true }).fill(String(images));
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.keyboard.press('Control+Enter');
}

test('take every screen while a run trains', async () => {
  const home = temporaryHome();
  const running = await openApp(home);
  const { page, app } = running;
  await importByDrop(page, ['/usr/share/datasets/fashion-mnist']);
  await page.getByText('60,000 / 0 / 10,000').waitFor();
  await startRun(running, { row: /DenseNet 40 12/, name: LARGE, epochs: 3, images: 6000 });
  const first = page.getByRole('row', { name: /DenseNet-40-12/ });
  await first.getByText('done').waitFor({ timeout: 1_500_000 });
  await startRun(running, { row: /DenseNet-BC 22 12/, name: SMALL, epochs: 8, images: 4000 });
  const row = page.getByRole('row', { name: /eight epochs/ });
  await row.getByText(/^3\s+of 8$/).waitFor({ timeout: 800_000 });
  for (const picked of [first, row]) {
    await picked.click();
    await page.keyboard.press('c');
  }
  await page.keyboard.press('Control+5');
  await page.getByLabel('Run A').selectOption({ label: LARGE });
  await page.getByText(/maps of 28/).waitFor({ timeout: 60_000 });
  await takeAll(running);
  await takeInspect(running);
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
  });
  await running.quit();
  removeHome(home);
});
