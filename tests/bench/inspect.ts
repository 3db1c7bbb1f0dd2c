/**
 * How long it takes to look into DenseNet-BC (100, 12), through the process that the window asks: `npm run bench -- inspect`.
 * Prints a table in Markdown. Goals: a layer under 150 ms after the first, another epoch under 300 ms.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { forkedSpawn } from '../../src-main/cli/spawn.ts';
import { InspectionDesk } from '../../src-main/inspection/desk.ts';
import { threadsFor } from '../../src-main/experiments/threads.ts';
import { modelFromName } from '../../src-main/model/presets.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { writeCheckpoint } from '../../src-main/trainer/checkpoint.ts';
import { drawnCheckpoint } from '../support/exchange.ts';

const INPUT = { height: 32, width: 32, channels: 3 };
const REPEATS = 12;

const folder = mkdtempSync(path.join(tmpdir(), 'denselab-inspect-'));
const spec = modelFromName('densenet-bc-100-12');
const drawn = drawnCheckpoint(spec, INPUT, 10);
const checkpoints = Array.from({ length: REPEATS }, (_, at) => {
  const description = { ...drawn.description, epoch: at + 1, step: at + 1 };
  return writeCheckpoint(folder, { ...drawn, description });
});
const layers = planModel(spec, INPUT, 10).layers.filter(({ outputShape }) => outputShape.length === 3);
const runtime = { threads: threadsFor(2), cacheDirectory: cacheDirectory() };
const desk = new InspectionDesk({ spawn: forkedSpawn(path.resolve('out', 'main')), runtime });

function picture(at: number) {
  return { kind: 'pixels', pixels: new Uint8Array(32 * 32 * 3).map((_, pixel) => (pixel * (at + 3)) & 255) } as const;
}

async function timed(image: number, epoch: number, layer: string): Promise<number> {
  const checkpoint = checkpoints[epoch];
  if (checkpoint === undefined) throw new Error('no such checkpoint');
  const started = performance.now();
  await desk.ask({ id: 1, directory: folder }, checkpoint, 'maps', { image: picture(image), layer });
  return performance.now() - started;
}

function row(what: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const shown = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map((time) => (time ?? NaN).toFixed(0));
  return `| ${what} | ${shown.join(' | ')} |`;
}

async function series(one: (at: number) => Promise<number>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let at = 1; at < REPEATS; at++) times.push(await one(at));
  return times;
}

async function measure(): Promise<void> {
  try {
    const name = (at: number): string => layers[(at * 37) % layers.length]?.name ?? '';
    const first = await timed(0, 0, name(0));
    const lines = [
      '| milliseconds, DenseNet-BC (100, 12), one image | least | median | most |',
      '| --- | --- | --- | --- |',
      row('the first layer: process, graph, self-test', [first]),
      row('another layer of the same image', await series((at) => timed(0, 0, name(at)))),
      row('a layer of another image', await series((at) => timed(at, 0, name(at)))),
      row(
        'the same layer at another epoch, not read before',
        await series((at) => timed(0, at, 'block3/layer8/relu1')),
      ),
      row('and back again', await series((at) => timed(0, REPEATS - at, 'block3/layer8/relu1'))),
      row('back again with another image', await series((at) => timed(99, at, 'block3/layer8/relu1'))),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    desk.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void measure();
