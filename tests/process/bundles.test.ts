/** A run through the command line into another data folder, and the logs of runs beside it. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand, type Ended } from '../support/commandLine.ts';
import { encodePng } from '../support/datasets/images.ts';
import { buildSpec } from '../support/models.ts';
import { temporaryHome } from '../support/runs.ts';

const LOGS = path.resolve(import.meta.dirname, '../fixtures/logs');
const SIZE = 32;

let one: ReturnType<typeof temporaryHome>;
let other: ReturnType<typeof temporaryHome>;
let bundle: string;
let image: string;

beforeAll(async () => {
  [one, other] = [temporaryHome(), temporaryHome()];
  [bundle, image] = [path.join(one.home, 'small.denselab'), path.join(one.home, 'image.png')];
  const model = path.join(one.home, 'model.json');
  writeFileSync(model, JSON.stringify(buildSpec({ blockLayers: [1, 1], growthRate: 4, dropoutRate: 0.2 })));
  writeFileSync(
    image,
    encodePng(
      SIZE,
      SIZE,
      Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, at) => (at * 37) % 251),
    ),
  );
  await done(one.home, ['datasets', 'add', 'sample:shapes']);
  await done(one.home, ['train', '--dataset', 'shapes-10', '--model', model, '--limit', '256', '--epochs', '2']);
  await done(one.home, ['runs', 'export', '1', '--format', 'bundle', '--out', bundle]);
  await done(other.home, ['runs', 'import', bundle]);
});

afterAll(() => {
  one.remove();
  other.remove();
});

async function done(home: string, words: readonly string[]): Promise<Ended> {
  const ended = await runCommand(home, [...words, '--json']);
  expect(ended.status, ended.stdout + ended.stderr).toBe(0);
  return ended;
}

async function shown(home: string, id: number): Promise<Readonly<Record<string, unknown>>> {
  return (await done(home, ['runs', 'show', String(id)])).events[0] ?? {};
}

describe('a run in another data folder', () => {
  it('has the same metrics, settings and checkpoints', async () => {
    const [before, after] = [await shown(one.home, 1), await shown(other.home, 1)];
    for (const key of ['curves', 'best', 'test', 'model', 'recipe', 'environment']) {
      expect(after[key], key).toEqual(before[key]);
    }
    // The best and the last.
    expect(before['checkpoints']).toEqual(expect.arrayContaining([after['checkpoints']].flat()));
    expect(after).toMatchObject({ status: 'imported', origin: 'bundle', datasetId: '' });
  });

  it('predicts bit for bit the same', async () => {
    const words = ['predict', '1', image, '--logits', '--device', 'cpu'];
    const [here, there] = [await done(one.home, words), await done(other.home, words)];
    expect(there.events).toEqual(here.events);
  });

  it('is judged as soon as its dataset is there, and says until then that it is not', async () => {
    const words = ['evaluate', '1', '--split', 'test', '--device', 'cpu', '--json'];
    expect((await runCommand(other.home, words)).events).toMatchObject([{ error: { code: 'dataset-unknown' } }]);
    await done(other.home, ['datasets', 'add', 'sample:shapes', '--name', 'the same shapes']);
    const [here, there] = [await done(one.home, words.slice(0, -1)), await done(other.home, words.slice(0, -1))];
    expect(there.events).toEqual(here.events);
  });

  it('cannot go on', async () => {
    expect((await runCommand(other.home, ['resume', '1', '--json'])).events).toMatchObject([
      { error: { code: 'run-finished' } },
    ]);
  });
});

describe('logs of other software', () => {
  it('stand beside ours in a comparison, and say that there is no network', async () => {
    const imported = await done(other.home, ['runs', 'import', path.join(LOGS, 'torch'), path.join(LOGS, 'keras.csv')]);
    const { runs } = z.object({ runs: z.array(z.object({ run: z.number() })) }).parse(imported.events[0]);
    const ids = runs.map(({ run }) => String(run));
    const { events } = await done(other.home, ['compare', '1', ...ids]);
    expect(events[0]).toMatchObject({ runs: [{ id: 1 }, { parameters: null }, { parameters: null }] });
    const predicted = await runCommand(other.home, ['predict', ids[0] ?? '', image, '--json']);
    expect(predicted.events).toMatchObject([{ error: { code: 'checkpoint-missing' } }]);
  });

  it('are mapped as a person says', async () => {
    const tags = 'heldOutAccuracy=val_accuracy,heldOutLoss=val_loss';
    const words = ['runs', 'import', path.join(LOGS, 'keras.csv'), '--tags', tags, '--name', 'mapped'];
    const { events } = await done(other.home, words);
    const [made] = z.object({ runs: z.array(z.object({ run: z.number() })) }).parse(events[0]).runs;
    expect(await shown(other.home, made?.run ?? 0)).toMatchObject({
      name: 'mapped',
      best: { epoch: 4, accuracy: 0.8125 },
    });
    const wrong = await runCommand(other.home, [...words.slice(0, 4), 'heldOutLoss=nothing', '--json']);
    expect(wrong.events).toMatchObject([{ error: { code: 'usage' } }]);
  });

  it('that are none are refused', async () => {
    expect((await runCommand(other.home, ['runs', 'import', image, '--json'])).events).toMatchObject([
      { error: { code: 'format-unknown' } },
    ]);
  });
});
