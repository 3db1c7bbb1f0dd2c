/** Answers about what trained networks give: predictions for image files, and exports. */

import { DenseLabError } from '../contract/errors.ts';
import type { ExportFormat } from '../contract/exchange.ts';
import type { RunDetail } from '../contract/run.ts';
import { exportNetwork, predictFiles, type NetworkParts } from '../inference/askNetwork.ts';
import { chooseCheckpoint, describeChoice } from '../inference/chooseCheckpoint.ts';
import { runDirectory } from '../runs/directory.ts';
import { fileName } from './fileName.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface NetworkHandlerParts extends NetworkParts {
  readonly home: string;
  readonly runs: { show(id: number): RunDetail };
  /** The system's dialog for a new file, or for the folder of a SavedModel; null when it was closed. */
  readonly chooseOutput: (name: string) => Promise<string | null>;
  /** The system's dialog for image files; an empty list when it was closed. */
  readonly chooseImages: () => Promise<readonly string[]>;
  /** Shows a file in the system's file manager. */
  readonly showItem: (path: string) => void;
}

const ENDINGS: Readonly<Record<ExportFormat, string>> = {
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
  return {
    'runs/chooseImages': () => chooseImages(),
    'runs/predict': async ({ id, paths }) => {
      const { run, checkpoint, stored } = bestOf(id);
      return { network: describeChoice(run, checkpoint), ...(await predictFiles(stored, paths, parts)) };
    },
    'runs/chooseExport': async ({ id, format }) => {
      const out = await chooseOutput(`${fileName(bestOf(id).run.name, 'network')}${ENDINGS[format]}`);
      if (out !== null) chosen.add(out);
      return out;
    },
    'runs/export': async ({ id, format, out }) => {
      requireChosen(out);
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
