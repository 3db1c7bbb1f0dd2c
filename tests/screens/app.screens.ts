/**
 * Drops Fashion-MNIST, trains a small network on a part of it, and takes every screen in both themes. The pictures at
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

async function startRun({ page }: RunningApp, name: string, epochs: number): Promise<void> {
  await page.keyboard.press('Control+2');
  await page.getByRole('row', { name: /DenseNet-BC 22 12/ }).click();
  await page.getByLabel('Epochs', { exact: true }).fill(String(epochs));
  await page.getByLabel('Images', { exact: true }).fill('4000');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.keyboard.press('Control+Enter');
}

test('take every screen while a run trains', async () => {
  const home = temporaryHome();
  const running = await openApp(home);
  const { page, app } = running;
  await importByDrop(page, ['/usr/share/datasets/fashion-mnist']);
  await page.getByText('60,000 / 0 / 10,000').waitFor();
  await startRun(running, 'BC-22-12, first try', 4);
  const first = page.getByRole('row', { name: /first try/ });
  await first.getByText('done').waitFor({ timeout: 800_000 });
  await startRun(running, 'BC-22-12, eight epochs', 8);
  const row = page.getByRole('row', { name: /eight epochs/ });
  await row.getByText(/^3\s+of 8$/).waitFor({ timeout: 800_000 });
  for (const picked of [first, row]) {
    await picked.click();
    await page.keyboard.press('c');
  }
  await page.keyboard.press('Control+5');
  await page.getByLabel('Run A').selectOption({ label: 'BC-22-12, first try' });
  await page.getByText(/maps of 28/).waitFor({ timeout: 60_000 });
  await takeAll(running);
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
  });
  await running.quit();
  removeHome(home);
});
