/**
 * How long frames take while the grid of a layer of 1,000 maps scrolls, in the real window. Writes
 * `docs/figures/frames-maps.md`.
 */

import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { openApp, removeHome, temporaryHome } from '../e2e/support/app.ts';
import { runCommand } from '../support/commandLine.ts';
import { TINY_MODEL } from '../support/trainer/jobs.ts';

const FRAMES = 300;
const MAPS = 1000;
const FIGURES = path.resolve(import.meta.dirname, '../../docs/figures/frames-maps.md');
const MODEL = { ...TINY_MODEL, bottleneck: false, initialFeatures: MAPS - 10, growthRate: 10, compression: 0.1 };

interface Measured {
  readonly between: readonly number[];
  /** Tasks of the page of more than 50 ms. */
  readonly tasks: readonly number[];
}

/** Scrolls by `step` pixels in each of `FRAMES` frames, back and forth, and measures them. */
function scroll(page: Page, step: number): Promise<Measured> {
  return page.evaluate(
    async ([pixels, frames]) => {
      const grid = document.querySelector('[aria-roledescription="feature maps"]');
      if (grid === null) throw new Error('there is no grid');
      const between: number[] = [];
      const tasks: number[] = [];
      const observer = new PerformanceObserver((list) =>
        tasks.push(...list.getEntries().map(({ duration }) => duration)),
      );
      observer.observe({ type: 'longtask' });
      let way = 1;
      let before = await new Promise<number>(requestAnimationFrame);
      for (let frame = 0; frame < frames; frame += 1) {
        const end = grid.scrollHeight - grid.clientHeight;
        if (grid.scrollTop >= end) way = -1;
        if (grid.scrollTop <= 0) way = 1;
        grid.scrollTop += way * pixels;
        const now = await new Promise<number>(requestAnimationFrame);
        between.push(now - before);
        before = now;
      }
      observer.disconnect();
      return { between, tasks };
    },
    [step, FRAMES] as const,
  );
}

function rowOf(name: string, { between, tasks }: Measured): string {
  const sorted = [...between].sort((one, other) => one - other);
  const times = [0.5, 0.95, 1].map((share) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1),
  );
  const late = between.filter((milliseconds) => milliseconds > 25).length;
  return `| ${[name, String(between.length), ...times, String(late), String(tasks.length)].join(' | ')} |`;
}

test(`a grid of ${String(MAPS)} maps scrolls`, async () => {
  const home = temporaryHome();
  const model = path.join(path.dirname(home), 'wide.json');
  writeFileSync(model, JSON.stringify(MODEL));
  const words = ['train', '--dataset', 'Shapes-10', '--model', model, '--epochs', '1', '--limit', '64'];
  for (const command of [
    ['datasets', 'add', 'sample:shapes'],
    [...words, '--name', 'Wide'],
  ]) {
    const { status, stderr } = await runCommand(home, command);
    expect(status, stderr).toBe(0);
  }
  const running = await openApp(home);
  const { page } = running;
  try {
    await page.keyboard.press('Control+5');
    await page.getByLabel('Run A').selectOption({ index: 1 });
    await page.getByRole('tab', { name: 'Maps' }).click();
    await page.getByLabel('Layer', { exact: true }).selectOption('block1/layer1/concat');
    await expect(page.getByText(`1,000 maps of 32 × 32`)).toBeVisible({ timeout: 60_000 });
    const rows: string[] = [];
    for (const [name, step] of [
      ['a slow wheel, 20 px a frame', 20],
      ['a fast wheel, 100 px a frame', 100],
      ['a drag, 400 px a frame', 400],
    ] as const) {
      await page.waitForTimeout(500);
      const measured = await scroll(page, step);
      rows.push(rowOf(name, measured));
      console.log(rows.at(-1));
    }
    const cores = os.cpus();
    writeFileSync(
      FIGURES,
      [
        '# Frames while 1,000 maps scroll',
        '',
        'Written by `npm run frames`. The grid of a layer of 1,000 maps of 32 × 32 in the Inspect screen at 1280 × 800, each map',
        'at 48 pixels; it is painted for the first time while it scrolls. Times are milliseconds from one frame to the next;',
        'late ones took more than 25. Electron draws on the processor here, without a graphics card.',
        '',
        `${cores[0]?.model.replace(/ \d+-Core Processor$/, '') ?? 'unknown'}, ${String(cores.length)} cores, ${new Date().toISOString().slice(0, 10)}.`,
        '',
        '| | Frames | Median | p95 | Longest | Late | Tasks over 50 ms |',
        '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
        ...rows,
        '',
      ].join('\n'),
    );
  } finally {
    await running.quit();
    removeHome(home);
  }
});
