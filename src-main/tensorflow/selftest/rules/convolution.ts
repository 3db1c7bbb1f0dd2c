/** Conv2D, its two gradients and DepthwiseConv2dNative, NHWC with kernels [h, w, in, out] (Dumoulin and Visin 2016, chapters 2 and 4). */

import { at } from '../../../graph/illegal.ts';
import type { Shape } from '../../../graph/node.ts';
import { Sum } from '../rule.ts';
import type { KernelRule } from '../rule.ts';
import { pixelsUnder, placeOf, placesUnder, positionOf, windowGeometry, windowsOver } from '../window.ts';

/** Maps of an input under the kernels. */
export const convolutionCheck: KernelRule = {
  op: 'Conv2D',
  prepare(bench, kernel) {
    const [input, weights] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
    const { shape } = at(kernel.outputs, 0);
    const geometry = windowGeometry(kernel.node, input.shape, shape, windowOf(weights.shape));
    const [channels, maps] = [at(input.shape, 3), at(shape, 3)];
    return [
      {
        output: bench.run(kernel, [input.tensor, weights.tensor]),
        element(position) {
          const [n, outY, outX, map] = placeOf(shape, position);
          const sum = new Sum();
          for (const y of pixelsUnder(geometry.height, outY)) {
            for (const x of pixelsUnder(geometry.width, outX)) {
              const pixel = positionOf(input.shape, [n, y.pixel, x.pixel, 0]);
              const weight = positionOf(weights.shape, [y.offset, x.offset, 0, map]);
              for (let channel = 0; channel < channels; channel += 1) {
                sum.add(input.at(pixel + channel) * weights.at(weight + channel * maps));
              }
            }
          }
          return sum;
        },
      },
    ];
  },
};

/** Maps of an input, each under a kernel of its own. */
export const depthwiseConvolutionCheck: KernelRule = {
  op: 'DepthwiseConv2dNative',
  prepare(bench, kernel) {
    const [input, weights] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 1))];
    const { shape } = at(kernel.outputs, 0);
    const geometry = windowGeometry(kernel.node, input.shape, shape, windowOf(weights.shape));
    return [
      {
        output: bench.run(kernel, [input.tensor, weights.tensor]),
        element(position) {
          const [n, outY, outX, channel] = placeOf(shape, position);
          const sum = new Sum();
          for (const y of pixelsUnder(geometry.height, outY)) {
            for (const x of pixelsUnder(geometry.width, outX)) {
              const pixel = positionOf(input.shape, [n, y.pixel, x.pixel, channel]);
              sum.add(input.at(pixel) * weights.at(positionOf(weights.shape, [y.offset, x.offset, channel, 0])));
            }
          }
          return sum;
        },
      },
    ];
  },
};

/** Gradient of the input. */
export const convolutionInputGradientCheck: KernelRule = {
  op: 'Conv2DBackpropInput',
  prepare(bench, kernel) {
    const [weights, gradient] = [bench.feed(at(kernel.inputs, 1)), bench.feed(at(kernel.inputs, 2))];
    const { shape } = at(kernel.outputs, 0);
    const geometry = windowGeometry(kernel.node, shape, gradient.shape, windowOf(weights.shape));
    const maps = at(gradient.shape, 3);
    return [
      {
        output: bench.run(kernel, [bench.integers(shape), weights.tensor, gradient.tensor]),
        element(position) {
          const [n, pixelY, pixelX, channel] = placeOf(shape, position);
          const sum = new Sum();
          for (const y of windowsOver(geometry.height, pixelY)) {
            for (const x of windowsOver(geometry.width, pixelX)) {
              const place = positionOf(gradient.shape, [n, y.out, x.out, 0]);
              const weight = positionOf(weights.shape, [y.offset, x.offset, channel, 0]);
              for (let map = 0; map < maps; map += 1) sum.add(gradient.at(place + map) * weights.at(weight + map));
            }
          }
          return sum;
        },
      },
    ];
  },
};

/** Gradient of the kernels. */
export const convolutionKernelGradientCheck: KernelRule = {
  op: 'Conv2DBackpropFilter',
  prepare(bench, kernel) {
    const [input, gradient] = [bench.feed(at(kernel.inputs, 0)), bench.feed(at(kernel.inputs, 2))];
    const { shape } = at(kernel.outputs, 0);
    const { height, width } = windowGeometry(kernel.node, input.shape, gradient.shape, windowOf(shape));
    const [channels, maps] = [at(shape, 2), at(shape, 3)];
    return [
      {
        output: bench.run(kernel, [input.tensor, bench.integers(shape), gradient.tensor]),
        element(position) {
          const [offsetY, offsetX, channel, map] = placeOf(shape, position);
          const sum = new Sum();
          for (let n = 0; n < at(input.shape, 0); n += 1) {
            for (const { out: outY, pixel: y } of placesUnder(height, offsetY)) {
              const row = positionOf(input.shape, [n, y, 0, channel]);
              const gradientRow = positionOf(gradient.shape, [n, outY, 0, map]);
              for (const { out: outX, pixel: x } of placesUnder(width, offsetX)) {
                sum.add(input.at(row + x * channels) * gradient.at(gradientRow + outX * maps));
              }
            }
          }
          return sum;
        },
      },
    ];
  },
};

function windowOf(weights: Shape): readonly [number, number] {
  return [at(weights, 0), at(weights, 1)];
}
