/** `denselab predict`. */

import { openDecoderPool } from '../../decoder/pool.ts';
import { predictFile, type FilePrediction } from '../../inference/predict.ts';
import type { Call, Command } from '../command.ts';
import { percent } from '../format.ts';
import { readRun, withNetwork } from '../trainedNetwork.ts';

/** Says what a run's network sees in image files. */
export const predict: Command = {
  name: 'predict',
  operands: ['ID', 'FILE...'],
  options: ['logits', 'checkpoint'],
  summary: "Predict the class of image files by a run's network",
  details: [
    'Uses the newest checkpoint. Files are converted as folders of images are; one that cannot be read is named, and the',
    'others go on (exit status 1). With --json one object per file: file, class, probabilities, and logits with --logits.',
  ],
  async run(call) {
    const run = readRun(call);
    const files = call.args.operands.slice(1);
    const decoder = openDecoderPool({ spawn: call.parts.spawn, processes: 1 }).open();
    try {
      return await withNetwork(call, run, async (network) => {
        let status = 0;
        for (const file of files) {
          const prediction = await predictFile(network, decoder, file);
          tell(call, prediction, network.description.dataset.classNames);
          if (!prediction.ok) status = 1;
        }
        return status;
      });
    } finally {
      decoder.close();
    }
  },
};

function tell({ args, output }: Call, prediction: FilePrediction, classNames: readonly string[]): void {
  const { file } = prediction;
  if (!prediction.ok) {
    const { reason, remedy } = prediction;
    output.event({ file, error: { code: 'image-unreadable', message: `${reason}.`, action: `${remedy}.` } });
    output.note(`${file}: ${reason}. ${remedy}.`);
    return;
  }
  const { probabilities, logits } = prediction;
  output.event({ file, class: prediction.class, probabilities, ...(args.flag('logits') ? { logits } : {}) });
  output.lines([`${file}: ${prediction.class} (${percent(probabilities[classNames.indexOf(prediction.class)] ?? 0)})`]);
}
