import { describe, expect, it } from 'vitest';
import { decodeFacts, encodeFacts } from '../../../src-main/exchange/facts.ts';
import { mapWeights } from '../../../src-main/exchange/importWeights.ts';
import { torchNameOf, toTorch } from '../../../src-main/exchange/torchNames.ts';
import { planModel, tensorsOf } from '../../../src-main/model/plan.ts';
import { fixtureCheckpoint } from '../../support/exchange.ts';

const { checkpoint } = fixtureCheckpoint('bc');
const { description, tensors } = checkpoint;
const PLAN = planModel(description.model, description.input, description.dataset.classNames.length);

/** The weights under torchvision's names, each given another one. */
function inTorch(rename: (name: string) => string) {
  const values = new Map(tensors.map(({ name, data }) => [name, data]));
  return tensorsOf(PLAN).map((planned) =>
    toTorch(planned, rename(torchNameOf(planned) ?? ''), values.get(planned.name) ?? new Float32Array()),
  );
}

/** As in andreasveit/densenet-pytorch (`block1.layer.0`) and bamos/densenet.pytorch (`dense1.0`). */
function inCifarStyle(block: (number: string) => string): (name: string) => string {
  return (name) =>
    name
      .replace(/^features\.conv0/, 'conv1')
      .replace(
        /^features\.denseblock(\d)\.denselayer(\d)\.(norm|conv)/,
        (_, number: string, layer: string, kind: string) =>
          `${block(number)}.${String(Number(layer) - 1)}.${kind === 'norm' ? 'bn' : 'conv'}`,
      )
      .replace(/^features\.transition(\d)\.norm/, 'trans$1.bn1')
      .replace(/^features\.transition(\d)\.conv/, 'trans$1.conv1')
      .replace(/^features\.norm5/, 'bn1')
      .replace(/^classifier/, 'fc');
}

describe('weights of other software', () => {
  it.each<[string, (name: string) => string]>([
    ['torchvision', (name) => name],
    ['data-parallel training', (name) => `module.${name}`],
    ['torchvision before 2018', (name) => name.replace(/(denselayer\d\.(?:norm|conv))(\d)/, '$1.$2')],
    ['gpleiss/efficient_densenet_pytorch', (name) => name.replace('norm5', 'norm_final')],
    ['andreasveit/densenet-pytorch', inCifarStyle((number) => `block${number}.layer`)],
    ['bamos/densenet.pytorch', inCifarStyle((number) => `dense${number}`)],
  ])('are found under the names of %s', (_title, rename) => {
    const counter = { name: rename('features.norm5.num_batches_tracked'), shape: [], data: Float32Array.of(3) };
    expect(mapWeights(PLAN, [...inTorch(rename), counter])).toEqual(tensors);
  });

  it.each<[string, (found: ReturnType<typeof inTorch>) => ReturnType<typeof inTorch>, string]>([
    ['a tensor is missing', (found) => found.slice(1), 'the file lacks features.conv0.weight'],
    [
      'a tensor is left over',
      (found) => [...found, { name: 'head.weight', shape: [1], data: Float32Array.of(1) }],
      'the file has, and the model does not, head.weight',
    ],
    [
      'a tensor is there under two names',
      (found) => [...found, ...inTorch((name) => name.replace('norm5', 'norm_final')).slice(-6, -5)],
      'the file has two tensors for ',
    ],
    [
      'a tensor has another shape',
      (found) => found.map((each) => (each.shape.length === 2 ? { ...each, shape: [...each.shape].reverse() } : each)),
      'classifier.weight is [16, 5] in the file, and the model needs [5, 16]',
    ],
    [
      'a value is not finite',
      (found) => found.map((each, index) => (index === 3 ? { ...each, data: each.data.map(() => NaN) } : each)),
      'holds values that are not finite',
    ],
  ])('are refused where %s', (_title, change, message) => {
    expect(() => mapWeights(PLAN, change(inTorch((name) => name)))).toThrow(message);
  });

  it('are refused under the names of kuangliu/pytorch-cifar, whose layers put their own maps first', () => {
    const cifar = inCifarStyle((number) => `dense${number}`);
    const named = (name: string) =>
      cifar(name)
        .replace(/^(trans\d)\.(bn|conv)1/, '$1.$2')
        .replace(/^fc/, 'linear')
        .replace(/^bn1/, 'bn');
    expect(() => mapWeights(PLAN, inTorch(named))).toThrow('The weights do not fit the model');
  });

  it('of a checkpoint of ours are taken without the state of its optimizer', () => {
    const state = ['optimizer/steps', `${tensors[0]?.name ?? ''}/secondMoment`];
    const more = state.map((name) => ({ name, shape: [], data: Float32Array.of(1) }));
    expect(mapWeights(PLAN, [...tensors, ...more])).toEqual(tensors);
  });
});

describe('what a file says of its network', () => {
  const { model, input, dataset } = description;
  const { classNames, mean, standardDeviation } = dataset;
  const facts = { model, input, classNames, mean, standardDeviation };
  const changed = (changes: object) => ({
    denselab: JSON.stringify({ version: 1, ...facts, ...changes }),
  });

  it('comes back as it was, also from a checkpoint', () => {
    expect(decodeFacts(encodeFacts(description))).toEqual(facts);
    expect(decodeFacts({ format: 'denselab-checkpoint', description: JSON.stringify(description) })).toEqual(facts);
    expect(decodeFacts({ format: 'pt' })).toBeNull();
  });

  it.each([
    ['a newer version', changed({ version: 2 }), 'weights-invalid', 'has format version 2'],
    ['a network of a newer version', changed({ model: { ...model, version: 9 } }), 'model-invalid', 'format version 9'],
    ['a mean for other channels', changed({ mean: [1] }), 'weights-invalid', 'mean is not one number for each channel'],
    ['no JSON', { denselab: '{' }, 'weights-invalid', 'it is not JSON'],
  ])('is refused with %s', (_title, metadata, code, message) => {
    expect(() => decodeFacts(metadata)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ code, message: expect.stringContaining(message) }),
      }),
    );
  });
});
