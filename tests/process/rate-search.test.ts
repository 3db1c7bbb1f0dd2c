/** The learning-rate finder in a real worker. Needs the built bundles. */

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NO_AUGMENTATION } from '../../src-main/contract/recipe.ts';
import { toFailure } from '../../src-main/contract/errors.ts';
import type { RateSearchEvent } from '../../src-main/contract/events.ts';
import { rateSearchHandlers } from '../../src-main/ipc/rateSearches.ts';
import { runCommand } from '../support/commandLine.ts';
import { buildJob, TINY_MODEL } from '../support/trainer/jobs.ts';
import { Laboratory } from '../support/trainer/laboratory.ts';

let lab: Laboratory;
let words: string[];

beforeAll(async () => {
  lab = await Laboratory.open();
  const model = join(lab.home, 'tiny.json');
  writeFileSync(model, JSON.stringify(TINY_MODEL));
  words = ['find-rate', '--dataset', lab.datasetId, '--model', model, '--batch', '32', '--augment', 'none', '--json'];
});

afterAll(() => lab.close());

describe('a search of the window', () => {
  it('tells its points, gives way to the next one, and can be cancelled', async () => {
    const events: RateSearchEvent[] = [];
    let onPoint: () => void = () => undefined;
    const handlers = rateSearchHandlers(lab.searchParts, (event) => {
      events.push(event);
      if (event.event === 'rate') onPoint();
    });
    const request = { dataset: lab.datasetId, model: TINY_MODEL, recipe: buildJob().recipe, steps: 50_000 };
    const search = () => ({ outcome: handlers['rates/find'](request).catch(toFailure) });
    const pointsTold = () => new Promise<void>((resolve) => (onPoint = resolve));

    const first = search();
    await pointsTold();
    const second = search();
    expect(await first.outcome).toMatchObject({ code: 'cancelled' });
    await pointsTold();
    handlers['rates/cancel']();
    expect(await second.outcome).toMatchObject({ code: 'cancelled' });
    expect(events.find(({ event }) => event === 'rate')).toMatchObject({ point: { rate: 1e-5 } });
  });
});

describe('a search on a version', () => {
  it('trains on that one, not on the latest', async () => {
    const { datasets } = lab.searchParts;
    const shares = { train: 0.02, validation: 0, test: 0.98 };
    await datasets.edit(lab.datasetId, 1, [{ kind: 'resplit', shares, seed: 1, stratified: true }]);
    const find = rateSearchHandlers(lab.searchParts, () => undefined)['rates/find'];
    const request = { dataset: lab.datasetId, model: TINY_MODEL, recipe: buildJob().recipe, steps: 20 };
    expect((await find({ ...request, datasetVersion: 1 })).points.length).toBeGreaterThan(10);
    expect(await find(request).catch(toFailure)).toMatchObject({ code: 'batch-too-large' });
    const unknown = await find({ ...request, datasetVersion: 9 }).catch(toFailure);
    expect(unknown).toMatchObject({ code: 'dataset-version-unknown' });
    await datasets.undoEdit(lab.datasetId, 2, []);
  });
});

describe('find-rate', () => {
  it('suggests a rate that trains, and stores nothing', async () => {
    const files = readdirSync(lab.home, { recursive: true }).sort();
    const { status, events } = await runCommand(lab.home, words);
    expect(status).toBe(0);
    const found = z
      .object({ steepest: z.number(), tenthOfLowest: z.number(), points: z.array(z.unknown()) })
      .parse(events[0]);
    expect(found.points.length).toBeGreaterThan(100);
    expect(readdirSync(lab.home, { recursive: true }).sort()).toEqual(files);
    const { id } = await lab.train({
      learningRate: found.steepest,
      epochs: 3,
      limit: null,
      augmentation: NO_AUGMENTATION,
    });
    // Chance is one third.
    expect(lab.runs.show(id).test?.accuracy).toBeGreaterThan(0.6);
  });

  it('refuses a search of too few steps', async () => {
    const { status, events } = await runCommand(lab.home, [...words, '--steps', '5']);
    expect({ status, events }).toMatchObject({
      status: 1,
      events: [{ error: { message: expect.stringContaining('at least 20') } }],
    });
  });
});
