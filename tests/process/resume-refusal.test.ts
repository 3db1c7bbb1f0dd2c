/** What cannot be resumed as it is: damage is passed over and told, and what is refused changes nothing. */

import { readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure, type Failure } from '../../src-main/contract/errors.ts';
import { Laboratory } from '../support/trainer/laboratory.ts';

/** Long enough that a kill after the second epoch comes before the last, on a busy machine too. */
const RECIPE = { epochs: 16, limit: 160, batchSize: 32, seed: 3 };

let lab: Laboratory;
/** A run that was stopped after its second epoch, with its checkpoints. */
let id: number;

beforeEach(async () => {
  lab = await Laboratory.open();
  ({ id } = await lab.train(RECIPE, ({ event, run }, worker) => {
    if (event === 'checkpoint' && lab.runs.show(run).epochsDone === 2) worker.kill();
  }));
  expect(lab.runs.show(id).checkpoints.length).toBeGreaterThanOrEqual(2);
});

afterEach(() => lab.close());

function checkpointPaths(): string[] {
  return lab.runs.show(id).checkpoints.map(({ file }) => join(lab.directory(id), file));
}

function damageNewest(how: (path: string) => void): void {
  const newest = checkpointPaths().at(-1);
  if (newest === undefined) throw new Error('no checkpoint');
  how(newest);
}

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5);
  writeFileSync(path, bytes);
}

/** Everything that a refusal must leave as it is. */
function everything(): unknown {
  const files = readdirSync(join(lab.directory(id), 'checkpoints'));
  return [lab.runs.list(), lab.runs.show(id), lab.runs.curves(id), files];
}

async function refusalOf(force = false): Promise<Failure> {
  const before = everything();
  try {
    await lab.coordinator.resume(id, { force });
  } catch (thrown) {
    expect(everything()).toEqual(before);
    return toFailure(thrown);
  }
  throw new Error('it was not refused');
}

describe('a newest checkpoint that is damaged (hazard 48)', () => {
  it.each([
    ['truncated', (path: string) => truncateSync(path, 1000)],
    ['edited', flipByte],
    ['missing', (path: string) => renameSync(path, `${path}.away`)],
  ])('is passed over when it is %s, and the result is that of an uninterrupted run', async (_what, damage) => {
    damageNewest(damage);
    const resumption = await lab.coordinator.resume(id, { force: false });
    expect(resumption.passedOver).toHaveLength(1);
    expect(resumption.passedOver[0]?.reason).toMatch(/damaged|not there/);
    expect(resumption.epochsFinished).toBeLessThan(lab.runs.show(id).epochsDone);
    await lab.untilIdle();
    const { id: other } = await lab.train(RECIPE);
    expect(lab.remains(id)).toEqual(lab.remains(other));
  });
});

describe('a run that goes on while another one trains', () => {
  it('waits for its turn, and can be taken out of the queue', async () => {
    const before = lab.runs.show(id).status;
    let position = '';
    const { ending } = await lab.train(RECIPE, ({ event }) => {
      if (event !== 'started') return;
      void lab.coordinator.resume(id, { force: false }).then(() => {
        position = lab.runs.show(id).status;
        lab.coordinator.stop(id);
      });
    });
    // The one that trained meanwhile is not touched, and the one that waited is again what it was.
    expect(ending.event).toBe('finished');
    expect(position).toBe('queued');
    expect(lab.runs.show(id).status).toBe(before);
    expect(lab.runs.show(id).checkpoints.length).toBeGreaterThanOrEqual(2);
  });
});

describe('resuming is refused, and changes nothing,', () => {
  it('when no checkpoint can be used', async () => {
    checkpointPaths().forEach(flipByte);
    expect(await refusalOf()).toMatchObject({ code: 'checkpoint-damaged' });
  });

  it('when the dataset is gone', async () => {
    const datasets = join(lab.home, 'datasets');
    renameSync(join(datasets, lab.datasetId), join(lab.home, 'elsewhere'));
    expect(await refusalOf()).toMatchObject({ code: 'dataset-unknown' });
  });

  it.each([
    ['images', (dataset: string) => dataset.replace(/"contentHash": ?"../, '"contentHash": "00')],
    ['classes', (dataset: string) => dataset.replace(/"0"/, '"zero"')],
  ])('when its dataset has other %s', async (what, edit) => {
    const description = join(lab.home, 'datasets', lab.datasetId, 'dataset.json');
    writeFileSync(description, edit(readFileSync(description, 'utf8')));
    expect(await refusalOf()).toMatchObject({ code: 'dataset-changed', message: expect.stringContaining(what) });
  });

  it('when it has finished, or goes on already', async () => {
    const ended = lab.untilIdle();
    // Both at once: whichever comes first goes on, and the other is refused.
    const asked = [1, 2].map(() => lab.coordinator.resume(id, { force: false }).catch(toFailure));
    const refused = (await Promise.all(asked)).filter((answer) => 'code' in answer);
    expect(refused).toMatchObject([{ code: 'run-active' }]);
    await ended;
    expect(await refusalOf()).toMatchObject({ code: 'run-finished' });
  });

  it('when there is no such run', async () => {
    const refused = await lab.coordinator.resume(id + 1, { force: false }).catch(toFailure);
    expect(refused).toMatchObject({ code: 'run-unknown' });
  });
});
