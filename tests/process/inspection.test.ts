/** Looking into runs by real processes: the window's way (a desk), and the command line's. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { forkedSpawn } from '../../src-main/cli/spawn.ts';
import { DenseLabError } from '../../src-main/contract/errors.ts';
import type { CheckpointRecord } from '../../src-main/contract/run.ts';
import { InspectionDesk, type InspectedRun } from '../../src-main/inspection/desk.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { writeCheckpoint } from '../../src-main/trainer/checkpoint.ts';
import { runCommand } from '../support/commandLine.ts';
import { drawnCheckpoint } from '../support/exchange.ts';
import { buildSpec } from '../support/models.ts';
import { childrenOf, until } from '../support/processes.ts';
import { temporaryHome } from '../support/runs.ts';

const BUNDLES = path.join(import.meta.dirname, '..', '..', 'out', 'main');
const FIXTURES = path.join(import.meta.dirname, '..', 'fixtures', 'torch');
const INPUT = { height: 8, width: 8, channels: 3 };
const LAYER = 'block1/layer1/relu1';

describe('a desk', () => {
  let folder = '';
  let desk: InspectionDesk;
  const runs: { readonly run: InspectedRun; readonly checkpoint: CheckpointRecord }[] = [];
  const image = { kind: 'pixels', pixels: new Uint8Array(8 * 8 * 3).fill(90) } as const;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'denselab-desk-'));
    for (const id of [1, 2, 3]) {
      const directory = path.join(folder, String(id));
      const drawn = drawnCheckpoint(buildSpec({ growthRate: 2 + id }), INPUT, 4);
      runs.push({ run: { id, directory }, checkpoint: writeCheckpoint(directory, drawn) });
    }
  });
  afterEach(() => desk.close());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function open(idle?: number): void {
    const runtime = { threads: { intraOp: 2, interOp: 1 }, cacheDirectory: cacheDirectory() };
    desk = new InspectionDesk({ spawn: forkedSpawn(BUNDLES), runtime, ...(idle === undefined ? {} : { idle }) });
  }

  function maps(id: number, layer = LAYER) {
    const found = runs[id - 1];
    if (found === undefined) throw new Error(`no run ${String(id)}`);
    return desk.ask(found.run, found.checkpoint, 'maps', { image, layer });
  }

  it('holds two runs at once, and lets go of the one that was not asked for longest', async () => {
    open();
    expect((await maps(1)).maps).toBe(16);
    await maps(2);
    await maps(1);
    await maps(3);
    expect(desk.open).toEqual([1, 3]);
    await until(() => childrenOf(process.pid).length <= 2);
  });

  it('ends a process that nobody asks, and starts another when somebody does', async () => {
    open(200);
    await maps(1);
    await until(() => desk.open.length === 0);
    expect((await maps(1)).maps).toBe(16);
  });

  it('answers questions that come together, and says what is wrong with one of them', async () => {
    open();
    const asked = await Promise.allSettled([maps(1), maps(1, 'block1/layer9/relu1'), maps(1, 'head/pool')]);
    expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const [, refused] = asked;
    const reason: unknown = refused?.status === 'rejected' ? refused.reason : null;
    expect(reason instanceof DenseLabError && reason.failure.code).toBe('layer-unknown');
  });

  it('says that a checkpoint is gone, and that one is damaged', async () => {
    open();
    const [first] = runs;
    if (first === undefined) throw new Error('no run');
    const { run, checkpoint } = first;
    const gone = { ...checkpoint, epoch: 7, sha256: 'other', file: 'checkpoints/epoch-0007.safetensors' };
    await expect(desk.ask(run, gone, 'norms', null)).rejects.toThrow('The checkpoint of epoch 7 is gone');
    await expect(desk.ask(run, { ...checkpoint, sha256: 'other' }, 'norms', null)).rejects.toThrow('is damaged');
  });
});

describe('the command line', () => {
  let home = '';
  let remove: () => void;
  beforeAll(async () => {
    ({ home, remove } = temporaryHome());
    const model = path.join(home, 'model.json');
    const spec = { ...buildSpec({ stem: 'imagenet', blockLayers: [1, 2], growthRate: 4, bottleneck: true }) };
    writeFileSync(model, JSON.stringify({ ...spec, compression: 0.5, initialFeatures: 8 }));
    const weights = path.join(FIXTURES, 'torchvision.safetensors');
    const words = ['import-weights', weights, '--model', model, '--input', '32x32x3', '--classes', '5', '--json'];
    expect(await runCommand(home, words)).toMatchObject({ status: 0 });
  });
  afterAll(() => remove());

  it('lists layers with all connections', async () => {
    const { status, events } = await runCommand(home, ['inspect', '1', '--layers', '--json']);
    expect(status).toBe(0);
    const shape = z.object({ blocks: z.array(z.object({ connections: z.array(z.unknown()) })) });
    expect(shape.parse(events[0]).blocks.map(({ connections }) => connections.length)).toEqual([1, 3]);
  });

  it('writes the maps of a layer as NumPy reads them, a picture and statistics, and tells the conversion', async () => {
    const out = path.join(home, 'maps');
    const picture = path.join(FIXTURES, 'torchvision.png');
    const words = ['inspect', '1', '--image', picture, '--layer', 'block2/layer1/relu1', '--out', out, '--json'];
    const { status, events, stderr } = await runCommand(home, words);
    expect(status, stderr).toBe(0);
    expect(events[0]).toMatchObject({ conversion: expect.stringContaining('torchvision.png: Scaled') });
    const npy = readFileSync(path.join(out, 'block2-layer1-relu1.npy'));
    expect(npy.toString('latin1')).toContain("'shape': (4, 4, 6)");
    const statistics: unknown = JSON.parse(readFileSync(path.join(out, 'block2-layer1-relu1.json'), 'utf8'));
    expect(statistics).toMatchObject({ layer: 'block2/layer1/relu1', shape: [4, 4, 6] });
    expect(readFileSync(path.join(out, 'block2-layer1-relu1.png')).subarray(1, 4).toString()).toBe('PNG');
    const again = await runCommand(home, words);
    expect(again.events[0]).toMatchObject({ error: { code: 'output-exists' } });
  });

  it('prints feature reuse with names and observations', async () => {
    const { status, events } = await runCommand(home, ['reuse', '1', '--norm', 'l1', '--json']);
    expect(status).toBe(0);
    expect(events[0]).toMatchObject({
      norm: 'l1',
      blocks: [
        { sources: ['stem', 'block1/layer1'], readers: ['block1/layer1', 'transition1'] },
        { sources: ['transition1', 'block2/layer1', 'block2/layer2'] },
      ],
    });
    expect(events[0]?.['observations']).toHaveLength(4);
    const missing = await runCommand(home, ['reuse', '1', '--checkpoint', '9', '--json']);
    expect(missing.events[0]).toMatchObject({ error: { code: 'checkpoint-missing' } });
  });
});
