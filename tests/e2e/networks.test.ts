/** A network that was imported: tried on an image and exported in the real window, by the real processes. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { runCommand } from '../support/commandLine.ts';
import { ask } from './support/ask.ts';
import { dropPaths, openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/torch');
const IMAGE = path.join(FIXTURES, 'torchvision.png');
const MODEL = {
  ...{ version: 1, family: 'densenet', stem: 'imagenet', blockLayers: [1, 2], growthRate: 4, bottleneck: true },
  ...{ compression: 0.5, initialFeatures: 8, dropoutRate: 0 },
};

let home: string;
let running: RunningApp;

test.beforeAll(async () => {
  home = temporaryHome();
  const model = path.join(path.dirname(home), 'model.json');
  writeFileSync(model, JSON.stringify(MODEL));
  const weights = path.join(FIXTURES, 'torchvision.safetensors');
  const words = ['import-weights', weights, '--model', model, '--input', '32x32x3', '--classes', '5'];
  const { status, stderr } = await runCommand(home, [...words, '--name', 'From torch']);
  expect(status, stderr).toBe(0);
  running = await openApp(home);
  await running.page.keyboard.press('Control+3');
});

test.afterAll(async () => {
  await running.quit();
  removeHome(home);
});

/** Lets the system's next dialogs answer with a path. */
async function answerDialogs(chosen: string): Promise<void> {
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, chosen);
}

test('says what it sees in an image that is chosen, and in one that is dropped', async () => {
  const { page } = running;
  await page.getByRole('tab', { name: 'Try it' }).click();
  await answerDialogs(IMAGE);
  await page.getByRole('button', { name: 'Choose images' }).click();
  const classes = page.getByRole('list', { name: 'Most probable classes of torchvision.png' });
  await expect(classes.getByRole('listitem').first()).toContainText('class 1', { timeout: 120_000 });
  await expect(classes.getByRole('listitem').first()).toContainText('100.0%');
  const notes = path.join(path.dirname(home), 'notes.png');
  writeFileSync(notes, 'no image');
  await dropPaths(page, [IMAGE, notes]);
  await expect(page.getByText('notes.png')).toBeVisible({ timeout: 120_000 });
  await expect(classes).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
});

test('is written where the dialog says, and nowhere else', async () => {
  const { page } = running;
  const out = path.join(path.dirname(home), 'network.onnx');
  await answerDialogs(out);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'ONNX' }).click();
  await expect(page.getByRole('button', { name: 'Show in folder' })).toBeVisible({ timeout: 60_000 });
  expect(readFileSync(out).includes('denselab')).toBe(true);
  const elsewhere = path.join(path.dirname(home), 'elsewhere.onnx');
  const refused = await ask(page, 'runs/export', { id: 1, format: 'onnx', out: elsewhere });
  expect(refused).toMatchObject({ ok: false, error: { code: 'payload-invalid' } });
  expect(existsSync(elsewhere)).toBe(false);
  expect(running.pageErrors).toEqual([]);
});
