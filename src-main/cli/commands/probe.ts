/** `denselab probe`. */

import type { Command } from '../command.ts';
import { percent } from '../format.ts';
import { withInspection } from '../inspecting.ts';
import { table } from '../table.ts';
import { readRun } from '../trainedNetwork.ts';

/** Prints how well linear classifiers tell the classes apart at each depth of a network. */
export const probe: Command = {
  name: 'probe',
  operands: ['ID'],
  options: ['checkpoint'],
  summary: 'Measure how well the classes can be told apart by a linear classifier at each depth of a network',
  details: [
    'At the stem and behind each block a logistic regression reads the maps as the next layer does, past BN and ReLU, averaged over',
    'height and width. It is fitted to at most 4,000 images of the train split and judged on the test split.',
  ],
  async run(call) {
    const run = readRun(call);
    const found = await withInspection(call, (inspection) =>
      inspection.probe({ run, epoch: call.args.number('checkpoint') }),
    );
    const right = 'right' as const;
    const columns = [
      { title: 'place' },
      { title: 'read at' },
      { title: 'features', align: right },
      { title: 'train', align: right },
      { title: found.split, align: right },
    ];
    call.output.result(found, () => [
      `Epoch ${String(found.epoch)}. Fitted to ${String(found.fittedTo)} images, judged on ${String(found.images)}.`,
      ...table(
        columns,
        found.places.map(({ place, layer, features, trainAccuracy, accuracy }) => [
          place,
          layer,
          String(features),
          percent(trainAccuracy),
          percent(accuracy),
        ]),
      ),
      `The network itself: ${percent(found.network)}.`,
    ]);
    return 0;
  },
};
