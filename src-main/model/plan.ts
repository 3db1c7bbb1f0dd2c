/** From a spec to layers with names, shapes and exact counts (Huang et al. 2017, sections 3 and 4). */

import { assertNever } from '../contract/errors.ts';
import type { InputShape, LayerPlan, ModelSpec, PlannedTensor } from '../contract/model.ts';
import { PlanBuilder, type Activation } from './builder.ts';
import type { Body } from './families/body.ts';
import { addDenseNet } from './families/densenet.ts';
import { addHighway } from './families/highway.ts';
import { addInception } from './families/inception.ts';
import { addPlain } from './families/plain.ts';
import { addResNet } from './families/resnet.ts';
import { modelInvalid, parseModelSpec } from './spec.ts';

/** The largest edge of an input image, pixels. */
const LARGEST_EDGE = 8192;
/** Labels are stored in 16 bits. */
const MOST_CLASSES = 65_536;

/**
 * Lays out a network for one input size and number of classes.
 * Shapes are [height, width, channels] without the batch axis; names are a file format and never change.
 * @throws DenseLabError `model-invalid` naming the field, its value and what would fit.
 */
export function planModel(spec: ModelSpec, input: InputShape, classes: number): LayerPlan {
  const checked = parseModelSpec(spec);
  checkInput(input);
  checkClasses(classes);
  const plan = new PlanBuilder();
  const { maps, blocks } = addBody(plan, checked, plan.input([input.height, input.width, input.channels]));
  plan.linear('classifier', plan.globalAveragePool('head/pool', maps), classes);
  const { layers } = plan;
  return {
    spec: checked,
    input,
    classes,
    layers,
    blocks,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  };
}

/** Everything between the image and the global pooling. */
function addBody(plan: PlanBuilder, spec: ModelSpec, input: Activation): Body {
  switch (spec.family) {
    case 'densenet':
      return addDenseNet(plan, spec, input);
    case 'plain':
      return addPlain(plan, spec, input);
    case 'resnet':
      return addResNet(plan, spec, input);
    case 'highway':
      return addHighway(plan, spec, input);
    case 'inception':
      return addInception(plan, spec, input);
    default:
      return assertNever(spec);
  }
}

function checkInput(input: InputShape): void {
  for (const side of ['height', 'width'] as const) {
    if (Number.isInteger(input[side]) && input[side] >= 1 && input[side] <= LARGEST_EDGE) continue;
    throw modelInvalid(
      `The input has ${side} ${String(input[side])}, which must be a whole number from 1 to ${String(LARGEST_EDGE)}.`,
      'Give the size as HEIGHTxWIDTHxCHANNELS, for example 32x32x3.',
    );
  }
  if (input.channels === 1 || input.channels === 3) return;
  throw modelInvalid(
    `The input has ${String(input.channels)} channels, which must be 1 (grey) or 3 (RGB).`,
    'Give the size as HEIGHTxWIDTHxCHANNELS, for example 28x28x1.',
  );
}

function checkClasses(classes: number): void {
  if (Number.isInteger(classes) && classes >= 2 && classes <= MOST_CLASSES) return;
  throw modelInvalid(
    `The number of classes is ${String(classes)}, which must be a whole number from 2 to ${String(MOST_CLASSES)}.`,
    'Give at least two classes.',
  );
}

/** All tensors of a plan, in its order. */
export function tensorsOf(plan: LayerPlan): readonly PlannedTensor[] {
  return plan.layers.flatMap(({ tensors }) => tensors);
}
