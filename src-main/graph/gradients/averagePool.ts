/** Gradient of AvgPool. */

import { at } from '../illegal.ts';
import { averagePoolGradient as spreadOverWindows } from '../ops/averagePoolGradient.ts';
import { shapeOf } from '../ops/shapeOf.ts';
import { onlyGradient, type GradientRule } from './rule.ts';

export const averagePoolGradient: GradientRule = (context) => {
  const { scope, node, inputs } = context;
  return [spreadOverWindows(scope, shapeOf(scope, at(inputs, 0)), onlyGradient(context), node.attributes)];
};
