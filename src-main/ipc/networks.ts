/** Answers about what trained networks give: predictions for image files, and exports. */

import { DenseLabError } from '../contract/errors.ts';
import { RUN_EXPORT_FORMATS, type ExportFormat, type RunExportFormat } from '../contract/exchange.ts';
import { exportRun } from '../exchange/exportRun.ts';
import { exportNetwork, predictFiles, type NetworkParts } from '../inference/askNetwork.ts';
import { chooseCheckpoint, describeChoice } from '../inference/chooseCheckpoint.ts';
import { runDirectory } from '../runs/directory.ts';
import type { RunReader } from '../runs/reader.ts';
import { fileName } from './fileName.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface NetworkHandlerParts extends NetworkParts {
  readonly home: string;
  readonly runs: Pick<RunReader, 'show' | 'curves'>;
  /** Version of DenseLab. */
  readonly version: string;
  /** The system's dialog for a new file, or for the folder of a SavedModel; null when it was closed. */
  readonly chooseOutput: (name: string) => Promise<string | null>;
  /** The system's dialog for image files; an empty list when it was closed. */
  readonly chooseImages: () => Promise<readonly string[]>;
  /** Shows a file in the system's file manager. */
  readonly showItem: (path: string) => void;
}

const ENDINGS: Readonly<Record<ExportFormat | RunExportFormat, string>> = {
  bundle: '.denselab',
  csv: '.csv',
  tensorboard: '-tensorboard',
  savedmodel: '-savedmodel',
  onnx: '.onnx',
  safetensors: '.safetensors',
};

/** Handlers of `runs/predict`, `runs/chooseImages` and of exports. */
export function networkHandlers(parts: NetworkHandlerParts) {
  const { home, runs, chooseOutput, chooseImages, showItem } = parts;
  // A page may write only where a person has said so.
  const chosen = new Set<string>();
  const requireChosen = (out: string): void => {
    if (chosen.has(out)) return;
    throw new DenseLabError('payload-invalid', `${out} was not chosen.`, 'Choose where to export to first.');
  };
  const bestOf = (id: number) => {
    const run = runs.show(id);
    const checkpoint = chooseCheckpoint(run);
    return { run, checkpoint, stored: { directory: runDirectory(home, id), checkpoint } };
  };
  const writeRun = (id: number, format: RunExportFormat, out: string): Promise<number> => {
    const [run, curves] = [runs.show(id), runs.curves(id, Number.POSITIVE_INFINITY)];
    const source = { run, curves, directory: runDirectory(home, id), denselab: parts.version };
    return exportRun(format, out, source, true);
  };
  return {
    'runs/chooseImages': () => chooseImages(),
    'runs/predict': async ({ id, paths }) => {
      const { run, checkpoint, stored } = bestOf(id);
      return { network: describeChoice(run, checkpoint), ...(await predictFiles(stored, paths, parts)) };
    },
    'runs/chooseExport': async ({ id, format }) => {
      const { name } = isWholeRun(format) ? runs.show(id) : bestOf(id).run;
      const out = await chooseOutput(`${fileName(name, 'network')}${ENDINGS[format]}`);
      if (out !== null) chosen.add(out);
      return out;
    },
    'runs/export': async ({ id, format, out }) => {
      requireChosen(out);
      if (isWholeRun(format)) return { out, bytes: await writeRun(id, format, out), epoch: null };
      const { checkpoint, stored } = bestOf(id);
      return { out, bytes: await exportNetwork(stored, { format, out }, parts), epoch: checkpoint.epoch };
    },
    'runs/showExport': ({ out }) => {
      requireChosen(out);
      showItem(out);
      return null;
    },
  } satisfies Partial<Handlers>;
}

function isWholeRun(format: ExportFormat | RunExportFormat): format is RunExportFormat {
  return RUN_EXPORT_FORMATS.some((known) => known === format);
}
