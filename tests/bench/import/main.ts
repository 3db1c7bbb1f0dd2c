/**
 * `npm run bench -- import`: DenseLab's import beside torchvision and Keras on the same generated files, in turn. Writes
 * docs/figures/import.json and import.md, and fails when a goal is missed. DENSELAB_BENCH_PYTHON names a Python that has the peers.
 */

import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeMachine } from '../figures.ts';
import type { ImportFigure, ImportFigures } from './figures.ts';
import { importGoals, importToMarkdown } from './figures.ts';
import { familyBytes } from './peak.ts';
import type { ImportAnswer, ImportCase, ImportTask } from './workload.ts';
import { CASES } from './workload.ts';

const run = promisify(execFile);
const PYTHON = process.env['DENSELAB_BENCH_PYTHON'] ?? 'python3';
const PEERS = join(process.cwd(), 'tests', 'bench', 'peers');
const FIGURES = join(process.cwd(), 'docs', 'figures');
const PATIENCE = 600_000;
const ENVIRONMENT = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', PYTHONDONTWRITEBYTECODE: '1' };
/** Milliseconds between two looks at the memory. */
const LOOK_EVERY = 50;
const ROUNDS = Math.max(...CASES.map(({ rounds }) => rounds));

async function makeFiles({ images, files }: ImportCase, folder: string): Promise<void> {
  mkdirSync(folder);
  if (files === null) return writeIdx(folder, images);
  const [different, height, width, ending] = files;
  const args = [join(PEERS, 'make_images.py'), folder, ...[images, different, height, width].map(String), ending];
  await run(PYTHON, args, { timeout: PATIENCE, env: ENVIRONMENT });
}

/** MNIST's form: big-endian sizes, then bytes; here of a generator of its own. */
function writeIdx(folder: string, images: number): void {
  const [edge, classes] = [28, 10];
  const pixels = Buffer.alloc(16 + images * edge * edge);
  [0x0803, images, edge, edge].forEach((value, index) => pixels.writeUInt32BE(value, index * 4));
  let state = 1;
  for (let at = 16; at < pixels.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = state >>> 24;
  }
  const labels = Buffer.alloc(8 + images);
  [0x0801, images].forEach((value, index) => labels.writeUInt32BE(value, index * 4));
  for (let image = 0; image < images; image++) labels[8 + image] = image % classes;
  writeFileSync(join(folder, 'train-images-idx3-ubyte'), pixels);
  writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labels);
}

function answersOf(output: string): readonly ImportAnswer[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as ImportAnswer);
}

const PROGRAM = join(import.meta.dirname, 'importDenselab.cjs');

async function askDenselab(task: ImportTask): Promise<ImportAnswer> {
  const { stdout } = await run(process.execPath, [PROGRAM, JSON.stringify(task)], { timeout: PATIENCE });
  const [answer] = answersOf(stdout);
  if (answer === undefined) throw new Error(`no answer for ${task.id}`);
  return answer;
}

async function askPeer(file: string, tasks: readonly ImportTask[]): Promise<readonly ImportAnswer[]> {
  const args = [join(PEERS, file), JSON.stringify({ tasks })];
  return answersOf((await run(PYTHON, args, { timeout: PATIENCE, env: ENVIRONMENT })).stdout);
}

/** The same import once more, watched: looking takes time. */
async function peakOf(task: ImportTask): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], { stdio: 'ignore' });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, familyBytes(child.pid ?? 0))), LOOK_EVERY);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  return peak;
}

function tell(answers: readonly ImportAnswer[], who: string): readonly ImportAnswer[] {
  for (const { id, seconds } of answers) console.error(`${who} ${id} ${seconds.toFixed(2)} s`);
  return answers;
}

async function measureAll(
  tasks: ReadonlyMap<ImportCase, ImportTask>,
): Promise<Pick<ImportFigures, 'cases' | 'versions'>> {
  const [own, torchvision, keras]: ImportAnswer[][] = [[], [], []];
  const shared = [...tasks].filter(([{ hasPeers }]) => hasPeers).map(([, task]) => task);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [{ rounds }, task] of tasks)
      if (round <= rounds) own?.push(...tell([await askDenselab(task)], 'DenseLab'));
    torchvision?.push(...tell(await askPeer('torchvision_import.py', shared), 'torchvision'));
    keras?.push(...tell(await askPeer('keras_import.py', shared), 'Keras'));
  }
  const least = (answers: readonly ImportAnswer[] = [], { id, images }: ImportCase): number => {
    const mine = answers.filter((answer) => answer.id === id);
    const wrong = mine.find((answer) => answer.images !== images);
    if (wrong !== undefined) throw new Error(`${id}: ${String(wrong.images)} of ${String(images)} images`);
    return Math.min(...mine.map(({ seconds }) => seconds));
  };
  const cases: ImportFigure[] = [];
  for (const [each, task] of tasks) {
    const pauses = (own ?? []).filter(({ id }) => id === each.id).map(({ pauseMilliseconds = 0 }) => pauseMilliseconds);
    const peer = (answers: readonly ImportAnswer[] | undefined) => (each.hasPeers ? least(answers, each) : null);
    cases.push({
      id: each.id,
      name: each.name,
      images: each.images,
      edge: each.edge,
      seconds: { denselab: least(own, each), torchvision: peer(torchvision), keras: peer(keras) },
      pauseMilliseconds: Math.max(...pauses),
      peakBytes: await peakOf(task),
    });
  }
  return { cases, versions: { torchvision: torchvision?.[0]?.version ?? '', keras: keras?.[0]?.version ?? '' } };
}

async function main(): Promise<void> {
  const before = os.loadavg()[0] ?? NaN;
  const root = mkdtempSync(join(os.tmpdir(), 'denselab-import-files-'));
  try {
    const tasks = new Map<ImportCase, ImportTask>();
    for (const each of CASES) {
      const folder = join(root, each.id);
      console.error(`making ${each.name}`);
      await makeFiles(each, folder);
      tasks.set(each, { id: each.id, folder, edge: each.edge });
    }
    const measured = await measureAll(tasks);
    const figures: ImportFigures = {
      measuredAt: new Date().toISOString(),
      machine: describeMachine(before),
      ...measured,
    };
    mkdirSync(FIGURES, { recursive: true });
    writeFileSync(join(FIGURES, 'import.json'), `${JSON.stringify(figures, null, 2)}\n`);
    writeFileSync(join(FIGURES, 'import.md'), importToMarkdown(figures));
    console.log(importToMarkdown(figures));
    for (const { name, reached, wanted, holds } of importGoals(figures)) {
      if (holds) continue;
      console.error(`bench: ${name}: ${reached}, wanted ${wanted}`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
