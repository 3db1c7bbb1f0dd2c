/** A disk that fills up while training (hazard 51), on a small tmpfs where one may be mounted; and a drive that is gone (35). */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src-main/trainer/checkpoint.ts';
import { superviseTraining } from '../../src-main/trainer/supervisor.ts';
import type { TrainerEvent } from '../../src-main/contract/events.ts';
import { CAN_TRACE, unreadableFrom } from '../support/trainer/tracedSpawn.ts';
import { eventsOf, openTrainingGround, type TrainingGround } from '../support/trainer/training.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

let ground: TrainingGround;
const mounted: string[] = [];
beforeAll(async () => (ground = await openTrainingGround()));
afterAll(() => {
  for (const folder of mounted) execFileSync('umount', [folder]);
  ground.remove();
});

/** The folder of a new run on a disk of its own. */
function smallDisk(name: string, kilobytes: number): string {
  const folder = ground.runDirectory(name);
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(kilobytes)}k`, 'tmpfs', folder]);
  mounted.push(folder);
  return folder;
}

function fillUp(folder: string): void {
  try {
    for (let file = 0; ; file++) writeFileSync(join(folder, `ballast-${String(file)}`), new Uint8Array(4096));
  } catch {
    // Full: as wanted.
  }
}

describe.skipIf(!canMount)('a full disk', () => {
  it('ends the training by name, keeps the finished checkpoint whole, and leaves nothing half-written', async () => {
    const runDirectory = smallDisk('filling', 512);
    const run = ground.start(ground.job({ runDirectory }, { epochs: 50 }), ({ event }) => {
      if (event === 'checkpoint') fillUp(runDirectory);
    });
    expect(await run.done).toMatchObject({ event: 'failed', error: { code: 'disk-full' } });
    const told = eventsOf(run.events, 'checkpoint').map(({ checkpoint }) => checkpoint);
    expect(told.length).toBeGreaterThan(0);
    const names = told.map(({ file }) => file.replace('checkpoints/', ''));
    expect(readdirSync(join(runDirectory, 'checkpoints')).sort()).toEqual(names);
    for (const { file, sha256, epoch } of told) {
      expect(readCheckpoint(join(runDirectory, file), sha256).description.epoch).toBe(epoch);
    }
    for (const name of readdirSync(runDirectory)) if (name.startsWith('ballast')) rmSync(join(runDirectory, name));
  });

  it('is told before the first step when it is too full from the start', async () => {
    const run = ground.start(ground.job({ runDirectory: smallDisk('full', 16) }));
    expect(await run.done).toMatchObject({ event: 'failed', error: { code: 'disk-full' } });
    expect(eventsOf(run.events, 'started')).toEqual([]);
  });
});

describe('a drive that is gone (hazard 35)', () => {
  it('under the run pauses it: what was kept there stays, and no other folder is made in its place', async () => {
    const runDirectory = ground.runDirectory('pulled');
    const aside = `${runDirectory} of the drive`;
    const run = ground.start(ground.job({ runDirectory }, { epochs: 50 }), ({ event }) => {
      if (event === 'checkpoint' && existsSync(runDirectory)) renameSync(runDirectory, aside);
    });
    const reason = { code: 'drive-gone', message: expect.stringContaining(runDirectory) };
    expect(await run.done).toMatchObject({ event: 'stopped', paused: true, reason });
    const [kept] = eventsOf(run.events, 'checkpoint').map(({ checkpoint }) => checkpoint);
    expect(readCheckpoint(join(aside, kept?.file ?? ''), kept?.sha256).description.epoch).toBe(1);
    expect(existsSync(runDirectory)).toBe(false);
  });

  it.skipIf(!CAN_TRACE)('under the images pauses it at the step that it had reached', async () => {
    const job = ground.job({}, { epochs: 2 });
    const events: TrainerEvent[] = [];
    // The first read is that of all training images, the second that of those held out.
    const images = join(job.datasetDirectory, 'images.u8');
    const { done } = superviseTraining({
      job,
      spawn: (_, environment) => unreadableFrom(2, images, environment),
      onEvent: (event) => void events.push(event),
    });
    const ending = await done;
    expect(ending).toMatchObject({ event: 'stopped', paused: true, reason: { code: 'drive-gone' } });
    const [kept] = eventsOf(events, 'checkpoint').map(({ checkpoint }) => checkpoint);
    expect(kept).toMatchObject({ epoch: 1, step: ending.event === 'stopped' ? ending.step : 0 });
    expect(kept?.step).toBeGreaterThan(0);
  });
});
