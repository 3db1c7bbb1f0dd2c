/** `denselab similarity`. */

import type { LayerSimilarity } from '../../contract/study.ts';
import type { Command } from '../command.ts';
import { withInspection } from '../inspecting.ts';
import { table } from '../table.ts';
import { readRun } from '../trainedNetwork.ts';

/** Prints how alike the layers of two networks are. */
export const similarity: Command = {
  name: 'similarity',
  operands: ['ID', 'ID'],
  options: [],
  summary: 'Show how alike the layers of two networks are (linear CKA)',
  details: [
    'Both are shown the same images, of the test split of the dataset that the first run saw, 1,024 at most. The best checkpoint of',
    'each is taken. Rows are what the units of the first make, columns those of the second; --json has all numbers with names.',
  ],
  async run(call) {
    const [a, b] = [readRun(call, 0), readRun(call, 1)];
    const found = await withInspection(call, (inspection) => inspection.similarity({ run: a }, { run: b }));
    call.output.result(found, () => lines(found));
    return 0;
  },
};

function lines({ a, b, images, split, matrix }: LayerSimilarity): readonly string[] {
  const right = 'right' as const;
  const columns = [
    { title: `run ${String(a.run)}` },
    { title: `most alike in run ${String(b.run)}` },
    { title: 'CKA', align: right },
    { title: 'with its namesake', align: right },
  ];
  const rows = a.units.map((unit, row) => {
    const values = matrix[row] ?? [];
    const best = values.reduce<number>((most, value, at) => ((value ?? -1) > (values[most] ?? -1) ? at : most), 0);
    const namesake = values[b.units.indexOf(unit)];
    return [unit, b.units[best] ?? '', rounded(values[best]), rounded(namesake)];
  });
  return [`${String(images)} ${split} images.`, ...table(columns, rows)];
}

function rounded(value: number | null | undefined): string {
  return value?.toFixed(3) ?? '';
}
