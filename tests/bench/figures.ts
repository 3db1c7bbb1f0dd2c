/** From measurements to figures, and their promise. */

import os from 'node:os';

import type { Entry, Precision } from './contenders.ts';
import { floorMilliseconds, goalsToMarkdown, type Goal } from './goals.ts';
import type { Rates } from './rates.ts';
import type { WorkerShare } from './worker.ts';
import { BATCH, type Measurement } from './workload.ts';

/** What README and release notes promise. */
export const PROMISE = { timesFaster: 6, peakBytes: 1.3e9 } as const;

/** One contender over all rounds. */
export interface Contender extends Pick<
  Entry,
  'id' | 'name' | 'side' | 'precision' | 'network' | 'task' | 'recomputes'
> {
  readonly version: string;
  readonly steps: number;
  readonly medianMilliseconds: number;
  readonly minimumMilliseconds: number;
  readonly medianProcessorMilliseconds: number;
  readonly medianFirstMilliseconds: number;
  /** Largest of all rounds. */
  readonly peakBytes: number;
  /** Losses of the first round. */
  readonly losses: readonly number[];
}

/** The machine that measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Runnable processes before and after, 1-minute averages: what else was going on. */
  readonly load: readonly [number, number];
}

/** This machine. @param before 1-minute load before the measuring, which has ended now */
export function describeMachine(before: number): Machine {
  return {
    processor: os.cpus()[0]?.model.trim() ?? os.arch(),
    cores: os.cpus().length,
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    load: [before, os.loadavg()[0] ?? NaN],
  };
}

/** Everything that `docs/figures/bench.json` holds. */
export interface Figures {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly contenders: readonly Contender[];
  /** Null without peers. */
  readonly rates: Rates | null;
  /** Null without peers. */
  readonly worker: Readonly<Partial<Record<Precision, WorkerShare>>> | null;
  /** Empty without peers. */
  readonly goals: readonly Goal[];
}

/** The middle of some numbers; the mean of the two middle ones where there are two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
}

/** Puts the rounds of a contender together. */
export function summarise(entry: Entry, rounds: readonly Measurement[]): Contender {
  const { id, name, side, precision, network, task, recomputes } = entry;
  const milliseconds = rounds.flatMap((round) => round.milliseconds);
  return {
    id,
    name,
    side,
    precision,
    network,
    task,
    recomputes,
    version: rounds[0]?.version ?? 'unknown',
    steps: milliseconds.length,
    medianMilliseconds: median(milliseconds),
    minimumMilliseconds: Math.min(...milliseconds),
    medianProcessorMilliseconds: median(rounds.flatMap((round) => round.processorMilliseconds)),
    medianFirstMilliseconds: median(rounds.map((round) => round.firstMilliseconds)),
    peakBytes: Math.max(...rounds.map((round) => round.peakBytes)),
    losses: rounds[0]?.losses ?? [],
  };
}

/** What of the promise does not hold, one line each. */
export function brokenPromises({ contenders, machine }: Figures): readonly string[] {
  const [ours, theirs] = ['denselab-float32-bc40', 'tfjs-bc40'].map((id) => contenders.find((one) => one.id === id));
  if (ours === undefined || theirs === undefined) return ['DenseLab or tfjs-layers was not measured'];
  const broken: string[] = [];
  const times = theirs.medianMilliseconds / ours.medianMilliseconds;
  if (!(times >= PROMISE.timesFaster)) {
    const promised = String(PROMISE.timesFaster);
    broken.push(`only ${times.toFixed(1)} times faster than tfjs-layers by the median, promised are ${promised}`);
  }
  if (!(ours.peakBytes < PROMISE.peakBytes)) {
    broken.push(`${gigabytes(ours.peakBytes)} of memory, promised are less than ${gigabytes(PROMISE.peakBytes)}`);
  }
  const busy = machine.load[1] > machine.cores + 1;
  if (broken.length > 0 && busy)
    broken.push(`the machine was busy (load ${machine.load[1].toFixed(1)}): measure again`);
  return broken;
}

/** The figures as a page. */
export function toMarkdown(figures: Figures): string {
  const { machine, contenders, goals, rates } = figures;
  return `# Speed and memory

DenseNet-BC (k=12), batch ${String(BATCH)}, 32x32x3. A training step is forward, backward, Nesterov momentum and weight decay.
Written by \`npm run bench\`; do not edit.
${goals.length === 0 ? '' : `\n## Goals\n\nRatios of wall minima, each side by its fastest variant.\n\n${goalsToMarkdown(goals)}\n`}
${section('A training step, L = 40', contenders, 'bc40', 'train')}${section('A training step, L = 100', contenders, 'bc100', 'train')}${section('Evaluation, L = 40', contenders, 'bc40', 'evaluate')}${section('Evaluation, L = 100', contenders, 'bc100', 'evaluate')}
## How it was measured

- Date: ${figures.measuredAt.slice(0, 10)}
- Machine: ${machine.processor}, ${String(machine.cores)} cores, ${gigabytes(machine.memoryBytes)} of memory, ${machine.system}
- Node ${machine.node}; ${[...new Set(contenders.map(({ version }) => version))].join('; ')}
- The same fixed batch and all cores for each, every round in a new process, in turn. DenseLab runs in its worker's environment
  (huge pages), the others in the plain one; the row "huge pages" gives tfjs-layers ours
${rates === null ? '' : `${floors(rates)}\n`}- Load average: ${machine.load[0].toFixed(1)} before, ${machine.load[1].toFixed(1)} after; the process that is measured keeps all cores busy
`;
}

function section(
  title: string,
  contenders: readonly Contender[],
  network: Contender['network'],
  task: Contender['task'],
): string {
  const rows = contenders.filter((contender) => contender.network === network && contender.task === task);
  if (rows.length === 0) return '';
  const names = [
    '',
    'activations',
    'median',
    'minimum',
    'processor time',
    'images/s',
    'first step',
    'peak memory',
    'steps',
  ];
  return [
    `## ${title}`,
    '',
    `| ${names.join(' | ')} |`,
    `|${names.map(() => '---').join('|')}|`,
    ...rows.map(row),
    '',
    '',
  ].join('\n');
}

function row(contender: Contender): string {
  return `| ${[
    contender.name,
    contender.precision,
    `${contender.medianMilliseconds.toFixed(0)} ms`,
    `${contender.minimumMilliseconds.toFixed(0)} ms`,
    `${contender.medianProcessorMilliseconds.toFixed(0)} ms`,
    ((1000 * BATCH) / contender.minimumMilliseconds).toFixed(0),
    `${(contender.medianFirstMilliseconds / 1000).toFixed(1)} s`,
    gigabytes(contender.peakBytes),
    String(contender.steps),
  ].join(' | ')} |`;
}

function floors(rates: Rates): string {
  const each = (['float32', 'bfloat16'] as const).map((precision) => {
    const milliseconds = (['bc40', 'bc100'] as const).map((name) =>
      floorMilliseconds(name, rates[precision]).toFixed(0),
    );
    return `${precision} ${(rates[precision] / 1e9).toFixed(0)} GFLOP/s, floor ${milliseconds.join(' and ')} ms`;
  });
  return `- Best matrix-multiply rate of TensorFlow in this run, and the step's operations at that rate (L = 40 and 100): ${each.join('; ')}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
