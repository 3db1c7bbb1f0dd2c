/** What makes a node legal: one rule per op, used when a node is made and again when a graph is verified. */

import type { Attributes } from '../attributes.ts';
import { at, illegal } from '../illegal.ts';
import { isFloating, type Attribute, type DataType, type Tensor, type TensorType } from '../node.ts';

/** The specification of one TensorFlow op, as far as the compiler uses it. */
export interface OpRule {
  /** TensorFlow's name. */
  readonly op: string;
  /** Element types of the inputs, in order; all that are `floating` are float32, or all bfloat16. */
  readonly inputs: readonly (DataType | 'any' | 'floating')[];
  /** Present when the first input may be repeated, with its element type. */
  readonly repeated?: true;
  /** Every attribute that a node must have, and no other. */
  readonly attributes: Readonly<Record<string, Attribute['kind']>>;
  /** Types and shapes of the outputs; throws for shapes that do not fit. Number and types of inputs are right. */
  readonly infer: (inputs: readonly Tensor[], attributes: Attributes) => readonly TensorType[];
}

/** Types and shapes of a node's outputs; throws `internal` when the node is not legal. */
export function inferOutputs(rule: OpRule, inputs: readonly Tensor[], attributes: Attributes): readonly TensorType[] {
  checkInputs(rule, inputs);
  checkAttributes(rule, attributes);
  return rule.infer(inputs, attributes);
}

function checkInputs(rule: OpRule, inputs: readonly Tensor[]): void {
  const extra = inputs.length - rule.inputs.length;
  if (rule.repeated ? extra < 0 : extra !== 0) {
    illegal(`${rule.op} takes ${rule.inputs.length} inputs and got ${inputs.length}`);
  }
  let floating: DataType | undefined;
  inputs.forEach((input, position) => {
    const wanted = at(rule.inputs, rule.repeated ? Math.max(0, position - extra) : position);
    if (wanted === 'floating' && isFloating(input)) floating ??= input.dataType;
    const expected = wanted === 'floating' ? (floating ?? 'float32') : wanted;
    if (expected !== 'any' && input.dataType !== expected) {
      illegal(`input ${position} of ${rule.op} is ${input.dataType} instead of ${expected}`);
    }
  });
}

function checkAttributes(rule: OpRule, attributes: Attributes): void {
  for (const [name, kind] of Object.entries(rule.attributes)) {
    if (attributes[name]?.kind !== kind) illegal(`${rule.op} needs the attribute ${name} of kind ${kind}`);
  }
  for (const name of Object.keys(attributes)) {
    if (!(name in rule.attributes)) illegal(`${rule.op} has no attribute ${name}`);
  }
}
