/** `denselab predict`. */

import { openDecoderPool } from '../../decoder/pool.ts';
import { readPixels } from '../../inference/pixels.ts';
import { predictPixels } from '../../inference/predict.ts';
import type { Call, Command } from '../command.ts';
import { percent } from '../format.ts';
import { readRun, withNetwork, type OpenedRun } from '../trainedNetwork.ts';

/** Says what a run's network sees in image files. */
export const predict: Command = {
  name: 'predict',
  operands: ['ID', 'FILE...'],
  options: ['logits', 'checkpoint', 'device'],
  summary: "Predict the class of image files by a run's network",
  details: [
    'Uses the best checkpoint by held-out accuracy. Files are converted as the dataset was; one that cannot be read is',
    'named, and the others go on (exit status 1). With --json one object per file: file, class, probabilities, epoch, and',
    'logits with --logits.',
  ],
  async run(call) {
    const run = readRun(call);
    const files = call.args.operands.slice(1);
    const decoder = openDecoderPool({ spawn: call.parts.spawn, processes: 1 }).open();
    try {
      return await withNetwork(call, run, async (opened) => {
        const { input, dataset } = opened.network.description;
        let status = 0;
        for (const file of files) {
          const read = await readPixels(decoder, file, input, dataset.conversion);
          if (read.ok) tell(call, opened, file, read.pixels);
          else status = refuse(call, file, read);
        }
        return status;
      });
    } finally {
      decoder.close();
    }
  },
};

function tell({ args, output }: Call, { network, checkpoint }: OpenedRun, file: string, pixels: Uint8Array): void {
  const { class: name, probabilities, logits } = predictPixels(network, pixels);
  const more = args.flag('logits') ? { logits } : {};
  output.event({ file, class: name, probabilities, epoch: checkpoint.epoch, ...more });
  output.lines([`${file}: ${name} (${percent(Math.max(...probabilities))})`]);
}

/** The exit status that follows. */
function refuse({ output }: Call, file: string, { reason, remedy }: { reason: string; remedy: string }): number {
  output.event({ file, error: { code: 'image-unreadable', message: `${reason}.`, action: `${remedy}.` } });
  output.note(`${file}: ${reason}. ${remedy}.`);
  return 1;
}
