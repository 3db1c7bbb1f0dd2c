/**
 * `npm run bench -- forecast`: calibrates this machine as the app does, times other networks, and writes how far the forecast
 * is from them to docs/figures/forecast.json and forecast.md. The networks are measured in a process of their own, as a run is.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { CaseTiming, TimedCase } from '../../src-main/contract/forecast.ts';
import { calibrationCases, timedCase } from '../../src-main/forecasts/cases.ts';
import { seemSlow, shorterOf } from '../../src-main/forecasts/again.ts';
import { fitCosts, type CostModel, type MeasuredCase } from '../../src-main/forecasts/cost.ts';
import { planModel } from '../../src-main/model/plan.ts';
import { titleOf } from '../../src-main/model/spec.ts';
import { workerEnvironment } from '../../src-main/trainer/job.ts';
import { timeCase } from '../../src-main/trainer/timing.ts';

const FIGURES = 'docs/figures/forecast.json';
const NATIVE = { kernels: 'block', precision: 'float32' } as const;
const SHORT = { kernels: 'block', precision: 'bfloat16' } as const;
const STOCK = { kernels: 'stock', precision: 'float32' } as const;

/** None of them is among those that calibrate; earlier measurements of most have gone into the known prices. */
const JUDGED: readonly TimedCase[] = [
  timedCase(['densenet-bc-40-12', 28, 1, 64], NATIVE),
  timedCase(['densenet-bc-40-6', 28, 1, 64], NATIVE),
  timedCase(['densenet-bc-22-24', 32, 3, 64], NATIVE),
  timedCase(['densenet-40-12', 32, 3, 64], NATIVE),
  timedCase(['densenet-bc-100-12', 32, 3, 32], NATIVE),
  timedCase(['densenet121', 64, 3, 16], NATIVE),
  timedCase(['densenet-bc-40-12', 28, 1, 64], SHORT),
  timedCase(['densenet-bc-100-12', 32, 3, 32], SHORT),
  timedCase(['resnet-20', 32, 3, 128], STOCK),
  timedCase(['resnet-32', 28, 1, 64], STOCK),
  timedCase(['resnet-56', 32, 3, 64], STOCK),
  timedCase(['densenet-bc-40-12', 32, 3, 8], NATIVE),
  timedCase(['densenet-bc-64-8', 32, 3, 64], NATIVE),
  timedCase(['densenet-bc-100-12', 32, 3, 16], STOCK),
  timedCase(['highway-20', 32, 3, 32], STOCK),
  timedCase(['inception-small', 32, 3, 16], STOCK),
];

/** Nothing was ever fitted to these: neither a calibration nor the known prices. */
const UNSEEN: readonly TimedCase[] = [
  timedCase(['densenet-bc-52-10', 32, 3, 48], NATIVE),
  timedCase(['densenet-bc-34-20', 28, 1, 32], NATIVE),
  timedCase(['densenet-28-16', 32, 3, 64], NATIVE),
  timedCase(['densenet-bc-76-16', 32, 3, 32], SHORT),
  timedCase(['densenet-bc-46-8', 28, 1, 128], SHORT),
  timedCase(['densenet-bc-58-12', 32, 3, 24], STOCK),
  timedCase(['resnet-44', 28, 1, 96], STOCK),
  timedCase(['resnet-20', 48, 3, 32], STOCK),
];
const MEASURED_TWICE = [...JUDGED, ...UNSEEN];

interface Judged {
  readonly model: string;
  readonly input: string;
  readonly batch: number;
  readonly kernels: string;
  readonly precision: string;
  readonly stepMilliseconds: number;
  readonly foretoldStep: number;
  readonly evaluationMilliseconds: number;
  readonly foretoldEvaluation: number;
}

function judge({ subject, timing }: MeasuredCase, costs: CostModel): Judged {
  const { model, input, batchSize, kernels, precision } = subject;
  const plan = planModel(model, input, subject.classes);
  return {
    model: titleOf(model),
    input: `${String(input.height)}x${String(input.width)}x${String(input.channels)}`,
    batch: batchSize,
    kernels,
    precision,
    stepMilliseconds: timing.stepMilliseconds,
    foretoldStep: costs.step(plan, subject, { images: batchSize, recomputation: subject.recomputation }) ?? Number.NaN,
    evaluationMilliseconds: timing.evaluationMilliseconds,
    foretoldEvaluation: costs.evaluation(plan, precision, timing.evaluationImages) ?? Number.NaN,
  };
}

