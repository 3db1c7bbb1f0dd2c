/** `denselab import-weights`. */

import path from 'node:path';
import { readFileSync } from 'node:fs';
import type { Conversion } from '../../contract/conversion.ts';
import { DenseLabError } from '../../contract/errors.ts';
import type { InputShape, LayerPlan, ModelSpec } from '../../contract/model.ts';
import { QUICK_RECIPE, type TrainingRecipe } from '../../contract/recipe.ts';
import type { RunCurves } from '../../contract/run.ts';
import { decodeFacts, type NetworkFacts } from '../../exchange/facts.ts';
import { mapWeights } from '../../exchange/importWeights.ts';
import { readTensorFile } from '../../exchange/tensorFile.ts';
import { placeholderNames } from '../../model/classNames.ts';
import { planModel } from '../../model/plan.ts';
import { titleOf } from '../../model/spec.ts';
import type { ForeignRun } from '../../runs/runTable.ts';
import { checkSpace, checkpointBytes, writeCheckpoint } from '../../trainer/checkpoint.ts';
import { DESCRIPTION_VERSION, type CheckpointDescription } from '../../trainer/description.ts';
import type { StoredTensor } from '../../trainer/safetensors.ts';
import { usage, type Arguments } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { count } from '../format.ts';
import { readInput, readModel } from '../models.ts';

/** Of ImageNet, in units of 0 to 1: what torchvision's networks were trained with. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;
/** For other networks, where nothing is said: pixels from -1 to 1. */
const MIDDLE = 0.5;

/** Makes a run of weights that were trained elsewhere. */
export const importWeights: Command = {
  name: 'import-weights',
  operands: ['FILE.safetensors'],
  options: ['model', 'input', 'classes', 'mean', 'std', 'class-names', 'name'],
  summary: 'Make a run of weights that were trained elsewhere',
  details: [
    "Reads torchvision's names (features.denseblock1.denselayer1.norm1.weight), those of common CIFAR DenseNets, and our own.",
    'Every tensor must fit. What DenseLab exported says itself what it is, and needs no options. Defaults for other files:',
    '224x224x3, 1000 classes and the mean and deviation of ImageNet for networks of its form, else 32x32x3, 10 and 0.5.',
  ],
  async run(call) {
    const { args, parts, home } = call;
    const source = path.resolve(args.operands[0] ?? '');
    const { metadata, tensors: found } = readTensorFile(source);
    const request = readRequest(args, source, decodeFacts(metadata));
    const tensors = mapWeights(request.plan, found);
    const owner = parts.takeOwnership(home);
    try {
      return await store(call, request, tensors);
    } finally {
      owner.release();
    }
  },
};

interface ImportRequest {
  readonly name: string;
  readonly source: string;
  readonly plan: LayerPlan;
  readonly classNames: readonly string[];
  /** In units of 0 to 255. */
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
  readonly conversion?: Conversion;
}

/** What the options say, else what the file says of itself, else what is usual for the network. */
function readRequest(args: Arguments, source: string, facts: NetworkFacts | null): ImportRequest {
  const model = modelOf(args, facts);
  const isImageNet = model.family === 'densenet' && model.stem === 'imagenet';
  const size = args.text('input');
  const input =
    size === undefined && facts !== null ? facts.input : readInput(size ?? (isImageNet ? '224x224x3' : '32x32x3'));
  const classNames = readClassNames(args, facts, isImageNet ? 1000 : 10);
  const plan = planModel(model, input, classNames.length);
  const middle = new Array<number>(input.channels).fill(MIDDLE);
  const usual = isImageNet && input.channels === 3 ? IMAGENET : { mean: middle, deviation: middle };
  return {
    name: args.text('name') ?? `${titleOf(model)}, imported`,
    source,
    plan,
    classNames,
    mean: readChannels(args, 'mean', input, facts?.mean ?? usual.mean.map(toBytes)),
    standardDeviation: readChannels(args, 'std', input, facts?.standardDeviation ?? usual.deviation.map(toBytes)),
    ...(facts?.conversion === undefined ? {} : { conversion: facts.conversion }),
  };
}

