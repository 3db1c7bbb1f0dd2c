/** Answers about what networks have learnt. */

import path from 'node:path';
import { fileName } from './fileName.ts';
import type { InspectedCheckpoint } from '../contract/inspect.ts';
import type { MapFile } from '../inspection/files.ts';
import { gradientFlow } from '../inspection/flow.ts';
import { Inspection, type InspectionParts, type Looked } from '../inspection/inspection.ts';
import { reuseDifference } from '../inspection/reuse.ts';
import type { RunReader } from '../runs/reader.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface InspectionHandlerParts extends InspectionParts {
  readonly runs: Pick<RunReader, 'show' | 'gradientFlow'>;
  /** The system's dialog for a new folder; null when it was closed. */
  readonly chooseOutput: (name: string) => Promise<string | null>;
  /** Writes a folder whole or not at all; an earlier export there is replaced. */
  readonly writeFolder: (folder: string, files: readonly MapFile[]) => void;
}

/** Handlers of `inspect/*`. */
export function inspectionHandlers(parts: InspectionHandlerParts) {
  const { runs, desk, chooseOutput, writeFolder } = parts;
  const inspection = new Inspection(parts);
  const looked = ({ run, epoch }: InspectedCheckpoint): Looked => ({ run: runs.show(run), epoch });
  return {
    'inspect/network': ({ run }) => inspection.network(runs.show(run)),
    'inspect/image': (input) => inspection.image(looked(input), input.image),
    'inspect/maps': (input) => inspection.maps(looked(input), input.image, input.layer),
    'inspect/activity': (input) => inspection.activity(looked(input), input.split, input.layer),
    'inspect/cancel': ({ run }) => {
      desk.cancel(run);
      return null;
    },
    'inspect/classActivation': ({ layer, class: label, ...input }) =>
      inspection.classActivation(looked(input), input.image, {
        layer,
        ...(label === undefined ? {} : { class: label }),
      }),
    'inspect/occlusion': ({ size, stride, class: label, ...input }) =>
      inspection.occlusion(looked(input), input.image, {
        size,
        stride,
        ...(label === undefined ? {} : { class: label }),
      }),
    'inspect/weights': (input) => inspection.weights(looked(input), input.layer),
    'inspect/norms': (input) => inspection.norms(looked(input)),
    'inspect/reuse': (input) => inspection.reuse(looked(input), input.norm),
    'inspect/reuseDifference': async ({ a, b, norm }) =>
      reuseDifference(await inspection.reuse(looked(a), norm), await inspection.reuse(looked(b), norm)),
    'inspect/gradients': ({ run }) => gradientFlow(run, runs.gradientFlow(run)),
    'inspect/probe': (input) => inspection.probe(looked(input)),
    'inspect/similarity': ({ a, b }) => inspection.similarity(looked(a), looked(b)),
    'inspect/whatIf': ({ changes, ...input }) => inspection.whatIf(looked(input), changes),
    'inspect/export': async ({ layer, ...input }) => {
      const run = runs.show(input.run);
      const folder = await chooseOutput(fileName(`${run.name}-${layer}`, 'maps'));
      if (folder === null) return { path: null };
      const files = await inspection.files(looked(input), input.image, layer);
      writeFolder(folder, files);
      return { path: path.resolve(folder) };
    },
  } satisfies Partial<Handlers>;
}
