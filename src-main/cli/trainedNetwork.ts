/** A run's network, as the commands that predict open it. */

import type { RunDetail } from '../contract/run.ts';
import { threadsFor } from '../experiments/threads.ts';
import { chooseCheckpoint, openNetwork, type TrainedNetwork } from '../inference/network.ts';
import { runDirectory } from '../runs/directory.ts';
import { readRunId } from './arguments.ts';
import type { Call } from './command.ts';

/** The run that the first operand names. @throws DenseLabError `usage`, `run-unknown` */
export function readRun({ args, parts, home }: Call): RunDetail {
  const runs = parts.readRuns(home);
  try {
    return runs.show(readRunId(args.operands[0] ?? ''));
  } finally {
    runs.close();
  }
}

/** Calls `use` with the network of a run's checkpoint, and frees it. Loads TensorFlow. */
export async function withNetwork<T>(
  { args, parts, home }: Call,
  run: RunDetail,
  use: (network: TrainedNetwork) => T | Promise<T>,
): Promise<T> {
  const { intraOp, interOp } = threadsFor(parts.cores);
  // TensorFlow reads them once, when it loads.
  Object.assign(process.env, {
    TF_NUM_INTRAOP_THREADS: String(intraOp),
    TF_NUM_INTEROP_THREADS: String(interOp),
    TF_CPP_MIN_LOG_LEVEL: '1',
  });
  const network = openNetwork(runDirectory(home, run.id), chooseCheckpoint(run, args.number('checkpoint')));
  try {
    return await use(network);
  } finally {
    network.session.close();
  }
}
