/** Taking in runs that were trained elsewhere, piece by piece. */

import type { CheckpointRecord, RunCurves, StepMetric } from '../contract/run.ts';

/** Puts the files of a run into its folder (absolute), which may not be there yet; the checkpoints that they are. */
export type PlaceFiles = (directory: string) => Promise<readonly CheckpointRecord[]>;

/** Steps of one transaction: tens of milliseconds. */
const PIECE = 5_000;

/** The steps of curves, each with its epoch as the ends of the epochs tell it, in pieces. */
export function* piecesOf({ steps, epochs }: RunCurves, stepsPerEpoch: number): Generator<readonly StepMetric[]> {
  let [piece, finished]: [StepMetric[], number] = [[], 0];
  for (const [index, step] of steps.step.entries()) {
    while (step > (epochs[finished]?.step ?? Number.POSITIVE_INFINITY)) finished++;
    const beyond = epochs.at(-1)?.epoch ?? 0;
    const unended = stepsPerEpoch > 0 ? Math.ceil(step / stepsPerEpoch) : beyond + 1;
    piece.push({
      step,
      epoch: epochs[finished]?.epoch ?? Math.max(unended, beyond + 1),
      loss: steps.loss[index] ?? Number.NaN,
      learningRate: steps.learningRate[index] ?? Number.NaN,
      gradientNorm: steps.gradientNorm[index] ?? Number.NaN,
    });
    if (piece.length < PIECE) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
