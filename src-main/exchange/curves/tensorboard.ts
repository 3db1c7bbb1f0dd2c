/** A run's curves as a TensorBoard event file: records of `tensorflow.Event` (tensorflow/core/util/event.proto). */

import type { EpochMetrics, RunCurves } from '../../contract/run.ts';
import { MessageWriter } from '../../tensorflow/protobuf.ts';
import { maskedCrc32c } from './crc32c.ts';

/** Fields of `Event`, `Summary` and `Summary.Value`. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** TensorBoard finds files by this part of their name. */
export function eventFileName(run: number): string {
  return `events.out.tfevents.run${String(run)}.denselab`;
}

/**
 * The file. Tags are `train/loss`, `train/learning_rate`, `train/gradient_norm` by step; the others by epoch, at the step where it ended.
 * @param startedAt wall time of the first step, in seconds since 1970; steps are spread over the epochs' training time
 */
export function toEventFile({ steps, epochs }: RunCurves, startedAt: number): Uint8Array[] {
  const timeOf = clock(epochs, startedAt);
  const records = [new MessageWriter().double(EVENT.wallTime, startedAt).text(EVENT.fileVersion, 'brain.Event:2')];
  steps.step.forEach((step, index) => {
    const values = {
      'train/loss': steps.loss[index],
      'train/learning_rate': steps.learningRate[index],
      'train/gradient_norm': steps.gradientNorm[index],
    };
    records.push(event(timeOf(step), step, values));
  });
  for (const epoch of epochs) records.push(event(timeOf(epoch.step), epoch.step, epochValues(epoch)));
  return records.map((record) => framed(record.finish()));
}

function epochValues({ epoch, train, heldOut, ...measured }: EpochMetrics): Readonly<Record<string, number>> {
  return {
    epoch,
    'epoch/train_loss': train.loss,
    'epoch/train_accuracy': train.accuracy,
    'epoch/held_out_loss': heldOut.loss,
    'epoch/held_out_accuracy': heldOut.accuracy,
    'epoch/images_per_second': measured.imagesPerSecond,
    'epoch/train_seconds': measured.trainSeconds,
    'epoch/evaluation_seconds': measured.evaluationSeconds,
    ...(measured.residentBytes !== null && { 'epoch/resident_bytes': measured.residentBytes }),
  };
}

/** Seconds since 1970 at which a step was done, as well as the epochs tell. */
function clock(epochs: readonly EpochMetrics[], startedAt: number): (step: number) => number {
  return (step) => {
    let [seconds, before] = [startedAt, 0];
    for (const epoch of epochs) {
      if (step <= epoch.step) return seconds + (epoch.trainSeconds * (step - before)) / (epoch.step - before);
      seconds += epoch.trainSeconds + epoch.evaluationSeconds;
      before = epoch.step;
    }
    return seconds;
  };
}

function event(wallTime: number, step: number, values: Readonly<Record<string, number | undefined>>): MessageWriter {
  const summary = new MessageWriter();
  for (const [tag, value] of Object.entries(values)) {
    if (value === undefined) continue;
    summary.message(SUMMARY_VALUE, new MessageWriter().text(VALUE.tag, tag).float(VALUE.simpleValue, value));
  }
  return new MessageWriter().double(EVENT.wallTime, wallTime).integer(EVENT.step, step).message(EVENT.summary, summary);
}

/** Length, its checksum, content, its checksum (tensorflow/core/lib/io/record_writer.h). */
function framed(content: Uint8Array): Uint8Array {
  const record = new Uint8Array(content.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(content.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(content, 12);
  view.setUint32(12 + content.length, maskedCrc32c(content), true);
  return record;
}
