/**
 * Ten real runs on images of Fashion-MNIST, queued as one sweep, ordered, trained, compared and exported in the real window:
 * DenseNet-BC with k in {6, 12} and depth in {22, 40}, and ResNet-20, over two seeds. Shortened: 600 images, one epoch.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { askFor } from './support/ask.ts';
import { importByDrop, openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

const FASHION_MNIST = '/usr/share/datasets/fashion-mnist';
const TRAIN_IMAGES = 600;
const TEST_IMAGES = 200;
/** Bytes before the pixels of an IDX file of images, and before the labels of one of labels. */
const HEADER = { images: 16, labels: 8 } as const;

test.describe.configure({ mode: 'serial' });

let home: string;
let folder: string;
let running: RunningApp;

/** Where a picture of this journey goes: docs/screenshots when DENSELAB_PICTURES is set, as by `npm run screenshots`. */
async function keepPicture(name: string): Promise<void> {
  if (process.env['DENSELAB_PICTURES'] === undefined) return;
  await running.page.screenshot({ path: path.resolve(import.meta.dirname, '../../docs/screenshots', `${name}.png`) });
}

/** The first images of an IDX file, and the labels that belong to them. */
function shorten(name: 'train' | 't10k', count: number): void {
  for (const [kind, file, bytes] of [
    ['images', `${name}-images-idx3-ubyte`, 28 * 28],
    ['labels', `${name}-labels-idx1-ubyte`, 1],
  ] as const) {
    const whole = gunzipSync(readFileSync(path.join(FASHION_MNIST, `${file}.gz`)));
    const part = Buffer.from(whole.subarray(0, HEADER[kind] + count * bytes));
    part.writeUInt32BE(count, 4);
    writeFileSync(path.join(folder, file), part);
  }
}

async function findings(): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page: running.page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

test.beforeAll(async () => {
  expect(existsSync(FASHION_MNIST), 'Debian package dataset-fashion-mnist').toBe(true);
  home = temporaryHome();
  folder = path.join(path.dirname(home), 'Fashion-MNIST');
  mkdirSync(folder);
  shorten('train', TRAIN_IMAGES);
  shorten('t10k', TEST_IMAGES);
  running = await openApp(home);
});

test.afterAll(async () => {
  await running.quit();
  removeHome(home);
});

test('a sweep is written on the form, told before it starts, and there again after a restart', async () => {
  const { page } = running;
  await importByDrop(page, [folder]);
  await expect(page.getByText('600 / 0 / 200')).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Control+2');
  await page.getByRole('row', { name: /DenseNet-BC 22 12/ }).click();
  await page.getByLabel('Epochs', { exact: true }).fill('1');
  const addField = page.getByRole('combobox', { name: 'Add a field to the sweep' });
  for (const [title, values] of [
    ['Growth rate k', '6, 12'],
    ['Depth L', '22, 40'],
    ['Seed', '1..2'],
  ] as const) {
    await addField.selectOption({ label: title });
    await page.getByRole('textbox', { name: `Values of ${title}` }).fill(values);
  }
  await page.getByRole('combobox', { name: 'Add a network to the sweep' }).selectOption('resnet-20');
  await expect(page.getByRole('button', { name: /^Queue 10 runs/ })).toBeEnabled();
  expect(await findings()).toEqual([]);
  await running.quit();
  running = await openApp(home);
  await expect(running.page.getByRole('button', { name: /^Queue 10 runs/ })).toBeEnabled();
});

test('the ten are queued, and reordered by keys while the queue stands still', async () => {
  const { page } = running;
  await page.keyboard.press('Control+Enter');
  const list = page.getByRole('list', { name: 'Waiting runs' });
  await expect(list.getByRole('listitem').first()).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Pause the queue' }).click();
  await expect(page.getByRole('button', { name: 'Go on with the queue' })).toBeVisible();
  const before = await askFor(page, 'queue/list', null);
  expect(before.paused).toBe(true);
  expect(before.entries.length + (before.running === null ? 0 : 1)).toBeGreaterThanOrEqual(9);
  const [first, second] = before.entries;
  await list.getByRole('listitem').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Alt+ArrowUp');
  await expect
    .poll(async () => (await askFor(page, 'queue/list', null)).entries.slice(0, 2).map(({ id }) => id))
    .toEqual([second?.id, first?.id]);
  expect(await findings()).toEqual([]);
  await keepPicture('sweep-queue');
  await page.getByRole('button', { name: 'Go on with the queue' }).click();
});

test('all ten are trained, one after another', async () => {
  test.setTimeout(280_000);
  const { page } = running;
  await expect
    .poll(async () => (await askFor(page, 'runs/list', null)).map(({ status }) => status), { timeout: 270_000 })
    .toEqual(Array.from({ length: 10 }, () => 'finished'));
  await expect(page.getByRole('row', { name: /Growth rate k, Depth L, Seed, fashion-mnist/i })).toContainText(
    '10 runs',
  );
});

test('they are compared in the window, and written as a page and as a table', async () => {
  const { page } = running;
  await page.getByRole('row', { name: /Growth rate k, Depth L, Seed, fashion-mnist/i }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Pick all for comparing' }).click();
  await page.keyboard.press('Control+4');
  await expect(page.getByText('ResNet-20').first()).toBeVisible({ timeout: 30_000 });
  await keepPicture('sweep-compare');
  for (const [format, item] of [
    ['html', /one HTML file/],
    ['csv', /CSV/],
  ] as const) {
    const out = path.join(path.dirname(home), `report.${format}`);
    await running.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, out);
    await page.getByRole('button', { name: 'Export' }).first().click();
    await page.getByRole('menuitem', { name: item }).first().click();
    await expect(page.getByText(`Wrote ${out}.`).first()).toBeVisible();
    const written = readFileSync(out, 'utf8');
    for (const title of ['L=22, k=6', 'L=40, k=6', 'L=22, k=12', 'L=40, k=12', 'ResNet-20']) {
      expect(written, format).toContain(title);
    }
  }
  expect(running.pageErrors).toEqual([]);
});
