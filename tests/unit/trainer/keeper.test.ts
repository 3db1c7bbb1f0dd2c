import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrainerEvent } from '../../../src-main/contract/events.ts';
import { CheckpointKeeper } from '../../../src-main/trainer/keeper.ts';
import { buildCheckpoint } from '../../support/trainer/checkpoints.ts';

let folder: string;
let events: TrainerEvent[];
let keeper: CheckpointKeeper;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'denselab-keeper-'));
  events = [];
  keeper = new CheckpointKeeper(folder, (event) => events.push(event), { kept: [], lastStep: 0 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function save(epoch: number, accuracy: number): void {
  keeper.save(buildCheckpoint({ epoch, step: epoch * 5, heldOut: { loss: 1, accuracy } }));
}

describe('CheckpointKeeper', () => {
  it('leaves the newest two, the best and every other epoch on disk, and names each removed file once', () => {
    [0.2, 0.3, 0.9, 0.3, 0.4, 0.5, 0.3, 0.3, 0.3].forEach((accuracy, index) => save(index + 1, accuracy));
    const files = [2, 3, 4, 6, 8, 9].map((epoch) => `epoch-000${String(epoch)}.safetensors`);
    expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(files);
    const removed = events.flatMap((event) => (event.event === 'checkpoint' ? event.removed : []));
    expect(removed).toEqual([1, 5, 7].map((epoch) => `checkpoints/epoch-000${String(epoch)}.safetensors`));
    expect(keeper.lastStep).toBe(45);
  });

  it('gives back the tensors of the best, earliest of equals, in the order that is asked for', () => {
    [0.2, 0.9, 0.9].forEach((accuracy, index) => save(index + 1, accuracy));
    const { tensors } = buildCheckpoint();
    const variables = [...tensors].reverse().map(({ name, shape }) => ({ name, shape, role: 'parameter' as const }));
    expect(keeper.readBest(variables)).toEqual([...tensors].reverse());
    rmSync(join(folder, 'checkpoints', 'epoch-0002.safetensors'));
    expect(() => keeper.readBest(variables)).toThrow('epoch-0002');
  });

  it('removes nothing when the new one cannot be written', () => {
    [0.2, 0.9, 0.3].forEach((accuracy, index) => save(index + 1, accuracy));
    const before = readdirSync(join(folder, 'checkpoints'));
    // A folder in the way makes the rename fail, also for root.
    const obstacle = join(folder, 'checkpoints', 'epoch-0004.safetensors');
    mkdirSync(obstacle);
    expect(() => save(4, 0.4)).toThrow();
    expect(readdirSync(join(folder, 'checkpoints')).filter((name) => !name.includes('0004'))).toEqual(before);
    expect(existsSync(obstacle)).toBe(true);
    expect(events).toHaveLength(3);
  });
});
