import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureMaps, LearntTensor, NetworkMap } from '../../../src-main/contract/inspect.ts';
import type { ModelSpec } from '../../../src-main/contract/model.ts';
import { measureMaps } from '../../../src-main/inspection/mapStatistics.ts';
import { drawNetwork } from '../../../src-main/inspection/networkMap.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { differenceMaps, evenLimits, orderMaps, valueAt } from '../../../src-renderer/drawing/featureMaps.ts';
import { drawnFilters, filterGrid } from '../../../src-renderer/drawing/filters.ts';
import { arcsInto, layOutNetwork } from '../../../src-renderer/drawing/networkDrawing.ts';
import { imageBox, planePlace, WHOLE, zoomAt } from '../../../src-renderer/drawing/overlay.ts';
import { baselines, buildSpec, specs } from '../../support/models.ts';

const INPUT = { height: 32, width: 32, channels: 3 };
const PANE = { width: 900, height: 320 };

function networkOf(spec: ModelSpec): NetworkMap {
  const plan = planModel(spec, INPUT, 10);
  const { parameters, multiplyAdds } = plan;
  const about = { run: 1, title: 'a network', input: INPUT, classNames: [], checkpoints: [], splits: {} };
  return { ...about, ...drawNetwork(plan), parameters, multiplyAdds };
}

function mapsOf(values: readonly number[], maps: number): FeatureMaps {
  const all = Float32Array.from(values);
  const shape = { height: 1, width: values.length / maps, maps };
  return { layer: 'x', epoch: 1, ...shape, values: all, ...measureMaps(all, maps) };
}

const arcs = (path: string): number => path.split('M').length - 1;

describe('the map of a network', () => {
  it('has an arc for each of the L(L+1)/2 connections of every dense block', () => {
    const network = networkOf(buildSpec({ bottleneck: true }));
    const drawing = layOutNetwork(network, PANE, new Set());
    const wanted = network.blocks.reduce((sum, { units }) => {
      const layers = units.filter((name) => name.includes('/layer')).length;
      return sum + (layers * (layers + 1)) / 2;
    }, 0);
    expect(arcs(drawing.arcs)).toBe(wanted);
    expect(drawing.connections).toBe(wanted);
  });

  it('draws each unit of every family inside the pane, and what every unit reads', () => {
    fc.assert(
      fc.property(fc.oneof(baselines, specs), (spec) => {
        const network = networkOf(spec);
        const drawing = layOutNetwork(network, PANE, new Set());
        expect(drawing.bars.map(({ unit }) => unit.name)).toEqual(network.units.map(({ name }) => name));
        for (const { unit, top, x } of drawing.bars) {
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top).toBeLessThan(drawing.base);
          expect(x).toBeLessThan(drawing.width);
          expect(arcs(arcsInto(drawing, unit))).toBe(unit.reads.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('folds a block into one bar, with what leads into it and out of it', () => {
    const network = networkOf(buildSpec({ bottleneck: true }));
    const drawing = layOutNetwork(network, PANE, new Set([1]));
    const folded = drawing.bars.filter(({ unit }) => unit.block === 1);
    expect(folded.map(({ folded: block }) => block)).toEqual([1]);
    expect(drawing.captions[0]?.words).toMatch(/^Block 1, \d+ folded$/);
    expect(drawing.bars.length).toBeLessThan(network.units.length);
  });
});

describe('A minus B', () => {
  const a = mapsOf([1, 5, 2, 5], 2);
  const b = mapsOf([3, 5, 1, 4], 2);

  it('is taken value by value, sorted by mean absolute difference, and scaled around 0', () => {
    const difference = differenceMaps(a, b);
    if (difference === null) throw new Error('the shapes are the same');
    expect([...difference.values]).toEqual([-2, 0, 1, 1]);
    expect(valueAt(difference, 0, 0, 0)).toBe(-2);
    expect([...difference.statistics.strength]).toEqual([1.5, 0.5]);
    expect([...difference.statistics.variance]).toEqual([2.25, 0.25]);
    expect([...orderMaps(difference, 'strength', null)]).toEqual([0, 1]);
    expect(evenLimits(difference.values)).toEqual({ least: -2, most: 2 });
  });

  it('is none of layers of two shapes', () => {
    expect(differenceMaps(a, mapsOf([1, 2, 3], 3))).toBeNull();
  });
});

describe('a map over the image', () => {
  const view = {
    shape: { height: 28, width: 28, channels: 1 },
    plane: { height: 7, width: 7, values: new Float32Array(49) },
    extent: { left: 0, top: 0, width: 28, height: 28 },
    edge: 280,
  };

  it('is read at the place under the pointer, also enlarged', () => {
    expect(planePlace({ ...view, zoom: WHOLE }, 85, 45)).toEqual({ row: 1, column: 2 });
    const zoom = zoomAt(WHOLE, 2, { x: 85 / 280, y: 45 / 280 });
    expect(planePlace({ ...view, zoom }, 85, 45)).toEqual({ row: 1, column: 2 });
    const box = imageBox(view.shape, zoom, view.edge);
    expect(box.width).toBe(560);
    // The place of the image under the pointer stays there.
    expect([(85 - box.left) / 560, (45 - box.top) / 560]).toEqual([
      expect.closeTo(85 / 280, 9),
      expect.closeTo(45 / 280, 9),
    ]);
    expect(planePlace({ ...view, zoom: WHOLE }, 281, 5)).toBeNull();
  });
});

describe('filters', () => {
  const tensor: LearntTensor = {
    ...{ name: 'conv/weights', layer: 'conv', role: 'weights', shape: [1, 2, 2, 3] },
    ...{ mean: 0, standardDeviation: 1, least: 0, most: 11, l1: 66, l2: 22, histogram: [12] },
    values: Float32Array.from({ length: 12 }, (_, at) => at),
    filterNorms: Float32Array.of(1, 3, 2),
  };

  it('stand strongest first, each with a kernel for every map that it reads', () => {
    const drawn = drawnFilters(tensor);
    if (drawn === null) throw new Error('it is a convolution');
    expect(drawn.filters).toEqual([1, 2, 0]);
    // Value of filter 1 on its second map at the second place: ((place 1 · 2 inputs) + input 1) · 3 outputs + output 1.
    expect(valueAt(drawn.kernels, 1, 0, 1)).toBe(10);
    const grid = filterGrid(drawn, 400);
    const { x, y } = grid.placeOf(3);
    expect(grid.at(x + 1, y + 1)).toEqual({ kernel: 3, row: 0, column: 0 });
    expect(drawnFilters({ ...tensor, role: 'gamma', shape: [3] })).toBeNull();
  });
});
