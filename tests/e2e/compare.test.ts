/** Two real trainings, judged and compared in the real window, and exported. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { runCommand } from '../support/commandLine.ts';
import { TINY_MODEL } from '../support/trainer/jobs.ts';
import { askFor } from './support/ask.ts';
import { openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

let home: string;
let running: RunningApp;

async function command(...words: readonly string[]): Promise<void> {
  const { status, stderr, stdout } = await runCommand(home, words);
  expect(status, stderr + stdout).toBe(0);
}

test.beforeAll(async () => {
  test.setTimeout(240_000);
  home = temporaryHome();
  const model = path.join(path.dirname(home), 'tiny.json');
  writeFileSync(model, JSON.stringify(TINY_MODEL));
  await command('datasets', 'add', 'sample:shapes');
  for (const seed of ['1', '2']) {
    const words = ['train', '--dataset', 'Shapes-10', '--model', model, '--epochs', '1', '--limit', '640'];
    await command(...words, '--seed', seed, '--name', `Seed ${seed}`);
  }
  running = await openApp(home);
});

test.afterAll(async () => {
  await running.quit();
  removeHome(home);
});

async function findings(): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page: running.page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

test('a run is judged on its test split, and the images of a mistake are shown', async () => {
  const { page } = running;
  await page.keyboard.press('Control+3');
  await page.getByRole('tab', { name: 'Test' }).click();
  await page.getByRole('button', { name: 'Judge the test split' }).click();
  await expect(page.getByRole('grid', { name: 'Confusion matrix' })).toBeVisible({ timeout: 120_000 });
  const judged = await askFor(page, 'runs/judge', { id: 2, split: 'test' });
  const run = await askFor(page, 'runs/show', { id: 2 });
  // The folded graph against the one that trained: the same network on the same images.
  expect(judged.evaluation.accuracy).toBeCloseTo(run.test?.accuracy ?? NaN, 2);
  expect(judged.evaluation.loss).toBeCloseTo(run.test?.loss ?? NaN, 3);
  const mistake = page.getByRole('button', { name: / taken for .*: [1-9]/ }).first();
  const count = Number(/: (\d+)/.exec((await mistake.getAttribute('aria-label')) ?? '')?.[1]);
  await mistake.click();
  await expect(page.getByRole('list', { name: 'Judged images' }).getByRole('listitem')).toHaveCount(
    Math.min(48, count),
  );
  expect(await findings()).toEqual([]);
});

test('two runs are compared by keys alone, set against each other, and written as one file', async () => {
  const { page } = running;
  for (const name of [/Seed 1/, /Seed 2/]) {
    await page.getByRole('row', { name }).click();
    await page.keyboard.press('c');
  }
  await page.keyboard.press('Control+4');
  await expect(page.getByText('Nothing but chance: these runs are the same configuration.')).toBeVisible();
  await page.getByRole('button', { name: 'Set A against B' }).click();
  await expect(page.getByText(/McNemar's test: p/)).toBeVisible({ timeout: 120_000 });
  expect(await findings()).toEqual([]);
  const out = path.join(path.dirname(home), 'report.html');
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, out);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /one HTML file/ }).click();
  await expect(page.getByText(`Wrote ${out}.`).first()).toBeVisible();
  expect(readFileSync(out, 'utf8')).toContain('Seed 1 · Seed 2');
  expect(running.pageErrors).toEqual([]);
});

test('from an image that one network gets wrong to the maps of one layer in both', async () => {
  const { page } = running;
  await page
    .getByRole('button', { name: /^Feature maps of both networks for/ })
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Feature maps of A' })).toContainText(/maps of/, { timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'Feature maps of B' })).toContainText(/maps of/, { timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Block 1, layer 1' })).toBeVisible();
  await page.getByRole('application', { name: /^Maps of A:/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('application', { name: /^Map \d+ of .*, A minus B$/ })).toBeVisible();
  expect(await findings()).toEqual([]);
  await page.getByRole('radio', { name: 'A minus B' }).click();
  await expect(page.getByRole('application', { name: /^A minus B: \d+ of \d+|^A minus B: map/ })).toBeVisible();
  const out = path.join(path.dirname(home), 'difference.npy');
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, out);
  await page.getByRole('button', { name: 'Save A minus B, block1/layer1/relu1' }).click();
  await page.getByRole('menuitem', { name: 'Numbers for NumPy (npy)…' }).click();
  await expect(page.getByText(`Wrote ${out}.`).first()).toBeVisible();
  expect(readFileSync(out).subarray(0, 128).toString('latin1')).toMatch(/NUMPY.*'<f4'.*'shape': \(\d+, \d+, \d+\)/);
  expect(running.pageErrors).toEqual([]);
});

test('axe finds nothing in any way of looking into two networks, in either theme', async () => {
  const { page, app } = running;
  for (const theme of ['dark', 'light'] as const) {
    await app.evaluate(({ nativeTheme }, chosen) => {
      nativeTheme.themeSource = chosen;
    }, theme);
    for (const tab of ['Network', 'Evidence', 'Weights', 'Reuse']) {
      await page.getByRole('tab', { name: tab }).click();
      await expect(
        page
          .locator('#inspect-panel')
          .getByText(/^(A|A minus B|Feature reuse, A minus B)\b/)
          .first(),
      ).toBeVisible();
      expect(await findings(), `${tab}, ${theme}`).toEqual([]);
    }
  }
  expect(running.pageErrors).toEqual([]);
  await page.keyboard.press('Control+4');
});

test('a comparison is brushed by keys, kept, and written as a picture and as a drawing', async () => {
  const { page } = running;
  await page.getByRole('radio', { name: 'Parallel' }).click();
  const hand = page.getByRole('slider', { name: /^Best held-out % from$/ });
  await hand.focus();
  await page.keyboard.press('PageUp');
  await expect(page.getByText('1 of 2 runs kept')).toBeVisible();
  expect(await findings()).toEqual([]);
  await page.getByRole('button', { name: 'Saved', exact: true }).click();
  await page.getByLabel('Keep this one as').fill('Two seeds');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Open Two seeds' })).toBeVisible();
  const { comparisons } = await askFor(page, 'comparisons/list', null);
  expect(comparisons[0]?.look).toMatchObject({ view: 'parallel', brushes: [{ key: 'metric.heldOutAccuracy' }] });
  await page.getByRole('radio', { name: 'Overlay' }).click();
  for (const [item, ending] of [
    ['Picture as PNG…', 'png'],
    ['Drawing as SVG…', 'svg'],
  ] as const) {
    const out = path.join(path.dirname(home), `accuracy.${ending}`);
    await running.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, out);
    await page.getByRole('button', { name: 'Save Held-out accuracy over epoch' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await expect(page.getByText(`Wrote ${out}.`).first()).toBeVisible();
    const written = readFileSync(out);
    if (ending === 'png') expect(written.subarray(1, 4).toString('latin1')).toBe('PNG');
    else expect(written.toString('utf8')).toMatch(/^<svg [^]*Held-out accuracy over epoch[^]*<path/);
  }
  expect(await findings()).toEqual([]);
  expect(running.pageErrors).toEqual([]);
});
