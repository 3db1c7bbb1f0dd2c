/** What DenseLab wants to reach beside its peers, and what a run of the bench has reached. */

import type { Precision, Side } from './contenders.ts';
import type { Contender, Figures } from './figures.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { BATCH, CLASSES, INPUT, specOf, stepOperations, type NetworkName } from './workload.ts';

/** One number to reach. */
export interface Goal {
  readonly name: string;
  readonly precision: Precision;
  /** Null where this run has not measured it. */
  readonly reached: number | null;
  readonly promised: number;
  /** Null where the promise is all. */
  readonly aim: number | null;
  /** Whether more is better, or less. */
  readonly better: 'more' | 'less';
  readonly unit: 'times' | 'GB' | '%';
}

type Measured = Pick<Figures, 'contenders' | 'rates' | 'worker'>;

interface Rule {
  readonly name: string;
  readonly better: Goal['better'];
  readonly unit: Goal['unit'];
  /** Promise and aim. */
  readonly wanted: Readonly<Partial<Record<Precision, readonly [number, number | null]>>>;
  readonly reach: (measured: Measured, precision: Precision) => number | null;
}

const RULES: readonly Rule[] = [
  {
    name: 'faster than Keras',
    better: 'more',
    unit: 'times',
    wanted: { float32: [1.9, 2.4], bfloat16: [2.7, 3.5] },
    reach: (measured, precision) => timesFaster(measured, 'keras', precision, 'bc40', 'train'),
  },
  {
    name: 'faster than PyTorch channels_last float32',
    better: 'more',
    unit: 'times',
    wanted: { float32: [1.3, 1.6], bfloat16: [1.8, 2.3] },
    reach: (measured, precision) => timesFaster(measured, 'torch', precision, 'bc40', 'train'),
  },
  {
    name: 'faster than tfjs-layers',
    better: 'more',
    unit: 'times',
    wanted: { float32: [10, 13], bfloat16: [14, 18] },
    reach: (measured, precision) => timesFaster(measured, 'tfjs', precision, 'bc40', 'train'),
  },
  {
    name: 'over the compute floor',
    better: 'less',
    unit: 'times',
    wanted: { float32: [2.6, 2.1], bfloat16: [3.2, 2.6] },
    reach: overFloor,
  },
  {
    name: 'peak memory of (100,12), recomputing',
    better: 'less',
    unit: 'GB',
    wanted: { float32: [1.25, null], bfloat16: [0.9, null] },
    reach: recomputedMemory,
  },
  {
    name: 'time outside the session call',
    better: 'less',
    unit: '%',
    wanted: { float32: [5, null], bfloat16: [5, null] },
    reach: outsideShare,
  },
  {
    name: 'evaluation of (40,12), images per second over those of PyTorch',
    better: 'more',
    unit: 'times',
    wanted: { float32: [1, null] },
    reach: (measured, precision) => timesFaster(measured, 'torch', precision, 'bc40', 'evaluate'),
  },
  {
    name: 'evaluation of (100,12), images per second over those of PyTorch',
    better: 'more',
    unit: 'times',
    wanted: { float32: [1, null] },
    reach: (measured, precision) => timesFaster(measured, 'torch', precision, 'bc100', 'evaluate'),
  },
];

const PRECISIONS: readonly Precision[] = ['float32', 'bfloat16'];

/** All goals, by rule and precision. Ratios are of wall minima, each side by its fastest variant. */
export function goalsOf(measured: Measured): readonly Goal[] {
  return RULES.flatMap(({ name, better, unit, wanted, reach }) =>
    PRECISIONS.flatMap((precision): Goal[] => {
      const limits = wanted[precision];
      if (limits === undefined) return [];
      const [promised, aim] = limits;
      return [{ name, precision, reached: reach(measured, precision), promised, aim, better, unit }];
    }),
  );
}

/** Whether a goal is reached; what was not measured is not. */
export function isReached({ reached, promised, better }: Goal): boolean {
  if (reached === null) return false;
  return better === 'more' ? reached >= promised : reached <= promised;
}

/** The goals that are not reached, one line each. */
export function missedGoals(goals: readonly Goal[]): readonly string[] {
  return goals
    .filter((goal) => !isReached(goal))
    .map(
      (goal) =>
        `${goal.name}, ${goal.precision}: ${withUnit(goal.reached, goal.unit)}, promised ${withUnit(goal.promised, goal.unit)}`,
    );
}

/** The goals as a table. */
export function goalsToMarkdown(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => {
    const { name, precision, unit, better } = goal;
    const promised = `${better === 'more' ? 'at least' : 'at most'} ${withUnit(goal.promised, unit)}`;
    const aim = goal.aim === null ? '' : withUnit(goal.aim, unit);
    return `| ${[name, precision, withUnit(goal.reached, unit), promised, aim, isReached(goal) ? 'yes' : 'no'].join(' | ')} |`;
  });
  return ['| | activations | reached | promised | aim | |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function withUnit(value: number | null, unit: Goal['unit']): string {
  if (value === null) return 'not measured';
  return unit === '%' ? `${value.toFixed(1)}%` : `${value.toFixed(2)} ${unit}`;
}

/** The fastest of a side at a task, by wall minimum; where DenseLab has a choice, without recomputation. */
function fastest(
  { contenders }: Measured,
  wanted: { side: Side; precision: Precision; network: NetworkName; task: Contender['task'] },
): number | null {
  const minima = contenders
    .filter(
      (contender) =>
        contender.side === wanted.side &&
        contender.precision === wanted.precision &&
        contender.network === wanted.network &&
        contender.task === wanted.task &&
        !contender.recomputes,
    )
    .map(({ minimumMilliseconds }) => minimumMilliseconds);
  return minima.length === 0 ? null : Math.min(...minima);
}

function timesFaster(
  measured: Measured,
  side: Side,
  precision: Precision,
  network: NetworkName,
  task: Contender['task'],
): number | null {
  const ours = fastest(measured, { side: 'denselab', precision, network, task });
  const theirs = fastest(measured, { side, precision: 'float32', network, task });
  return ours === null || theirs === null ? null : theirs / ours;
}

function overFloor(measured: Measured, precision: Precision): number | null {
  const ours = fastest(measured, { side: 'denselab', precision, network: 'bc40', task: 'train' });
  if (ours === null || measured.rates === null) return null;
  return ours / floorMilliseconds('bc40', measured.rates[precision]);
}

/** Milliseconds of a training step whose convolutions all ran at `rate` operations per second. */
export function floorMilliseconds(network: NetworkName, rate: number): number {
  return (1000 * stepOperations(planModel(specOf(network), INPUT, CLASSES), BATCH)) / rate;
}

function recomputedMemory({ contenders }: Measured, precision: Precision): number | null {
  const peaks = contenders
    .filter((one) => one.side === 'denselab' && one.precision === precision && one.network === 'bc100')
    .filter(({ recomputes }) => recomputes)
    .map(({ peakBytes }) => peakBytes / 1e9);
  return peaks.length === 0 ? null : Math.min(...peaks);
}

function outsideShare({ worker }: Measured, precision: Precision): number | null {
  const share = worker?.[precision];
  if (share === undefined) return null;
  return 100 * (1 - share.sessionMilliseconds / share.wallMilliseconds);
}