function markdown(known: readonly Judged[], unseen: readonly Judged[], costs: CostModel): string {
  const off = (foretold: number, measured: number): number => foretold / measured - 1;
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
  const stepsOf = (judged: readonly Judged[]): readonly number[] =>
    judged.map((each) => off(each.foretoldStep, each.stepMilliseconds));
  const evaluationsOf = (judged: readonly Judged[]): readonly number[] =>
    judged.map((each) => off(each.foretoldEvaluation, each.evaluationMilliseconds));
  const median = (values: readonly number[]): number =>
    values.map(Math.abs).sort((one, other) => one - other)[values.length >> 1] ?? 0;
  const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
  const verdict = (judged: readonly Judged[]): string => {
    const [steps, evaluations] = [stepsOf(judged), evaluationsOf(judged)];
    return (
      `Steps are off by ${percent(median(steps))} in the median and ${percent(largest(steps))} at most, evaluations by ` +
      `${percent(median(evaluations))} and ${percent(largest(evaluations))}.`
    );
  };
  const rowOf = (each: Judged): string => {
    const times = [each.stepMilliseconds, each.foretoldStep].map((value) => value.toFixed(0));
    const judgements = [...stepsOf([each]), ...evaluationsOf([each])].map(percent);
    const { model, input, batch, kernels, precision } = each;
    return `| ${[model, input, String(batch), kernels, precision, ...times, ...judgements].join(' | ')} |`;
  };
  const tableOf = (judged: readonly Judged[]): readonly string[] => [
    '| model | input | batch | kernels | precision | step ms | foretold ms | off | evaluation off |',
    '|---|---|--:|---|---|--:|--:|--:|--:|',
    ...judged.map(rowOf),
  ];
  return [
    '# Forecast of times',
    '',
    `Written by \`npm run bench -- forecast\` on ${String(cpus().length)} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}: ` +
      'a calibration as the app makes it, and networks that are not part of it, timed twice, of which the shorter time counts. "Off" is ' +
      'the forecast against the measurement, of a training step and of a batch of the evaluation. The fit of a calibration is held to ' +
      `known proportions of prices; it is off its own measurements by ${percent(costs.error)} in the median.`,
    '',
    '## Networks to which nothing was ever fitted',
    '',
    verdict(unseen),
    '',
    ...tableOf(unseen),
    '',
    '## Networks of which earlier measurements have gone into the known proportions',
    '',
    verdict(known),
    '',
    ...tableOf(known),
    '',
  ].join('\n');
}

/** Both sets in turn, so that a machine that becomes slower meanwhile is as slow for both. */
function inTurn(calibrating: readonly TimedCase[]): readonly TimedCase[] {
  const every = calibrating.length / MEASURED_TWICE.length;
  const ranked = [
    ...calibrating.map((subject, index) => ({ subject, rank: index })),
    ...MEASURED_TWICE.map((subject, index) => ({ subject, rank: (index + 0.5) * every })),
  ];
  // Networks of one way stand together in both lists; a stride mixes them.
  const ordered = ranked.sort((one, other) => one.rank - other.rank).map(({ subject }) => subject);
  return ordered.map((_, index) => ordered[(index * STRIDE) % ordered.length] ?? ordered[0]).filter(isCase);
}

/** Has no divisor in common with the number of cases, so that each gets its turn once. */
const STRIDE = 11;

function isCase(subject: TimedCase | undefined): subject is TimedCase {
  return subject !== undefined;
}

/** In a process of its own, with the environment of a worker. */
function measureApart(subjects: readonly TimedCase[], cacheDirectory: string): readonly MeasuredCase[] {
  const threads = { intraOp: cpus().length, interOp: Math.min(2, cpus().length) };
  const env = { ...process.env, ...workerEnvironment({ threads, cacheDirectory, device: 'cpu' }) };
  const asked = [program, 'measure', JSON.stringify(subjects)];
  const told = execFileSync(process.execPath, asked, { encoding: 'utf8', env });
  const timings = told
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CaseTiming);
  return subjects.flatMap((subject, index) => {
    const timing = timings[index];
    return timing === undefined ? [] : [{ subject, timing }];
  });
}

/** Everything once; then the judged ones again, and with them what the app times again. */
function measureAll(cacheDirectory: string): readonly MeasuredCase[] {
  const first = measureApart(inTurn(calibrationCases([NATIVE, SHORT, STOCK])), cacheDirectory);
  const slow = seemSlow(first.filter(({ subject }) => !MEASURED_TWICE.includes(subject)));
  return shorterOf(first, measureApart([...slow, ...MEASURED_TWICE], cacheDirectory));
}

interface Figures {
  readonly calibrating: readonly MeasuredCase[];
  readonly judged: readonly MeasuredCase[];
  readonly unseen: readonly MeasuredCase[];
}

function measureFigures(): Figures {
  const measured = measureAll(cacheDirectory);
  const those = (subjects: readonly TimedCase[]): readonly MeasuredCase[] =>
    measured.filter(({ subject }) => subjects.includes(subject));
  const calibrating = measured.filter(({ subject }) => !MEASURED_TWICE.includes(subject));
  return { calibrating, judged: those(JUDGED), unseen: those(UNSEEN) };
}

const cacheDirectory = process.env['DENSELAB_CACHE'] ?? '';
const [, program = '', asked, subjects = '[]'] = process.argv;
if (asked === 'measure') {
  for (const subject of JSON.parse(subjects) as readonly TimedCase[]) {
    process.stdout.write(`${JSON.stringify(timeCase(subject, cacheDirectory))}\n`);
  }
} else {
  // `stored` judges another model of costs by what was measured before.
  const figures = asked === 'stored' ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as Figures) : measureFigures();
  const costs = fitCosts(figures.calibrating);
  mkdirSync('docs/figures', { recursive: true });
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(
    'docs/figures/forecast.md',
    markdown(
      figures.judged.map((each) => judge(each, costs)),
      figures.unseen.map((each) => judge(each, costs)),
      costs,
    ),
  );
}
