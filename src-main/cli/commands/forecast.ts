/** `denselab forecast` and `denselab calibrate`. */

import { calibrate as measure } from '../../experiments/calibrate.ts';
import { forecastRun } from '../../experiments/forecasting.ts';
import { threadsFor } from '../../experiments/threads.ts';
import type { CalibrationState } from '../../contract/forecast.ts';
import type { Command } from '../command.ts';
import { forecastFacts, sweepLines } from '../forecastPrinter.ts';
import { duration, localTime, percent } from '../format.ts';
import { foretelling } from '../foretelling.ts';
import { readRequest, REQUEST_OPTIONS } from '../runRequest.ts';
import { asksForSweep, SWEEP_OPTIONS } from '../sweeps.ts';
import { sweepPlan } from '../sweepPlanning.ts';
import { facts } from '../table.ts';

/** Foretells a run, or all runs of a sweep; stores nothing. */
export const forecast: Command = {
  name: 'forecast',
  operands: [],
  options: [...REQUEST_OPTIONS, ...SWEEP_OPTIONS],
  summary: 'Foretell the time and the memory of a training, or of all runs of a sweep',
  details: [
    'Times are measured where a run of this kind was trained here, else calibrated: run denselab calibrate first.',
    'With --sweep, --beside or --seeds it lists every run: how many, how long, how much memory.',
  ],
  async run(call) {
    const { args, output } = call;
    const request = readRequest(args);
    if (asksForSweep(args)) {
      const plan = await sweepPlan(call, request);
      output.result(plan, () => sweepLines(plan));
    } else {
      const found = await foretelling(call, (parts) => forecastRun(request, parts));
      output.result(found, () => facts(forecastFacts(found)));
    }
    return 0;
  },
};

/** Measures how fast this machine trains. */
export const calibrate: Command = {
  name: 'calibrate',
  operands: [],
  options: [],
  summary: 'Time small networks for a minute or two, so that forecasts know this machine',
  details: ['Train nothing meanwhile. Ctrl-C ends it, and keeps an earlier calibration.'],
  async run({ parts, home, output }) {
    const cancelling = new AbortController();
    const stopListening = parts.onInterrupt(() => cancelling.abort());
    const { cacheDirectory, spawn } = parts;
    try {
      const state = await measure(
        { home, cacheDirectory, spawn, threads: threadsFor(parts.cores) },
        {
          onEvent: ({ done, of, subject }) => output.status(`${String(done + 1)} of ${String(of)}: ${subject} ...`),
          signal: cancelling.signal,
        },
      );
      output.clearStatus();
      output.result(state, () => calibrationLines(state));
      return 0;
    } finally {
      stopListening();
    }
  },
};

function calibrationLines({ measuredAt, seconds, fitError }: CalibrationState): string[] {
  return facts([
    ['Calibrated', localTime(measuredAt)],
    ['Took', duration(seconds ?? 0)],
    ['Within', `${percent(fitError ?? 0)} of its own measurements, in the median`],
  ]);
}
