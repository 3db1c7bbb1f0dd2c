/** Runs one command line from words to exit status. */

import path from 'node:path';
import { toFailure } from '../contract/errors.ts';
import { readCommandLine, wantsJson } from './arguments.ts';
import type { Command, Parts } from './command.ts';
import { compare } from './commands/compare.ts';
import { datasets } from './commands/datasets.ts';
import { describe } from './commands/describe.ts';
import { doctor } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { calibrate, forecast } from './commands/forecast.ts';
import { findRateCommand } from './commands/findRate.ts';
import { evaluate } from './commands/evaluate.ts';
import { importWeights } from './commands/importWeights.ts';
import { inspect } from './commands/inspect.ts';
import { predict } from './commands/predict.ts';
import { probe } from './commands/probe.ts';
import { queue } from './commands/queue.ts';
import { resume } from './commands/resume.ts';
import { reuse } from './commands/reuse.ts';
import { runs } from './commands/runs.ts';
import { runsImport } from './commands/runsImport.ts';
import { runsExport } from './commands/runsExport.ts';
import { similarity } from './commands/similarity.ts';
import { selftest } from './commands/selftest.ts';
import { train } from './commands/train.ts';
import { whatIf } from './commands/whatIf.ts';
import { commandHelp, generalHelp } from './help.ts';
import { Output, type Streams } from './output.ts';

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  doctor,
  selftest,
  ...datasets,
  describe,
  calibrate,
  forecast,
  train,
  resume,
  findRateCommand,
  ...queue,
  ...runs,
  runsExport,
  runsImport,
  compare,
  importWeights,
  predict,
  evaluate,
  inspect,
  reuse,
  probe,
  similarity,
  whatIf,
  exportCommand,
];

/** What a call needs from outside. */
export interface Surroundings {
  readonly parts: Parts;
  readonly streams: Streams;
  /** Data folder when `--home` is absent. */
  readonly defaultHome: string;
}

/** Never throws: failures are printed, and give exit status 1. */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const output = new Output(wantsJson(words), surroundings.streams);
  try {
    return await obey(words, surroundings, output);
  } catch (thrown) {
    output.failure(toFailure(thrown));
    return 1;
  }
}

async function obey(
  words: readonly string[],
  { parts, streams, defaultHome }: Surroundings,
  output: Output,
): Promise<number> {
  const request = readCommandLine(words, COMMANDS);
  switch (request.kind) {
    case 'version':
      streams.out.write(`${parts.version}\n`);
      return 0;
    case 'help':
      streams.out.write(`${request.command === undefined ? generalHelp(COMMANDS) : commandHelp(request.command)}\n`);
      return 0;
    default: {
      const { command, args } = request;
      const home = path.resolve(args.text('home') ?? defaultHome);
      return command.run({ args, output, parts, home });
    }
  }
}
