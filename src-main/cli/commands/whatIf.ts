/** `denselab whatif`. */

import { WHAT_IF_LIMITS, type NetworkChange, type WhatIf } from '../../contract/study.ts';
import { usage, type Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { percent } from '../format.ts';
import { withInspection } from '../inspecting.ts';
import { readRun } from '../trainedNetwork.ts';

/** Tries changes to a network, which are not kept. */
export const whatIf: Command = {
  name: 'whatif',
  operands: ['ID'],
  options: ['cut', 'drop', 'bits', 'checkpoint'],
  summary: 'Try a network with connections cut, layers dropped or weights rounded; the run stays as it is',
  details: [
    '--cut "block1/layer5<-block1/layer2": layer 5 no longer gets the maps of layer 2. What enters its convolution from them is',
    'taken away, not replaced by what BN makes of a zero. --drop UNIT: nobody gets the maps of a dense layer; of a residual unit only',
    'the shortcut is left. --bits N: weights of convolutions and classifier, a scale per output, the same to both sides of 0.',
  ],
  async run(call) {
    const changes = readChanges(call.args);
    const run = readRun(call);
    const looked = { run, epoch: call.args.number('checkpoint') };
    const found = await withInspection(call, (inspection) => inspection.whatIf(looked, changes));
    call.output.result(found, () => lines(found));
    return 0;
  },
};

function readChanges(args: Arguments): readonly NetworkChange[] {
  const bits = args.number('bits');
  const { changes: most } = WHAT_IF_LIMITS;
  const { least, most: widest } = WHAT_IF_LIMITS.bits;
  if (bits !== undefined && (bits < least || bits > widest)) {
    throw usage(`--bits takes ${String(least)} to ${String(widest)}, not ${String(bits)}.`, 'Write, say, --bits 8.');
  }
  const changes: readonly NetworkChange[] = [
    ...args.all('cut').map(readCut),
    ...args.all('drop').map((unit) => ({ kind: 'drop', unit }) as const),
    ...(bits === undefined ? [] : [{ kind: 'quantise', bits } as const]),
  ];
  if (changes.length > 0 && changes.length <= most) return changes;
  throw changes.length === 0
    ? usage('There is nothing to try.', 'Add --cut "READER<-SOURCE", --drop UNIT or --bits N.')
    : usage(`There are more than ${String(most)} changes at once.`, 'Try fewer of them.');
}

function readCut(text: string): NetworkChange {
  const [reader = '', source = '', ...more] = text.split('<-').map((word) => word.trim());
  if (reader !== '' && source !== '' && more.length === 0) return { kind: 'cut', source, reader };
  throw usage(
    `The option --cut takes a reader and a source, not "${text}".`,
    'Write, say, --cut "block1/layer5<-block1/layer2".',
  );
}

function lines({ epoch, split, images, before, after, changed, zeroed, rounded }: WhatIf): readonly string[] {
  const points = 100 * (after.accuracy - before.accuracy);
  return [
    `Epoch ${String(epoch)}, ${String(images)} ${split} images.`,
    `Before  ${percent(before.accuracy)}  loss ${before.loss.toFixed(4)}`,
    `After   ${percent(after.accuracy)}  loss ${after.loss.toFixed(4)}  (${points >= 0 ? '+' : ''}${points.toFixed(2)} points)`,
    `${String(changed)} images are classified otherwise; ${String(zeroed)} weights set to 0, ${String(rounded)} rounded.`,
  ];
}
