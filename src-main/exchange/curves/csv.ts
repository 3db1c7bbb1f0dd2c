/** A run's curves as CSV: one line per step, and one per epoch. */

import type { RunCurves } from '../../contract/run.ts';

const COLUMNS = [
  'step',
  'epoch',
  'loss',
  'learning_rate',
  'gradient_norm',
  'train_loss',
  'train_accuracy',
  'held_out_loss',
  'held_out_accuracy',
  'images_per_second',
  'train_seconds',
  'evaluation_seconds',
  'resident_bytes',
] as const;

/** Lines in the order of steps; a line of an epoch follows its last step. Numbers in full; NaN and Infinity as Python writes them. */
export function toCurvesCsv({ steps, epochs }: RunCurves): string {
  const lines: { readonly step: number; readonly cells: Readonly<Record<string, number | undefined>> }[] = [
    ...steps.step.map((step, index) => ({
      step,
      cells: {
        ...{ step, loss: steps.loss[index], learning_rate: steps.learningRate[index] },
        gradient_norm: steps.gradientNorm[index],
      },
    })),
    ...epochs.map(({ epoch, step, train, heldOut, ...rest }) => ({
      step,
      cells: {
        ...{ step, epoch, train_loss: train.loss, train_accuracy: train.accuracy },
        ...{ held_out_loss: heldOut.loss, held_out_accuracy: heldOut.accuracy, learning_rate: rest.learningRate },
        images_per_second: rest.imagesPerSecond,
        train_seconds: rest.trainSeconds,
        evaluation_seconds: rest.evaluationSeconds,
        resident_bytes: rest.residentBytes ?? undefined,
      },
    })),
  ];
  // Sorting is stable: of one step, the step itself comes first.
  lines.sort((one, other) => one.step - other.step);
  const row = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;
  return row(COLUMNS) + lines.map(({ cells }) => row(COLUMNS.map((name) => spelled(cells[name])))).join('');
}

function spelled(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}
