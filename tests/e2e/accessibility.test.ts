/** axe finds nothing on any screen, empty or filled, in either theme. */

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { openApp, removeHome, temporaryHome } from './support/app.ts';
import type { RunningApp } from './support/app.ts';

const SCREENS = ['Datasets', 'Train', 'Runs', 'Compare', 'Inspect', 'Engine'] as const;

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

async function violations(): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page: running.page }).setLegacyMode().analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

async function setTheme(theme: 'light' | 'dark'): Promise<void> {
  await running.app.evaluate(({ nativeTheme }, chosen) => {
    nativeTheme.themeSource = chosen;
  }, theme);
  await expect(running.page.locator('html')).toHaveAttribute('data-theme', theme);
}

test('axe finds nothing on the sheets of settings and help', async () => {
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(theme);
    for (const sheet of ['Settings', 'Terms', 'Keys', 'About']) {
      await running.page.getByRole('button', { name: sheet, exact: true }).click();
      await expect(running.page.getByRole('dialog')).toBeVisible();
      expect(await violations(), `${sheet}, ${theme}`).toEqual([]);
      await running.page.keyboard.press('Escape');
    }
  }
});

for (const filled of [false, true]) {
  test(`axe finds nothing ${filled ? 'with a dataset' : 'in an empty lab'}`, async () => {
    if (filled) {
      await running.page.keyboard.press('Control+1');
      await running.page.getByRole('button', { name: 'Make Shapes-10' }).click();
      await expect(running.page.getByText('5,000 / 0 / 1,000')).toBeVisible({ timeout: 60_000 });
    }
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(theme);
      for (const [position, screen] of SCREENS.entries()) {
        await running.page.keyboard.press(`Control+${String(position + 1)}`);
        await expect(
          running.page
            .getByRole('link', { name: new RegExp(screen) })
            .or(running.page.getByRole('button', { name: new RegExp(`^.?.?${screen}`) }))
            .first(),
        ).toBeVisible();
        expect(await violations(), `${screen}, ${theme}`).toEqual([]);
      }
    }
  });
}
