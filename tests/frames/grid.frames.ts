/** How long frames take while a grid of 100,000 images scrolls, in the real window. Prints figures. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { importByDrop, openApp, removeHome, temporaryHome } from '../e2e/support/app.ts';
import { imageFile, labelFile, writeIdxSet } from '../support/datasets/idx.ts';

const TRAIN = 90_000;
const TEST = 10_000;
const FRAMES = 300;
/** Images of 224x224. */
const LARGE = 5000;

/** Milliseconds between frames, and images that were not there yet when one was shown. */
interface Measured {
  readonly between: readonly number[];
  /** Longest time that the page's own work took in one frame. */
  readonly work: readonly number[];
}

/** Counts tasks of the page that take longer than 50 ms from now on; returns what gives their lengths. */
async function watchLongTasks(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const lengths: number[] = [];
    Reflect.set(window, 'longTasks', lengths);
    new PerformanceObserver((list) => lengths.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  });
  return () => page.evaluate((): number[] => Reflect.get(window, 'longTasks') ?? []);
}

/** Scrolls by `step` pixels in each of `FRAMES` frames and measures them. */
function scroll(page: Page, step: number): Promise<Measured> {
  return page.evaluate(
    async ([pixels, frames]) => {
      const grid = document.querySelector('[role="listbox"][aria-label="Images"]');
      if (grid === null) throw new Error('there is no grid');
      const between: number[] = [];
      const work: number[] = [];
      const observer = new PerformanceObserver((list) =>
        work.push(...list.getEntries().map(({ duration }) => duration)),
      );
      observer.observe({ type: 'longtask' });
      let before = await new Promise<number>(requestAnimationFrame);
      for (let frame = 0; frame < frames; frame += 1) {
        grid.scrollTop += pixels;
        const now = await new Promise<number>(requestAnimationFrame);
        between.push(now - before);
        before = now;
      }
      observer.disconnect();
      return { between, work };
    },
    [step, FRAMES] as const,
  );
}

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
}

/** Scrolls the grid slowly, fast, and as the ruler does when it is dragged, and prints what each took. */
async function measureScrolling(page: Page): Promise<void> {
  for (const [name, step] of [
    ['a slow wheel', 20],
    ['a fast wheel', 400],
    ['the ruler dragged', 4000],
  ] as const) {
    await page.evaluate(() => document.querySelector('[role="listbox"][aria-label="Images"]')?.scrollTo(0, 0));
    await page.waitForTimeout(500);
    const { between, work } = await scroll(page, step);
    const late = between.filter((milliseconds) => milliseconds > 25).length;
    console.log(
      `${name} (${String(step)} px a frame, ${String(FRAMES)} frames): median ${quantile(between, 0.5)} ms, ` +
        `p95 ${quantile(between, 0.95)} ms, p99 ${quantile(between, 0.99)} ms, longest ${quantile(between, 1)} ms, ` +
        `${String(late)} over 25 ms; tasks over 50 ms: ${String(work.length)}`,
    );
  }
}

test('a grid of 100,000 images scrolls', async () => {
  const home = temporaryHome();
  const source = path.join(path.dirname(home), 'hundred-thousand');
  mkdirSync(source, { recursive: true });
  writeIdxSet(source, {
    trainImages: imageFile(TRAIN, 28, 28),
    trainLabels: labelFile(TRAIN, 10),
    testImages: imageFile(TEST, 28, 28, 100),
    testLabels: labelFile(TEST, 10),
  });
  const running = await openApp(home);
  const { page } = running;
  try {
    const longTasks = await watchLongTasks(page);
    await importByDrop(page, [source]);
    await expect(page.getByText('90,000 / 0 / 10,000')).toBeVisible({ timeout: 120_000 });
    await expect(page.getByText(/of 100,000$/)).toBeVisible();
    const blocked = await longTasks();
    console.log(`while they came in: ${String(blocked.length)} tasks over 50 ms, longest ${quantile(blocked, 1)} ms`);
    await measureScrolling(page);
  } finally {
    await running.quit();
    removeHome(home);
  }
});

test('a grid of 5,000 images of 224x224 scrolls', async () => {
  const home = temporaryHome();
  const source = path.join(path.dirname(home), 'large-images');
  mkdirSync(source, { recursive: true });
  writeIdxSet(source, {
    trainImages: imageFile(LARGE * 0.9, 224, 224),
    trainLabels: labelFile(LARGE * 0.9, 10),
    testImages: imageFile(LARGE * 0.1, 224, 224, 100),
    testLabels: labelFile(LARGE * 0.1, 10),
  });
  const running = await openApp(home);
  const { page } = running;
  try {
    await importByDrop(page, [source]);
    await expect(page.getByText('4,500 / 0 / 500')).toBeVisible({ timeout: 120_000 });
    await expect(page.getByText(/^1 to .* of 5,000$/)).toBeVisible();
    await measureScrolling(page);
  } finally {
    await running.quit();
    removeHome(home);
  }
});
