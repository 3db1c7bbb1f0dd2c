/** Mean and maximum of windows of NHWC maps without padding, and their gradients. */

import { attributeOf } from '../../../graph/attributes.ts';
import { at } from '../../../graph/illegal.ts';
import type { GraphNode } from '../../../graph/node.ts';
import { exactly, sumOf } from '../rule.ts';
import type { KernelRule } from '../rule.ts';
import type { Fed } from '../testBench.ts';
import { pixelsUnder, placeOf, positionOf, windowGeometry, windowsOver } from '../window.ts';
import type { WindowGeometry } from '../window.ts';

/** Means. */
export const averagePoolCheck: KernelRule = {
  op: 'AvgPool',
  covers: isUnpadded,
  prepare(bench, kernel) {
    const input = bench.feed(at(kernel.inputs, 0));
    const { shape } = at(kernel.outputs, 0);
    const geometry = windowGeometry(kernel.node, input.shape, shape, windowOf(kernel.node));
    const size = geometry.height.window * geometry.width.window;
    return [
      {
        output: bench.run(kernel, [input.tensor]),
        element(position) {
          const pixels = positionsUnder(input, geometry, placeOf(shape, position));
          return sumOf(pixels.length, (index) => input.at(at(pixels, index)) / size);
        },
      },
    ];
  },
};

/** Each gradient spread evenly over its window. */
export const averagePoolGradientCheck: KernelRule = {
  op: 'AvgPoolGrad',
  covers: isUnpadded,
  prepare(bench, kernel) {
    const gradient = bench.feed(at(kernel.inputs, 1));
    const { shape } = at(kernel.outputs, 0);
    const geometry = windowGeometry(kernel.node, shape, gradient.shape, windowOf(kernel.node));
    const size = geometry.height.window * geometry.width.window;
    return [
      {
        output: bench.run(kernel, [bench.integers(shape), gradient.tensor]),
        element(position) {
          const places = placesOver(gradient, geometry, placeOf(shape, position));
          return sumOf(places.length, (index) => gradient.at(at(places, index)) / size);
        },
      },
    ];
  },
};

/** Maxima. */
export const maxPoolCheck: KernelRule = {
  op: 'MaxPool',
  covers: isUnpadded,
  prepare(bench, kernel) {
    const input = bench.feed(at(kernel.inputs, 0));
    const { shape } = at(kernel.outputs, 0);
    const geometry = windowGeometry(kernel.node, input.shape, shape, windowOf(kernel.node));
    return [
      {
        output: bench.run(kernel, [input.tensor]),
        element(position) {
          const pixels = positionsUnder(input, geometry, placeOf(shape, position));
          return exactly(Math.max(...pixels.map((pixel) => input.at(pixel))));
        },
      },
    ];
  },
};

/** Each gradient given to the largest pixel of its window, the first of equals, after a forward pass that found the maxima. */
export const maxPoolGradientCheck: KernelRule = {
  op: 'MaxPoolGrad',
  covers: isUnpadded,
  prepare(bench, kernel) {
    const [input, gradient] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 2))];
    const geometry = windowGeometry(kernel.node, input.shape, gradient.shape, windowOf(kernel.node));
    const pooled = bench.add('MaxPool', [input.tensor], [at(kernel.inputs, 1)], kernel.node.attributes);
    const maxima = { node: pooled, index: 0, ...at(pooled.outputs, 0) };
    return [
      {
        output: bench.run(kernel, [input.tensor, maxima, gradient.tensor]),
        element(position) {
          const won = placesOver(gradient, geometry, placeOf(input.shape, position)).filter((place) => {
            const rivals = positionsUnder(input, geometry, placeOf(gradient.shape, place));
            // In bfloat16 equals are common.
            const [largest, here] = [Math.max(...rivals.map((rival) => input.at(rival))), input.at(position)];
            return here === largest && rivals.find((rival) => input.at(rival) === largest) === position;
          });
          const { value, magnitude } = sumOf(won.length, (index) => gradient.at(at(won, index)));
          // Its terms are added in the type of the maps, and each addition rounds.
          return { value, magnitude: 2 * won.length * magnitude };
        },
      },
    ];
  },
};

type Place = readonly [number, number, number, number];

/** Positions of the pixels under the window that makes the result at a place. */
function positionsUnder({ shape }: Fed, { height, width }: WindowGeometry, [n, y, x, c]: Place): readonly number[] {
  return pixelsUnder(height, y).flatMap((row) =>
    pixelsUnder(width, x).map((column) => positionOf(shape, [n, row.pixel, column.pixel, c])),
  );
}

/** Positions of the results whose windows cover the pixel at a place. */
function placesOver({ shape }: Fed, { height, width }: WindowGeometry, [n, y, x, c]: Place): readonly number[] {
  return windowsOver(height, y).flatMap((row) =>
    windowsOver(width, x).map((column) => positionOf(shape, [n, row.out, column.out, c])),
  );
}

function windowOf(node: GraphNode): readonly [number, number] {
  const sizes = attributeOf(node.attributes, 'ksize', 'ints');
  return [at(sizes, 1), at(sizes, 2)];
}

function isUnpadded(node: GraphNode): boolean {
  return attributeOf(node.attributes, 'padding', 'string') === 'VALID';
}
