/** A folder of pictures in the real window: dropped, looked at, imported, filtered, edited into a second version. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { encodePng } from '../support/datasets/images.ts';
import { askFor } from './support/ask.ts';
import { dropPaths, openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

test.describe.configure({ mode: 'serial' });

const CLASSES = ['daisy', 'rose', 'tulip'] as const;
const PER_CLASS = 30;

let home: string;
let running: RunningApp;
let garden: string;

test.beforeAll(async () => {
  home = temporaryHome();
  garden = path.join(path.dirname(home), 'garden');
  writeGarden(garden);
  running = await openApp(home);
});

test.afterAll(async () => {
  await running.quit();
  removeHome(home);
});

/** Class folders of stripes, 40x30 and 60x45 pixels; of each class the first two are the same, and one file is torn. */
function writeGarden(folder: string): void {
  CLASSES.forEach((name, label) => {
    mkdirSync(path.join(folder, name), { recursive: true });
    for (let index = 0; index < PER_CLASS; index += 1) {
      const [width, height] = index % 2 === 0 ? [40, 30] : [60, 45];
      const seed = index < 2 ? 0 : index;
      const size = index < 2 ? { width: 40, height: 30 } : { width, height };
      const pixels = Uint8Array.from(
        { length: size.width * size.height * 3 },
        (_, at) => (at * (label * 7 + 3) + seed * 37 + ((at * seed) % 97)) % 256,
      );
      writeFileSync(path.join(folder, name, `${String(index)}.png`), encodePng(size.width, size.height, pixels));
    }
  });
  const torn = encodePng(40, 30, new Uint8Array(40 * 30 * 3).fill(90));
  writeFileSync(path.join(folder, 'rose', 'torn.png'), torn.subarray(0, torn.length - 30));
}

const grid = () => running.page.getByRole('listbox', { name: 'Images' });

async function violations(): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: running.page }).setLegacyMode().analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

test('a drop shows real images before and after, and what a choice makes of them', async () => {
  const { page } = running;
  await dropPaths(page, [garden]);
  const sheet = page.getByRole('dialog', { name: 'Import garden' });
  await sheet.getByLabel('Size').fill('32x24');
  await sheet.getByRole('radio', { name: 'Pad' }).click();
  await expect(sheet.getByText('32 × 24 × 3')).toBeVisible();
  await expect(sheet.getByRole('img', { name: /\.png, before$/ }).first()).toBeVisible();
  await expect(sheet.getByText(/45 × 60 to 32 × 24/).first()).toBeVisible();
  expect(await violations()).toEqual([]);
  await sheet.getByLabel('Name').fill('Garden');
  await sheet.getByLabel('Name').press('Enter');
  await expect(page.getByRole('heading', { name: 'Garden' })).toBeVisible({ timeout: 60_000 });
});

test('images are found by class, by word and by their source size', async () => {
  const { page } = running;
  await expect(page.getByText('rose/torn.png')).toBeVisible();
  await page.getByRole('button', { name: /^tulip, 30 images/ }).click();
  await expect(page.getByText(/of 30$/)).toBeVisible();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByLabel('Find images').fill('rose/1');
  await expect(page.getByText(/of 11$/)).toBeVisible();
  await page.getByLabel('Find images').fill('');
  await expect(page.getByText(/of 90$/)).toBeVisible();
});

test('excluded and moved images make a second version, and the first stays as it was', async () => {
  const { page } = running;
  await grid().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByText('3 selected')).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(page.getByText('exclude 3 images')).toBeVisible();
  expect(await violations()).toEqual([]);
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('button', { name: 'v2', exact: true })).toBeVisible();
  await expect(page.getByText(/of 87$/)).toBeVisible();
  await page.getByRole('tab', { name: 'Versions 2' }).click();
  await expect(page.getByText('−3 images')).toBeVisible();
  await page.getByRole('button', { name: 'Show version 1' }).click();
  await page.getByRole('tab', { name: 'Images' }).click();
  await expect(page.getByText(/of 90$/)).toBeVisible();
});

test('an export writes one picture for each image of the version', async () => {
  const { page, app } = running;
  const out = path.join(path.dirname(home), 'out');
  mkdirSync(out);
  await app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] });
  }, out);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: /^Export Garden/ });
  await sheet.getByRole('button', { name: 'Choose a folder' }).click();
  await expect(sheet.getByText(out)).toBeVisible();
  expect(await violations()).toEqual([]);
  await sheet.getByRole('button', { name: 'Export', exact: true }).click();
  const row = page.getByRole('group', { name: 'Export of Garden' });
  await expect(row.getByRole('button', { name: 'Show in folder' })).toBeVisible({ timeout: 60_000 });
  const pictures = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png'));
  expect(pictures).toHaveLength(90);
  await row.getByRole('button', { name: 'Put away' }).click();
});

test('what the network sees of an image comes through the augmentation of the recipe', async () => {
  const { page } = running;
  await grid().focus();
  await page.keyboard.press('Enter');
  const seen = page.getByRole('region', { name: 'What the network sees' });
  await expect(seen.getByRole('img', { name: 'Sample 8' })).toBeVisible({ timeout: 60_000 });
  expect(await violations()).toEqual([]);
  await page.keyboard.press('Escape');
});

test('duplicates are shown in groups and dropped all but one', async () => {
  const { page } = running;
  await page.getByRole('tab', { name: /^Duplicates/ }).click();
  await expect(page.getByText(/^3 groups with the same pixels/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('listitem', { name: 'Group 3' })).toBeVisible();
  expect(await violations()).toEqual([]);
  await page.getByRole('button', { name: 'Keep one of each' }).click();
  await page.getByRole('button', { name: /Make version 3/ }).click();
  await expect(page.getByRole('button', { name: 'v3', exact: true })).toBeVisible();
  await expect(page.getByText(/No two images with the same pixels/)).toBeVisible({ timeout: 60_000 });
  const { datasets } = await askFor(page, 'datasets/list', null);
  expect(datasets).toMatchObject([{ name: 'Garden', version: 3, images: 87, height: 32, width: 24, channels: 3 }]);
  expect(running.pageErrors).toEqual([]);
});
