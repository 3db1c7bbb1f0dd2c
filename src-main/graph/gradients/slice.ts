import { at } from '../illegal.ts';
import { pad } from '../ops/pad.ts';
import { knownValues } from '../shapes.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

/** Gradient of Slice: zeros around it. */
export const sliceGradient: GradientRule = (context) => {
  const { scope, node } = context;
  const { shape } = at(node.inputs, 0);
  const begin = knownValues(at(node.inputs, 1));
  const kept = at(node.outputs, 0).shape;
  const around = shape.map((size, axis): readonly [number, number] => {
    const before = at(begin, axis);
    return size === -1 ? [0, 0] : [before, size - before - at(kept, axis)];
  });
  return [pad(scope, onlyGradient(context), around), undefined, undefined];
};
