/** A run's network, as the commands that predict open it. */

import type { CheckpointRecord, RunDetail } from '../contract/run.ts';
import { threadsFor } from '../experiments/threads.ts';
import { chooseCheckpoint, describeChoice } from '../inference/chooseCheckpoint.ts';
import { openNetwork, type TrainedNetwork } from '../inference/network.ts';
import { runDirectory } from '../runs/directory.ts';
import { workerEnvironment } from '../trainer/job.ts';
import { readRunId } from './arguments.ts';
import type { Call } from './command.ts';
import { readDevice } from './devices.ts';

/** The run that an operand names, the first when none is meant. @throws DenseLabError `usage`, `run-unknown` */
export function readRun({ args, parts, home }: Call, operand = 0): RunDetail {
  const runs = parts.readRuns(home);
  try {
    return runs.show(readRunId(args.operands[operand] ?? ''));
  } finally {
    runs.close();
  }
}

/** An open network, and the checkpoint that it is from. */
export interface OpenedRun {
  readonly network: TrainedNetwork;
  readonly checkpoint: CheckpointRecord;
}

/**
 * Calls `use` with the network of the checkpoint that is meant, says which that is, and frees the network. Loads TensorFlow.
 * @throws DenseLabError as `chooseCheckpoint` and `openNetwork`
 */
export async function withNetwork<T>(
  { args, output, parts, home }: Call,
  run: RunDetail,
  use: (opened: OpenedRun) => T | Promise<T>,
): Promise<T> {
  const checkpoint = chooseCheckpoint(run, args.number('checkpoint'));
  const wish = readDevice(args);
  const { cacheDirectory } = parts;
  // TensorFlow reads them once, when it loads.
  Object.assign(process.env, workerEnvironment({ threads: threadsFor(parts.cores), cacheDirectory, device: wish }));
  const network = await openNetwork(runDirectory(home, run.id), checkpoint, { wish, cacheDirectory });
  output.note(`${describeChoice(run, checkpoint)} On ${network.device.name}.`);
  try {
    return await use({ network, checkpoint });
  } finally {
    network.close();
  }
}
