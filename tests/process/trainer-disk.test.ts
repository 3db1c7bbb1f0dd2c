/** A disk that fills up while training (hazard 51); a small tmpfs, so only where one may be mounted. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src-main/trainer/checkpoint.ts';
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
