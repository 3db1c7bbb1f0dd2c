/** What a run's log says of each event of its trainer. */

import { assertNever, type Failure } from '../contract/errors.ts';
import type { TrainerEvent } from '../contract/events.ts';
import type { EpochMetrics, RunEnvironment, RunLogLine } from '../contract/run.ts';

/** A line before its time is known. */
export type LogEntry = Omit<RunLogLine, 'time'>;

/** What is being done before the first step, for a person. */
export const PHASES: Readonly<Record<Extract<TrainerEvent, { event: 'preparing' }>['phase'], string>> = {
  runtime: 'Loading TensorFlow',
  dataset: 'Opening the dataset',
  compile: 'Building the graph',
  'self-test': 'Testing the kernels',
  'first-step': 'Warming up',
};

/** The lines of one event, none for steps: the database has every one of them. */
export function logEntries(event: TrainerEvent): readonly LogEntry[] {
  switch (event.event) {
    case 'preparing':
      return event.note === undefined ? [info(PHASES[event.phase])] : [{ level: 'warning', text: event.note }];
    case 'resumed':
      return [info(`Goes on after step ${String(event.step)}, with ${String(event.epochsFinished)} epochs finished`)];
    case 'started':
      return [info(startedText(event.environment, event.stepsPerEpoch))];
    case 'steps':
      return [];
    case 'evaluating':
      return [info(`Epoch ${String(event.epoch)}: evaluating`)];
    case 'epoch':
      return [info(epochText(event.metrics))];
    case 'checkpoint': {
      const { file, bytes, step } = event.checkpoint;
      const removed = event.removed.length === 0 ? '' : `; removed ${event.removed.join(', ')}`;
      return [info(`Checkpoint of step ${String(step)}: ${file}, ${String(bytes)} bytes${removed}`)];
    }
    case 'finished': {
      const { loss, accuracy } = event.test;
      const restored =
        event.restoredEpoch === undefined ? '' : ` with the weights of epoch ${String(event.restoredEpoch)}`;
      return [info(`Finished: test loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}${restored}`)];
    }
    case 'stopped':
      return [
        info(`${event.paused === true ? 'Paused' : 'Stopped'} at step ${String(event.step)}`),
        ...(event.reason === undefined ? [] : failureEntries('Paused', event.reason)),
      ];
    case 'failed':
      return failureEntries('Failed', event.error);
    default:
      return assertNever(event);
  }
}

function failureEntries(how: string, { code, message, action, detail }: Failure): readonly LogEntry[] {
  const texts = [`${how} (${code}): ${message} ${action}`, ...(detail === undefined ? [] : [detail])];
  return texts.map((text) => ({ level: 'error', text }));
}

function startedText(environment: RunEnvironment, stepsPerEpoch: number): string {
  const { device, deviceReason, kernels = 'stock', precision = 'float32', tensorflow, denselab } = environment;
  const why = deviceReason === undefined ? '' : ` (${deviceReason})`;
  const threads = `${String(environment.intraOpThreads)} and ${String(environment.interOpThreads)} threads`;
  const software = `${kernels} kernels, ${precision}, ${threads}, TensorFlow ${tensorflow}, DenseLab ${denselab}`;
  return `Training on ${device}${why}: ${software}; ${String(stepsPerEpoch)} steps an epoch`;
}

function epochText(metrics: EpochMetrics): string {
  const { epoch, train, heldOut, learningRate, imagesPerSecond, trainSeconds, evaluationSeconds, residentBytes } =
    metrics;
  const memory = residentBytes === null ? '' : `, ${(residentBytes / 1e6).toFixed(0)} MB in memory`;
  return (
    `Epoch ${String(epoch)}: train loss ${train.loss.toFixed(4)}, accuracy ${percent(train.accuracy)}; ` +
    `held out loss ${heldOut.loss.toFixed(4)}, accuracy ${percent(heldOut.accuracy)}; ` +
    `rate ${learningRate.toPrecision(3)}, ${imagesPerSecond.toFixed(0)} images/s, ` +
    `${trainSeconds.toFixed(1)} s and ${evaluationSeconds.toFixed(1)} s of evaluation${memory}`
  );
}

function info(text: string): LogEntry {
  return { level: 'info', text };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
