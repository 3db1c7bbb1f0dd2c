/** How much of the input a value can depend on: computed from the windows on the way, by the arithmetic of Araujo et al. 2019. */

import type { ReceptiveField } from '../contract/inspect.ts';
import type { LayerPlan, PlannedLayer } from '../contract/model.ts';

/** Pixels of the input, along one axis, that the value at position 0 sees: from `first` to `last`. They move by `stride`. */
interface Reach {
  readonly first: number;
  readonly last: number;
  readonly stride: number;
}

interface Reaches {
  readonly height: Reach;
  readonly width: Reach;
}

interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

const ONE_PIXEL: Window = { size: 1, stride: 1, padding: 0 };

/** The receptive field of every layer by name. What several inputs see is seen from the first to the last pixel of all. */
export function receptiveFields(plan: LayerPlan): ReadonlyMap<string, ReceptiveField> {
  const reaches = new Map<string, Reaches>();
  const shapes = new Map(plan.layers.map(({ name, outputShape }) => [name, outputShape]));
  for (const layer of plan.layers) {
    const inputs = layer.inputs.flatMap((name) => reaches.get(name) ?? []);
    const along = (axis: 'height' | 'width', position: 0 | 1): Reach => {
      const pixels = shapes.get(layer.inputs[0] ?? '')?.[position] ?? 1;
      return slide(together(inputs.map((reach) => reach[axis])), windowOf(layer, pixels));
    };
    reaches.set(layer.name, { height: along('height', 0), width: along('width', 1) });
  }
  return new Map([...reaches].map(([name, { height, width }]) => [name, fieldOf(height, width)]));
}

function fieldOf(height: Reach, width: Reach): ReceptiveField {
  return { height: height.last - height.first + 1, width: width.last - width.first + 1, stride: height.stride };
}

/** The image itself sees its own pixel. */
function together(reaches: readonly Reach[]): Reach {
  const first = Math.min(...reaches.map((reach) => reach.first));
  const last = Math.max(...reaches.map((reach) => reach.last));
  return reaches[0] === undefined ? { first: 0, last: 0, stride: 1 } : { first, last, stride: reaches[0].stride };
}

function slide({ first, last, stride }: Reach, window: Window): Reach {
  return {
    first: first - window.padding * stride,
    last: last + (window.size - 1 - window.padding) * stride,
    stride: stride * window.stride,
  };
}

/** @param pixels height or width of what the layer reads */
function windowOf({ operation }: PlannedLayer, pixels: number): Window {
  switch (operation.kind) {
    case 'convolution':
      return { size: operation.kernel, stride: operation.stride, padding: operation.padding };
    case 'maxPool':
      return operation;
    case 'averagePool':
      return { ...operation, padding: 0 };
    case 'globalAveragePool':
      return { size: pixels, stride: pixels, padding: 0 };
    case 'shortcut':
      return { ...ONE_PIXEL, stride: operation.stride };
    default:
      return ONE_PIXEL;
  }
}
