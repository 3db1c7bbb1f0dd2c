/** `denselab inspect`. */

import path from 'node:path';
import { SPLITS } from '../../contract/dataset.ts';
import type { InspectedImage, MapLayer, NetworkMap, SeenImage } from '../../contract/inspect.ts';
import type { GradientFlow } from '../../contract/study.ts';
import { placeOutput } from '../../exchange/output.ts';
import { gradientFlow } from '../../inspection/flow.ts';
import type { Inspection, Looked } from '../../inspection/inspection.ts';
import { readChoice, usage, type Arguments } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { percent } from '../format.ts';
import { withInspection } from '../inspecting.ts';
import { table } from '../table.ts';
import { readRun } from '../trainedNetwork.ts';

/** Lists the layers of a run's network, or writes the maps of one of them. */
export const inspect: Command = {
  name: 'inspect',
  operands: ['ID'],
  options: ['layers', 'gradients', 'image', 'split', 'layer', 'checkpoint', 'out', 'force'],
  summary: "List the layers of a run's network, or write the feature maps of one",
  details: [
    '--gradients prints, for each epoch and layer, the gradient norm and the size of the update by that of the weights.',
    '--layers lists shape, parameters, multiply-adds, receptive field and sources of every layer.',
    '--image FILE --layer NAME --out DIR writes NAME.npy (float32, height x width x maps), NAME.png (all maps on one scale)',
    'and NAME.json (statistics) into DIR, with hyphens for slashes. A file is converted as the dataset was. With --split, --image',
    'is the number of a stored image of it, from 0. The name of a layer says what is shown: norm1 before its ReLU, relu1 after it.',
  ],
  async run(call) {
    const run = readRun(call);
    if (call.args.flag('gradients')) return listGradients(call, run.id);
    const looked = { run, epoch: call.args.number('checkpoint') };
    return withInspection(call, (inspection) =>
      call.args.flag('layers') ? listLayers(call, inspection, looked) : writeMaps(call, inspection, looked),
    );
  },
};

function listGradients({ output, parts, home }: Call, run: number): number {
  const runs = parts.readRuns(home);
  try {
    const flow = gradientFlow(run, runs.gradientFlow(run));
    output.result(flow, () => gradientLines(flow));
    return 0;
  } finally {
    runs.close();
  }
}

function gradientLines({ layers, epochs, gradientNorm, updateRatio }: GradientFlow): readonly string[] {
  if (epochs.length === 0)
    return ['Nothing was recorded: no epoch of this run was trained here by a version that records it.'];
  const right = 'right' as const;
  const last = epochs.length - 1;
  const columns = [
    { title: `epoch ${String(epochs[last])}` },
    { title: 'gradient norm', align: right },
    { title: 'update / weight', align: right },
  ];
  const rows = layers.map((layer, at) => [
    layer,
    (gradientNorm[at]?.[last] ?? NaN).toPrecision(3),
    updateRatio[at]?.[last]?.toPrecision(3) ?? '',
  ]);
  return [...table(columns, rows), '', `${String(epochs.length)} epochs are recorded; --json prints them all.`];
}

async function listLayers({ output }: Call, inspection: Inspection, { run }: Looked): Promise<number> {
  const network = await inspection.network(run);
  output.result(network, () => layerLines(network));
  return 0;
}

function layerLines(network: NetworkMap): readonly string[] {
  const right = 'right' as const;
  const columns = [
    { title: 'layer' },
    { title: 'operation' },
    { title: 'shape', align: right },
    { title: 'parameters', align: right },
    { title: 'multiply-adds', align: right },
    { title: 'sees', align: right },
    { title: 'maps of' },
  ];
  const rows = network.units.flatMap(({ layers }) => layers.map(layerRow));
  const connections = network.blocks.map(
    ({ kind, index, connections: all }) => `${kind} ${String(index)}: ${String(all.length)} connections`,
  );
  return [...table(columns, rows), '', ...connections];
}

function layerRow({ name, operation, shape, parameters, multiplyAdds, receptiveField, origins }: MapLayer): string[] {
  const { height, width } = receptiveField;
  const sources = [...new Set(origins.map(({ unit }) => unit))];
  const [first = '', last = ''] = [sources[0], sources.at(-1)];
  return [
    name,
    operation.kind,
    shape.join('x'),
    String(parameters),
    String(multiplyAdds),
    `${String(height)}x${String(width)}`,
    sources.length > 2 ? `${first} ... ${last} (${String(sources.length)})` : sources.join(', '),
  ];
}

async function writeMaps({ args, output }: Call, inspection: Inspection, looked: Looked): Promise<number> {
  const image = readImage(args);
  const layer = args.required('layer');
  const out = path.resolve(args.required('out'));
  const seen = await inspection.image(looked, image);
  const files = await inspection.files(looked, image, layer);
  const written = files.map(({ name, bytes }) => {
    const file = path.join(out, name);
    placeOutput(file, { folder: false, entries: [{ name, chunks: [bytes] }] }, args.flag('force'));
    return file;
  });
  output.note(seen.network);
  if (seen.conversion !== null) output.note(seen.conversion);
  output.result({ run: looked.run.id, layer, files: written, conversion: seen.conversion }, () => [
    `The network sees ${describe(seen, looked)}.`,
    ...written.map((file) => `Wrote ${file}.`),
  ]);
  return 0;
}

function describe({ predicted, probabilities }: SeenImage, { run }: Looked): string {
  return `${run.classNames[predicted] ?? String(predicted)} (${percent(probabilities[predicted] ?? NaN)})`;
}

function readImage(args: Arguments): InspectedImage {
  const image = args.required('image');
  if (args.text('split') === undefined) return { kind: 'file', path: path.resolve(image) };
  const split = readChoice(args, 'split', SPLITS);
  if (/^\d{1,9}$/.test(image)) return { kind: 'stored', split, index: Number(image) };
  throw usage(
    `With --split, --image takes the number of an image, not "${image}".`,
    'Write, say, --split test --image 0.',
  );
}
