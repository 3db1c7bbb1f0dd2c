/** `denselab reuse`. */

import { REUSE_NORMS, type ReuseBlock, type ReuseNorm } from '../../contract/inspect.ts';
import { readChoice, type Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { withInspection } from '../inspecting.ts';
import { table } from '../table.ts';
import { readRun } from '../trainedNetwork.ts';

/** Prints which layers of a DenseNet use the maps of which. */
export const reuse: Command = {
  name: 'reuse',
  operands: ['ID'],
  options: ['norm', 'checkpoint'],
  summary: 'Show which layers of a DenseNet use the features of which (figure 5 of the paper)',
  details: [
    '--norm mean (default) is the mean |weight| of a slice; l1 is the sum of |weight| divided by the number of maps read, which is',
    "larger by the weights of each map. Neither accounts for BN's gamma. Rows are sources, columns who reads them.",
    'With --json one object: per block sources, readers, matrix [source][reader], and the four observations of the paper.',
  ],
  async run(call) {
    const run = readRun(call);
    const { args, output } = call;
    const found = await withInspection(call, (inspection) =>
      inspection.reuse({ run, epoch: args.number('checkpoint') }, readNorm(args)),
    );
    output.result(found, () => [
      `Epoch ${String(found.epoch)}. ${sentence(found.norm)}`,
      ...found.blocks.flatMap(blockLines),
      ...found.observations.flatMap(({ holds, claim, finding }) => ['', `${verdict(holds)}: ${claim}`, finding]),
    ]);
    return 0;
  },
};

function readNorm(args: Arguments): ReuseNorm {
  return args.text('norm') === undefined ? 'mean' : readChoice(args, 'norm', REUSE_NORMS);
}

function sentence(norm: ReuseNorm): string {
  return norm === 'mean' ? 'Mean |weight| of each slice.' : 'Sum of |weight| divided by the number of maps read.';
}

function blockLines({ index, sources, readers, matrix }: ReuseBlock): readonly string[] {
  const columns = [
    { title: `block ${String(index)}` },
    ...readers.map((title) => ({ title: short(title), align: 'right' as const })),
  ];
  const rows = sources.map((source, row) => [
    source,
    ...(matrix[row] ?? []).map((value) => (value === null ? '' : value.toPrecision(3))),
  ]);
  return ['', ...table(columns, rows)];
}

/** `layer5` of `block2/layer5`. */
function short(unit: string): string {
  return unit.split('/').at(-1) ?? unit;
}

function verdict(holds: boolean | null): string {
  return holds === null ? 'Cannot be checked' : holds ? 'Holds' : 'Does not hold';
}
