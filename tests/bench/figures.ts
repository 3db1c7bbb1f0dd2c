/** From measurements to figures, and their promise. */

import type { Measurement } from './workload.ts';

/** What README and release notes promise. */
export const PROMISE = { timesFaster: 6, peakBytes: 1.3e9 } as const;

/** One contender over all rounds. */
export interface Contender {
  readonly name: string;
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
  readonly tensorflow: string;
  /** Runnable processes before and after, 1-minute averages: what else was going on. */
  readonly load: readonly [number, number];
}

/** Everything that `docs/figures/bench.json` holds. */
export interface Figures {
  readonly measuredAt: string;
  readonly workload: string;
  readonly machine: Machine;
  readonly denselab: Contender;
  readonly tfjs: Contender;
  /** The same with DenseLab's allocation settings, which tfjs-layers does not make by itself. */
  readonly tfjsHugePages: Contender;
  /** Ratio of medians, and of minima. */
  readonly timesFaster: { readonly median: number; readonly minimum: number };
}

/** The middle of some numbers; the mean of the two middle ones where there are two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
}

/** Puts the rounds of a contender together. */
export function summarise(name: string, rounds: readonly Measurement[]): Contender {
  const milliseconds = rounds.flatMap((round) => round.milliseconds);
  return {
    name,
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
export function brokenPromises({ denselab, timesFaster, machine }: Figures): readonly string[] {
  const broken: string[] = [];
  if (!(timesFaster.median >= PROMISE.timesFaster)) {
    broken.push(
      `only ${timesFaster.median.toFixed(1)} times faster than tfjs-layers, promised are ${String(PROMISE.timesFaster)}`,
    );
  }
  if (!(denselab.peakBytes < PROMISE.peakBytes)) {
    broken.push(`${gigabytes(denselab.peakBytes)} of memory, promised are less than ${gigabytes(PROMISE.peakBytes)}`);
  }
  const busy = machine.load[1] > machine.cores + 1;
  if (broken.length > 0 && busy)
    broken.push(`the machine was busy (load ${machine.load[1].toFixed(1)}): measure again`);
  return broken;
}

/** The figures as a page. */
export function toMarkdown(figures: Figures): string {
  const { machine, denselab, tfjs, tfjsHugePages, timesFaster } = figures;
  const row = (contender: Contender): string =>
    `| ${[
      contender.name,
      `${contender.medianMilliseconds.toFixed(0)} ms`,
      `${contender.minimumMilliseconds.toFixed(0)} ms`,
      `${contender.medianProcessorMilliseconds.toFixed(0)} ms`,
      `${(contender.medianFirstMilliseconds / 1000).toFixed(1)} s`,
      gigabytes(contender.peakBytes),
      String(contender.steps),
    ].join(' | ')} |`;
  return `# One training step

${figures.workload}. Written by \`npm run bench\`; do not edit.

| | median | minimum | processor time | first step | peak memory | steps |
|---|---|---|---|---|---|---|
${row(denselab)}
${row(tfjs)}
${row(tfjsHugePages)}

DenseLab is **${timesFaster.median.toFixed(1)} times** faster by the median, ${timesFaster.minimum.toFixed(1)} times by the minimum.

- Date: ${figures.measuredAt.slice(0, 10)}
- Machine: ${machine.processor}, ${String(machine.cores)} cores, ${gigabytes(machine.memoryBytes)} of memory, ${machine.system}
- Both: TensorFlow ${machine.tensorflow}, Node ${machine.node}, the same fixed batch and threads, each round in a new process, in turn.
  DenseLab runs in its worker's environment (huge pages), tfjs-layers in the plain one; the third row gives it ours
- Load average: ${machine.load[0].toFixed(1)} before, ${machine.load[1].toFixed(1)} after; the process that is measured keeps all cores busy
`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