function modelOf(args: Arguments, facts: NetworkFacts | null): ModelSpec {
  const text = args.text('model');
  if (text !== undefined) return readModel(text);
  if (facts !== null) return facts.model;
  throw usage('The file does not say of which network its weights are.', 'Add --model MODEL.');
}

/** From units of 0 to 1. */
function toBytes(value: number): number {
  return 255 * value;
}

function readChannels(
  args: Arguments,
  option: 'mean' | 'std',
  { channels }: InputShape,
  otherwise: readonly number[],
): readonly number[] {
  const text = args.text(option);
  if (text === undefined) return otherwise;
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const fits = values.every((value) => Number.isFinite(value) && (option === 'mean' || value > 0));
  if (fits && values.length === channels) return values.map(toBytes);
  throw usage(
    `The option --${option} takes ${channels === 1 ? 'one number' : `${String(channels)} numbers`}${option === 'std' ? ' above 0' : ''}, not "${text}".`,
    `Write, say, --${option} ${new Array<string>(channels).fill('0.5').join(',')}.`,
  );
}

function readClassNames(args: Arguments, facts: NetworkFacts | null, usual: number): readonly string[] {
  const file = args.text('class-names');
  const classes = args.number('classes') ?? facts?.classNames.length ?? usual;
  if (file === undefined) return facts?.classNames.length === classes ? facts.classNames : placeholderNames(classes);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new DenseLabError('path-missing', `The file ${file} cannot be read.`, 'Check the path.', String(error));
  }
  const names = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (args.number('classes') === undefined || names.length === classes) return names;
  throw usage(
    `${file} has ${count(names.length)} names, and --classes says ${count(classes)}.`,
    'Write one name per line.',
  );
}

async function store(call: Call, request: ImportRequest, tensors: readonly StoredTensor[]): Promise<number> {
  const { parts, home, output } = call;
  const runs = parts.openRuns(home);
  try {
    const { id } = await runs.adopt(foreignRun(request), NO_CURVES, (directory) => {
      checkSpace(directory, checkpointBytes(tensors));
      return Promise.resolve([writeCheckpoint(directory, { description: describe(request, parts.version), tensors })]);
    });
    output.result({ run: id }, () => [`Imported as run ${String(id)}: ${request.name}`]);
    return 0;
  } finally {
    runs.close();
  }
}

const NO_CURVES: RunCurves = { steps: { step: [], loss: [], learningRate: [], gradientNorm: [] }, epochs: [] };

function foreignRun({ name, source, plan, classNames }: ImportRequest): ForeignRun {
  const { spec, parameters, multiplyAdds } = plan;
  return {
    ...{ name, origin: 'weights', source, heldOutSplit: 'test', tags: [], notes: '' },
    dataset: { id: '', name: '', version: 0, contentHash: '', classNames },
    ...{ model: spec, modelTitle: titleOf(spec), parameters, multiplyAdds },
    ...{ recipe: null, epochs: 0, stepsPerEpoch: 0, deviceWish: null, environment: null, test: null },
    ...{ startedAt: null, endedAt: new Date().toISOString(), error: null, forecast: null },
  };
}

/** A checkpoint has a recipe; how this one was trained is not known, and nobody is shown it. */
const UNKNOWN_RECIPE: TrainingRecipe = QUICK_RECIPE;

function describe(
  { plan, classNames, mean, standardDeviation, conversion }: ImportRequest,
  denselab: string,
): CheckpointDescription {
  const model: ModelSpec = plan.spec;
  return {
    version: DESCRIPTION_VERSION,
    model,
    recipe: UNKNOWN_RECIPE,
    input: plan.input,
    dataset: {
      ...{ contentHash: '', classNames, mean, standardDeviation },
      ...(conversion === undefined ? {} : { conversion }),
    },
    environment: {
      device: 'imported',
      intraOpThreads: 0,
      interOpThreads: 0,
      tensorflow: '',
      denselab,
      node: process.versions.node,
    },
    epoch: 0,
    step: 0,
    epochFinished: true,
    heldOut: null,
    history: [],
    unfinished: null,
    createdAt: new Date().toISOString(),
  };
}
