/** Prints a training as it goes: JSON lines, or one line per epoch above a progress line. */

import { assertNever } from '../contract/errors.ts';
import type { RunEvent } from '../contract/events.ts';
import type { EpochMetrics, RunDetail, RunEnvironment } from '../contract/run.ts';
import { PHASES } from '../experiments/runLog.ts';
import { count, duration, loss, percent } from './format.ts';
import type { Output } from './output.ts';
import { facts } from './table.ts';

/** Prints the events of one run. */
export class TrainingPrinter {
  readonly #output: Output;
  #run: RunDetail | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Whether it knows the run. */
  get begun(): boolean {
    return this.#run !== undefined;
  }

  /** A new run is about to be trained. */
  begin(run: RunDetail): void {
    this.#output.event({ event: 'created', run: run.id, name: run.name });
    this.continue(run);
  }

  /** What is about to be trained. */
  continue(run: RunDetail): void {
    this.#run = run;
    this.#output.lines([
      ...facts([
        ['Run', `${String(run.id)}: ${run.name}`],
        ['Model', `${run.modelTitle}, ${count(run.parameters ?? 0)} parameters`],
        ['Dataset', run.datasetName],
        ['Recipe', settingsOf(run)],
      ]),
      '',
    ]);
  }

  /** One event of the trainer. */
  event(event: RunEvent): void {
    if (this.#output.json) this.#output.event(jsonOf(event));
    else if (this.#run !== undefined) this.#show(event, this.#run);
  }

  #show(event: RunEvent, run: RunDetail): void {
    switch (event.event) {
      case 'preparing':
        if (event.note !== undefined) this.#output.note(event.note);
        return this.#output.status(`${PHASES[event.phase]} ...`);
      case 'resumed':
        return;
      case 'started':
        this.#run = { ...run, stepsPerEpoch: event.stepsPerEpoch };
        return this.#output.lines([deviceLine(event.environment)]);
      case 'steps':
        return this.#showSteps(event, run);
      case 'evaluating':
        return this.#output.status(`Epoch ${epochOf(run, event.epoch)}: evaluating ...`);
      case 'epoch':
        this.#run = { ...run, epochsDone: event.metrics.epoch };
        return this.#output.lines([epochLine(run, event.metrics)]);
      case 'checkpoint':
        return;
      case 'finished':
        return this.#output.lines([
          '',
          ...(event.restoredEpoch === undefined ? [] : [restoredLine(run, event.restoredEpoch)]),
          `Finished: test accuracy ${percent(event.test.accuracy)}, loss ${loss(event.test.loss)}`,
        ]);
      case 'stopped':
        if (event.reason !== undefined) this.#output.failure(event.reason);
        return this.#output.lines([
          '',
          `${event.paused === true ? 'Paused' : 'Stopped'} at step ${count(event.step)}; the run and its checkpoint are kept.`,
        ]);
      case 'failed':
        return this.#output.failure(event.error);
      default:
        return assertNever(event);
    }
  }

  #showSteps({ steps, imagesPerSecond }: Extract<RunEvent, { event: 'steps' }>, run: RunDetail): void {
    const last = steps[steps.length - 1];
    const { stepsPerEpoch, recipe } = run;
    if (last === undefined || recipe === null) return;
    const left = (recipe.epochs * stepsPerEpoch - last.step) * recipe.batchSize;
    const parts = [
      `Epoch ${epochOf(run, last.epoch)}`,
      `step ${count(last.step - (last.epoch - 1) * stepsPerEpoch)}/${count(stepsPerEpoch)}`,
      `loss ${loss(last.loss)}`,
      `${count(Math.round(imagesPerSecond))} images/s`,
      ...(imagesPerSecond > 0 ? [`about ${duration(left / imagesPerSecond)} left`] : []),
    ];
    this.#output.status(parts.join('  '));
  }
}

function settingsOf({ recipe }: RunDetail): string {
  if (recipe === null) return 'not known';
  return [
    `${count(recipe.epochs)} epochs`,
    `batch ${count(recipe.batchSize)}`,
    `learning rate ${String(recipe.learningRate)}`,
    ...(recipe.limit === null ? [] : [`${count(recipe.limit)} images`]),
  ].join(', ');
}

function deviceLine({ device, deviceReason }: RunEnvironment): string {
  return `Training on ${device}${deviceReason === undefined ? '' : `. ${deviceReason}`}`;
}

/** Which weights were tested, and whether training ended before its last epoch. */
function restoredLine({ epochs, epochsDone }: RunDetail, best: number): string {
  const restored = `the weights of epoch ${String(best)}, the best, are restored`;
  if (epochsDone === epochs) return `${restored.charAt(0).toUpperCase()}${restored.slice(1)}`;
  return `Stopped early after epoch ${String(epochsDone)}: ${restored}`;
}

function epochLine(run: RunDetail, metrics: EpochMetrics): string {
  const { train, heldOut, imagesPerSecond, trainSeconds, evaluationSeconds } = metrics;
  return [
    `Epoch ${epochOf(run, metrics.epoch)}`,
    `train ${percent(train.accuracy)} (loss ${loss(train.loss)})`,
    `${run.heldOutSplit} ${percent(heldOut.accuracy)} (loss ${loss(heldOut.loss)})`,
    `${count(Math.round(imagesPerSecond))} images/s`,
    duration(trainSeconds + evaluationSeconds),
  ].join('  ');
}

/** ` 3/40`, padded so that lines stand below one another. */
function epochOf({ epochs }: RunDetail, epoch: number): string {
  return `${String(epoch).padStart(String(epochs).length)}/${String(epochs)}`;
}

/** The event as a line: name and run first; test accuracy before loss. Details of failures stay in the database. */
function jsonOf(event: RunEvent): object {
  const { event: name, run, ...rest } = event;
  if (event.event === 'finished') {
    const { test, restoredEpoch } = event;
    const restored = restoredEpoch === undefined ? {} : { restoredEpoch };
    return { event: name, run, test: { accuracy: test.accuracy, loss: test.loss }, ...restored };
  }
  if (event.event === 'failed') {
    const { code, message, action } = event.error;
    return { event: name, run, error: { code, message, action } };
  }
  return { event: name, run, ...rest };
}
