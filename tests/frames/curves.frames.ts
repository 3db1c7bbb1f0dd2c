/**
 * How long frames take while the curves of a run grow by 50 updates a second behind 100,000 points, in the real window. Writes
 * `docs/figures/frames.md`.
 */

import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { askFor } from '../e2e/support/ask.ts';
import { openApp, removeHome, temporaryHome } from '../e2e/support/app.ts';
import type { RunningApp } from '../e2e/support/app.ts';
import { buildSpec } from '../support/models.ts';
import { storeRuns } from '../support/storedRuns.ts';

const POINTS = 100_000;
const PER_SECOND = 50;
const SECONDS = 10;
/** Steps that one update tells of. */
const STEPS = 4;
const FIGURES = path.resolve(import.meta.dirname, '../../docs/figures/frames.md');

interface Measured {
  readonly between: readonly number[];
  /** Tasks of the page of more than 50 ms. */
  readonly tasks: readonly number[];
}

/** Has the main process push steps `from` on: as one burst, or one update every 20 ms for `seconds`. */
function feed({ app }: RunningApp, run: number, from: number, count: number, perSecond: number): Promise<number> {
  return app.evaluate(
    async ({ BrowserWindow }, [id, first, total, rate, each]) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const steps = (start: number, many: number): readonly object[] =>
        Array.from({ length: many }, (_, index) => ({
          ...{ step: start + index, epoch: 1 + Math.floor((start + index) / 1000), learningRate: 0.1, gradientNorm: 1 },
          loss: 2.3 * Math.exp(-(start + index) / 40_000) + 0.1 * Math.sin(start + index),
        }));
      const send = (start: number, many: number): void =>
        contents?.send('denselab:event:run', {
          ...{ run: id, event: 'steps', steps: steps(start, many), imagesPerSecond: 900, residentBytes: 4e8 },
        });
      if (rate === 0) {
        for (let start = first; start < first + total; start += 5000) send(start, 5000);
        return 0;
      }
      const began = Date.now();
      let sent = 0;
      await new Promise<void>((done) => {
        const timer = setInterval(() => {
          const due = Math.min(total, Math.floor(((Date.now() - began) * rate) / 1000));
          for (; sent < due; sent += 1) send(first + sent * each, each);
          if (sent < total) return;
          clearInterval(timer);
          done();
        }, 1000 / rate);
      });
      return sent / ((Date.now() - began) / 1000);
    },
    [run, from, count, perSecond, STEPS] as const,
  );
}

/** Measures frames of the page for some seconds. */
function watchFrames({ page }: RunningApp, seconds: number): Promise<Measured> {
  return page.evaluate(async (milliseconds) => {
    const between: number[] = [];
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask' });
    const began = performance.now();
    let before = await new Promise<number>(requestAnimationFrame);
    while (before - began < milliseconds) {
      const now = await new Promise<number>(requestAnimationFrame);
      between.push(now - before);
      before = now;
    }
    observer.disconnect();
    return { between, tasks };
  }, seconds * 1000);
}

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
}

function rowOf(name: string, { between, tasks }: Measured, updates: string): string {
  const late = between.filter((milliseconds) => milliseconds > 25).length;
  const times = [0.5, 0.95, 1].map((share) => quantile(between, share));
  return `| ${[name, updates, String(between.length), ...times, String(late), String(tasks.length)].join(' | ')} |`;
}

test(`curves grow ${String(PER_SECOND)} times a second behind ${String(POINTS)} points`, async () => {
  const home = temporaryHome();
  const shape = { model: buildSpec(), modelTitle: 'DenseNet (L=10, k=12)', parameters: 12_345, reaches: 0.9 };
  storeRuns(home, [{ ...shape, name: 'Live', seed: 1, learningRate: 0.1, epochs: 2, stepsPerEpoch: 1000 }]);
  const running = await openApp(home);
  const { page, app } = running;
  try {
    await page.keyboard.press('Control+3');
    await page.getByRole('row', { name: /Live/ }).click();
    await expect(page.getByRole('slider', { name: /^Loss/ })).toBeVisible();
    const row = (await askFor(page, 'runs/list', null))[0];
    const live = { ...row, status: 'running', epochs: 200 };
    await app.evaluate(({ BrowserWindow }, run) => {
      BrowserWindow.getAllWindows()[0]?.webContents.send('denselab:event:runChanged', { id: 1, run });
    }, live);
    await feed(running, 1, 2001, POINTS, 0);
    await page.waitForTimeout(2000);
    const still = await watchFrames(running, 3);
    const updates = feed(running, 1, 2001 + POINTS, PER_SECOND * SECONDS, PER_SECOND);
    const measured = await watchFrames(running, SECONDS);
    const rate = await updates;
    const needle = feed(running, 1, 2001 + POINTS + PER_SECOND * SECONDS * STEPS, PER_SECOND * 5, PER_SECOND);
    const box = await page.getByRole('slider', { name: /^Loss/ }).boundingBox();
    const moved = watchFrames(running, 5);
    for (let at = 0; at < 60 && box !== null; at += 1) {
      await page.mouse.move(box.x + 60 + at * 3, box.y + 80);
      await page.waitForTimeout(60);
    }
    const pointed = await moved;
    await needle;
    expect(rate).toBeGreaterThan(PER_SECOND - 2);
    const rows = [
      rowOf('nothing happens', still, '0'),
      rowOf('curves grow', measured, rate.toFixed(1)),
      rowOf('curves grow, the pointer moves', pointed, String(PER_SECOND)),
    ];
    const text = [
      '# Frames while a run trains',
      '',
      `Written by \`npm run frames\`. The run page of one run with ${POINTS.toLocaleString('en-GB')} steps in its curves; the main process`,
      `pushes ${String(PER_SECOND)} updates of ${String(STEPS)} steps a second, as a trainer does. Times are milliseconds from one frame to the next; late`,
      'ones took more than 25. Electron draws on the processor here, without a graphics card.',
      '',
      `${os.cpus()[0]?.model ?? 'unknown processor'}, ${String(os.cpus().length)} cores, ${new Date().toISOString().slice(0, 10)}.`,
      '',
      '| | Updates a second | Frames | Median | p95 | Longest | Late | Tasks over 50 ms |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
      '',
    ].join('\n');
    console.log(text);
    writeFileSync(FIGURES, text);
    expect(running.pageErrors).toEqual([]);
  } finally {
    await running.quit();
    removeHome(home);
  }
});
