import { describe, expect, it } from 'vitest';

import type { FeatureReuse, ReuseNorm, ReuseObservation } from '../../../src-main/contract/inspect.ts';
import type { LayerPlan } from '../../../src-main/contract/model.ts';
import { featureReuse, reuseDifference } from '../../../src-main/inspection/reuse.ts';
import { planModel, tensorsOf } from '../../../src-main/model/plan.ts';
import { buildResNet, buildSpec } from '../../support/models.ts';
import { failureOf } from '../../support/failures.ts';

/** Two blocks of two layers; two maps from the stem, two added by each layer, three classes. */
const PLAN = planModel(
  buildSpec({ blockLayers: [2, 2], growthRate: 2, bottleneck: true, compression: 0.5, initialFeatures: 2 }),
  { height: 8, width: 8, channels: 1 },
  3,
);

/** Weights of each input map, the same for all its outputs and kernel pixels; signs alternate, which must not matter. */
function weightsOf(plan: LayerPlan, perMap: Readonly<Record<string, readonly number[]>>): Map<string, Float32Array> {
  return new Map(
    tensorsOf(plan).map(({ name, shape }) => {
      const size = shape.reduce((product, each) => product * each, 1);
      const [inputs = 1, outputs = 1] = shape.slice(-2);
      const values = perMap[name.replace('/weights', '')] ?? [];
      return [
        name,
        Float32Array.from({ length: size }, (_, at) => {
          const value = values[Math.floor(at / outputs) % inputs] ?? 0;
          return at % 2 === 0 ? value : -value;
        }),
      ];
    }),
  );
}

/** A BC layer reads by its 1x1 convolution, whose eight outputs make `l1` eight times `mean`. */
const SET = {
  'block1/layer1/conv1': [1, 3],
  'block1/layer2/conv1': [1, 1, 4, 6],
  'transition1/conv': [2, 2, 1, 3, 5, 7],
  'block2/layer1/conv1': [1, 1, 1],
  'block2/layer2/conv1': [0.5, 0.5, 0.5, 2, 2],
  classifier: [1, 1, 1, 2, 2, 3, 5],
};

function reuse(norm: ReuseNorm, weights = SET): FeatureReuse {
  return { run: 1, epoch: 1, ...featureReuse(PLAN, weightsOf(PLAN, weights), norm) };
}

describe('feature reuse', () => {
  it('is the mean absolute weight of each slice, by hand', () => {
    const [first, second] = reuse('mean').blocks;
    expect(first?.sources).toEqual(['stem', 'block1/layer1', 'block1/layer2']);
    expect(first?.readers).toEqual(['block1/layer1', 'block1/layer2', 'transition1']);
    expect(first?.matrix).toEqual([
      [2, 1, 2],
      [null, 5, 2],
      [null, null, 6],
    ]);
    expect(second?.sources).toEqual(['transition1', 'block2/layer1', 'block2/layer2']);
    expect(second?.readers).toEqual(['block2/layer1', 'block2/layer2', 'classifier']);
    expect(second?.matrix).toEqual([
      [1, 0.5, 1],
      [null, 2, 2],
      [null, null, 4],
    ]);
  });

  it('or its sum divided by the maps that are read: larger by the weights of each map', () => {
    const [first, second] = reuse('l1').blocks;
    // Eight outputs of a bottleneck, three of the transition (half of six), three classes.
    expect(first?.matrix).toEqual([
      [16, 8, 6],
      [null, 40, 6],
      [null, null, 18],
    ]);
    expect(second?.matrix.map((row) => row[2])).toEqual([3, 6, 12]);
  });

  it('counts every pixel of the 3x3 kernel where there is no bottleneck', () => {
    const plan = planModel(
      buildSpec({ blockLayers: [1], growthRate: 2, initialFeatures: 1 }),
      { height: 8, width: 8, channels: 1 },
      3,
    );
    const weights = weightsOf(plan, { 'block1/layer1/conv1': [2] });
    expect(featureReuse(plan, weights, 'mean').blocks[0]?.matrix[0]?.[0]).toBe(2);
    expect(featureReuse(plan, weights, 'l1').blocks[0]?.matrix[0]?.[0]).toBe(2 * 9 * 2);
  });

  it('of one network minus that of another', () => {
    const other = reuse('mean', { ...SET, 'block1/layer2/conv1': [3, 3, 1, 3] });
    expect(reuseDifference(reuse('mean'), other).blocks[0]?.matrix).toEqual([
      [0, -2, 0],
      [null, 3, 0],
      [null, null, 0],
    ]);
    const wider = planModel(buildSpec({ blockLayers: [2, 3] }), { height: 8, width: 8, channels: 1 }, 3);
    const unlike = { run: 2, epoch: 1, ...featureReuse(wider, weightsOf(wider, {}), 'mean') };
    expect(failureOf(() => reuseDifference(reuse('mean'), unlike))).toMatchObject({
      code: 'not-inspectable',
      message: 'The blocks differ: run 1 has 3, 3 sources in its blocks, and run 2 has 3, 4.',
    });
  });

  it('is refused for a network without dense blocks', () => {
    const plan = planModel(buildResNet(), { height: 16, width: 16, channels: 1 }, 3);
    expect(failureOf(() => featureReuse(plan, new Map(), 'mean')).code).toBe('not-inspectable');
  });
});

