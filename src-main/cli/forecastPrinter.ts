/** Forecasts and sweeps in lines. */

import type { Forecast, ForecastSource } from '../contract/forecast.ts';
import type { LeftOut, SweepPlan, SweptValue } from '../contract/sweep.ts';
import type { NetworkForecast } from '../experiments/networkForecast.ts';
import type { Way } from '../model/recomputation.ts';
import { bytes, count, duration } from './format.ts';
import { facts, table } from './table.ts';

const SOURCES: Readonly<Record<ForecastSource, string>> = {
  measured: 'measured',
  calibrated: 'calibrated',
  estimated: 'estimated: calibrate again',
};

/** What one run will take. */
export function forecastFacts({ time, memory, ...forecast }: Forecast): readonly (readonly [string, string])[] {
  return [
    ['Parameters', count(forecast.parameters)],
    ['Multiply-adds', `${count(forecast.multiplyAdds)} per image`],
    ['Steps', `${count(forecast.stepsPerEpoch)} per epoch, ${count(forecast.epochs)} epochs`],
    ['Computed in', wayWords(forecast)],
    ['Memory', memoryWords(memory)],
    ...(time === null
      ? [['Time', 'not known here: run denselab calibrate'] as const]
      : [
          ['Time', `${duration(time.secondsPerEpoch)} per epoch, ${duration(time.secondsInAll)} in all`] as const,
          ['Known from', `${SOURCES[time.source]} (${time.basis})`] as const,
        ]),
  ];
}

/** What a step of a network will take. */
export function stepFacts(forecast: NetworkForecast): readonly (readonly [string, string])[] {
  const { batchSize, memory, stepMilliseconds } = forecast;
  return [
    ['Computed in', wayWords(forecast)],
    ['Memory', `${memoryWords(memory)}, batch ${count(batchSize)}`],
    [
      'Time',
      stepMilliseconds === null
        ? 'not known here: run denselab calibrate'
        : `${count(Math.round(stepMilliseconds))} ms per step, ${count(Math.round((1000 * batchSize) / stepMilliseconds))} images/s`,
    ],
  ];
}

/** The runs of a sweep, what is left out, and what all take. */
export function sweepLines({ runs, leftOut, totals }: SweepPlan): string[] {
  const rows = runs.map(({ request, forecast: { time, memory, parameters } }) => [
    request.name ?? '',
    count(parameters),
    time === null ? '-' : duration(time.secondsInAll),
    `${bytes(memory.bytes)}${memory.fits ? '' : ' !'}`,
  ]);
  const right = { align: 'right' } as const;
  return [
    ...table(
      [{ title: 'RUN' }, { title: 'PARAMETERS', ...right }, { title: 'TIME', ...right }, { title: 'MEMORY', ...right }],
      rows,
    ),
    '',
    ...leftOut.map((each) => `Left out: ${leftOutWords(each)}`),
    ...facts([
      ['Runs', count(totals.runs)],
      ['Time', totals.seconds === null ? 'not known here: run denselab calibrate' : duration(totals.seconds)],
      ['Memory', `${bytes(totals.memory)} at most`],
      ...(totals.unfitting === 0 ? [] : [['Too large', `${count(totals.unfitting)} runs for what is free`] as const]),
    ]),
  ];
}

function leftOutWords({ modelTitle, values, reason }: LeftOut): string {
  return `${modelTitle} with ${values.map(valueWords).join(', ')}. ${reason}`;
}

function valueWords({ key, value }: SweptValue): string {
  return `${key.split('.').slice(1).join('.')} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
}

function wayWords({ precision, kernels }: Way): string {
  return `${precision}, ${kernels === 'block' ? 'native' : "TensorFlow's"} kernels`;
}

function memoryWords(memory: Forecast['memory']): string {
  return `${bytes(memory.bytes)} of ${bytes(memory.availableBytes)} free${fitWords(memory)}`;
}

function fitWords({ fits, largestBatch }: Forecast['memory']): string {
  if (fits) return '';
  return largestBatch === 0 ? ': not even one image fits' : `: a batch of at most ${count(largestBatch)} fits`;
}
