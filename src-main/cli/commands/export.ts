/** `denselab export`. */

import path from 'node:path';
import { EXPORT_FORMATS } from '../../contract/exchange.ts';
import { exportFiles, outputFiles, sizeOf, type TensorNames } from '../../exchange/exporting.ts';
import { placeOutput, requireFree } from '../../exchange/output.ts';
import { chooseCheckpoint, describeChoice } from '../../inference/chooseCheckpoint.ts';
import { runDirectory } from '../../runs/directory.ts';
import { readCheckpoint } from '../../trainer/checkpoint.ts';
import { readChoice, readRunId, type Arguments } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { bytes } from '../format.ts';

/** Only reads the data folder, so that it works while the app is open. Needs no TensorFlow. */
export const exportCommand: Command = {
  name: 'export',
  operands: ['ID'],
  options: ['format', 'out', 'checkpoint', 'names', 'force'],
  summary: 'Write a run for other software: SavedModel, ONNX, safetensors',
  details: [
    '--format takes savedmodel, safetensors or onnx.',
    'SavedModel (signature serving_default) and ONNX (opset 17) take uint8 images [batch, height, width, channels] as',
    '"images", normalise them inside, and give "logits" and "probabilities". safetensors has the tensors alone, under the',
    'names of torchvision for DenseNets; its metadata says what import-weights needs to know.',
  ],
  run({ args, output, parts, home }: Call) {
    const id = readRunId(args.operands[0] ?? '');
    const format = readChoice(args, 'format', EXPORT_FORMATS);
    const out = path.resolve(args.required('out'));
    const force = args.flag('force');
    requireFree(out, outputFiles(format), force);
    const reader = parts.readRuns(home);
    try {
      const run = reader.show(id);
      const record = chooseCheckpoint(run, args.number('checkpoint'));
      const { file, sha256, epoch } = record;
      const checkpoint = readCheckpoint(path.join(runDirectory(home, id), file), sha256);
      output.note(describeChoice(run, record));
      const files = exportFiles(checkpoint, format, readNames(args));
      placeOutput(out, files, force);
      const size = sizeOf(files);
      output.result({ run: id, epoch, format, out, bytes: size }, () => [`Wrote ${out} (${bytes(size)}).`]);
      return 0;
    } finally {
      reader.close();
    }
  },
};

function readNames(args: Arguments): TensorNames {
  return args.text('names') === 'denselab' ? 'denselab' : 'torchvision';
}