describe("the paper's observations", () => {
  const find = (kind: ReuseObservation['kind'], weights = SET) =>
    reuse('mean', weights).observations.find((each) => each.kind === kind);

  it('are checked with their numbers: transition outputs have the least weight', () => {
    expect(find('transition-outputs-least')).toMatchObject({
      holds: true,
      numbers: [{ name: 'share of layers with the least weight on the transition, block 2', value: 1 }],
    });
    const heavy = { ...SET, 'block2/layer2/conv1': [4, 4, 4, 2, 2] };
    expect(find('transition-outputs-least', heavy)).toMatchObject({ holds: false });
  });

  it('the classifier leans on late maps', () => {
    // Of three sources the halves are one each: 4 against 1.
    expect(find('classifier-late')).toMatchObject({ holds: true, numbers: [{ value: 4 }] });
    expect(find('classifier-late', { ...SET, classifier: [5, 5, 5, 2, 2, 1, 1] })).toMatchObject({ holds: false });
  });

  it('weights are spread where all sources count, and not where one has nearly all', () => {
    const even = {
      ...SET,
      'block1/layer2/conv1': [1, 1, 1, 1],
      'block2/layer2/conv1': [1, 1, 1, 1, 1],
      'transition1/conv': [1, 1, 1, 1, 1, 1],
    };
    expect(find('layers-spread', even)).toMatchObject({ holds: true, numbers: [{ value: 1 }, { value: 1 }] });
    expect(find('transitions-spread', even)).toMatchObject({ holds: true });
    expect(find('transitions-spread', even)?.numbers[0]?.value).toBeCloseTo(1, 12);
    const alone = {
      ...even,
      'block1/layer2/conv1': [1, 1, 0, 0],
      'block2/layer2/conv1': [0, 0, 0, 1, 1],
      'transition1/conv': [0, 0, 0, 0, 1, 1],
    };
    // One of two sources, and one of three.
    expect(find('layers-spread', alone)).toMatchObject({ holds: false, numbers: [{ value: 0.5 }, { value: 0.5 }] });
    expect(find('transitions-spread', alone)?.numbers[0]?.value).toBeCloseTo(1 / 3, 12);
  });

  it('say so where there is nothing to check them on', () => {
    const plan = planModel(buildSpec({ blockLayers: [1] }), { height: 8, width: 8, channels: 1 }, 3);
    const { observations } = featureReuse(plan, weightsOf(plan, {}), 'mean');
    expect(observations.slice(0, 3).map(({ holds }) => holds)).toEqual([null, null, null]);
  });
});
