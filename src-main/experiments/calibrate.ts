/** Measures how fast this machine trains, in a worker of its own, and keeps what it finds. */

import type { CalibrationEvent, CalibrationState, CaseTiming, TimedCase, TimingEvent } from '../contract/forecast.ts';
import { DenseLabError } from '../contract/errors.ts';
import { seemSlow, shorterOf } from '../forecasts/again.ts';
import { calibrationCases } from '../forecasts/cases.ts';
import { fitCosts, type MeasuredCase } from '../forecasts/cost.ts';
import type { Way } from '../model/recomputation.ts';
import { titleOf } from '../model/spec.ts';
import { describeDeath } from '../trainer/death.ts';
import { workerEnvironment } from '../trainer/job.ts';
import { calibrationBasis, calibrationState, writeCalibration } from './calibration.ts';
import { computingEvidence } from './computing.ts';
import type { CoordinatorParts } from './coordinator.ts';

/** What a calibration works with. */
export type CalibrationParts = Pick<CoordinatorParts, 'home' | 'cacheDirectory' | 'threads' | 'spawn'>;

/** How a calibration is watched and ended. */
export interface CalibrationOptions {
  readonly onEvent: (event: CalibrationEvent) => void;
  /** Aborted to end it at once; an earlier calibration stays. */
  readonly signal: AbortSignal;
  /** Those of `calibrationCases` where nothing else is asked for. */
  readonly cases?: readonly TimedCase[];
}

/**
 * Times real steps of a few small networks, which takes one or two minutes, those that seem slow twice, and keeps the calibration in the data folder. Nothing
 * else should be trained meanwhile.
 * @throws DenseLabError `cancelled`, `worker-died`, `runtime-missing`, `runtime-broken`
 */
export async function calibrate(parts: CalibrationParts, options: CalibrationOptions): Promise<CalibrationState> {
  const started = performance.now();
  const first = await timeCases(options.cases ?? casesFor(parts), parts, options);
  const slow = seemSlow(first);
  const cases = slow.length === 0 ? first : shorterOf(first, await timeCases(slow, parts, options));
  const calibration = {
    version: 1,
    measuredAt: new Date().toISOString(),
    seconds: (performance.now() - started) / 1000,
    basis: calibrationBasis(parts.cacheDirectory, parts.threads),
    cases,
  } as const;
  writeCalibration(parts.home, calibration);
  return calibrationState({ calibration, costs: fitCosts(cases), stale: null });
}

/** Every way to compute that this machine has. */
function casesFor({ cacheDirectory }: CalibrationParts): readonly TimedCase[] {
  const { blockKernels, bfloat16 } = computingEvidence(cacheDirectory);
  const kernels = blockKernels ? (['stock', 'block'] as const) : (['stock'] as const);
  const precisions = bfloat16 ? (['float32', 'bfloat16'] as const) : (['float32'] as const);
  const ways: readonly Way[] = kernels.flatMap((each) => precisions.map((precision) => ({ kernels: each, precision })));
  return calibrationCases(ways);
}

/** Settles once the worker is gone. */
export function timeCases(
  cases: readonly TimedCase[],
  parts: Omit<CalibrationParts, 'home'>,
  { onEvent, signal }: Pick<CalibrationOptions, 'onEvent' | 'signal'>,
): Promise<readonly MeasuredCase[]> {
  const { cacheDirectory, threads } = parts;
  const answers: (CaseTiming | DenseLabError)[] = [];
  if (signal.aborted) return Promise.reject(cancelled());
  const worker = parts.spawn('worker', workerEnvironment({ threads, cacheDirectory, device: 'cpu' }));
  const tell = (): void => {
    const next = cases[answers.length];
    if (next === undefined) worker.post({ kind: 'release' });
    else onEvent({ done: answers.length, of: cases.length, subject: subjectOf(next) });
  };
  const end = (): void => worker.kill();
  signal.addEventListener('abort', end);
  let failure: DenseLabError | null = null;
  worker.onMessage((message) => {
    if (!isTimingEvent(message)) return;
    if (message.event === 'failed') {
      failure = asError(message.error);
      worker.post({ kind: 'release' });
      return;
    }
    answers.push(message.event === 'timed' ? message.timing : asError(message.error));
    tell();
  });
  worker.post({ kind: 'time', cacheDirectory, cases });
  tell();
  return new Promise((resolve, reject) => {
    worker.onExit((code, exitSignal, stderrTail) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) return reject(cancelled());
      if (failure !== null) return reject(failure);
      if (answers.length < cases.length) {
        return reject(
          asError(describeDeath({ code, signal: exitSignal, stderrTail, progress: { epoch: 1, step: 0 } })),
        );
      }
      const measured = cases.flatMap((subject, index) => {
        const timing = answers[index];
        return timing === undefined || timing instanceof DenseLabError ? [] : [{ subject, timing }];
      });
      const refusal = answers.find((answer) => answer instanceof DenseLabError);
      if (measured.length === 0 && refusal !== undefined) return reject(refusal);
      resolve(measured);
    });
  });
}

/** `DenseNet-BC (L=22, k=12), bfloat16`. */
function subjectOf({ model, precision, kernels }: TimedCase): string {
  const words = [
    titleOf(model),
    ...(precision === 'bfloat16' ? [precision] : []),
    ...(kernels === 'block' ? ['native kernels'] : []),
  ];
  return words.join(', ');
}

function asError({ code, message, action, detail }: DenseLabError['failure']): DenseLabError {
  return new DenseLabError(code, message, action, detail);
}

function cancelled(): DenseLabError {
  return new DenseLabError('cancelled', 'The calibration was cancelled.', 'Start it again when nothing else runs.');
}

/** The worker is our own program, so its name tells an event apart from noise. */
function isTimingEvent(message: unknown): message is TimingEvent {
  if (typeof message !== 'object' || message === null || !('event' in message)) return false;
  return message.event === 'timed' || message.event === 'untimed' || message.event === 'failed';
}
