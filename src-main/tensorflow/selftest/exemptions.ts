/** Nodes that the self-test lets pass, each with the reason. */

import type { DataType, GraphNode } from '../../graph/node.ts';

const NOTHING_COMPUTED = 'hands on what it is given';
const SEED_TESTS =
  'has no reference in float64; the tests of augmentation hold its range, its mean and that a seed decides it';

const WHOLE_NETWORK =
  'proven with the whole network, against the stock kernels that this test vouches for (trainer/blockKernels.ts)';

const EXEMPT: Readonly<Record<string, string>> = {
  AssignVariableOp: NOTHING_COMPUTED,
  CheckNumerics: NOTHING_COMPUTED,
  Const: NOTHING_COMPUTED,
  DenseLabDenseBlock: WHOLE_NETWORK,
  DenseLabDenseBlockGradient: WHOLE_NETWORK,
  Identity: NOTHING_COMPUTED,
  NoOp: NOTHING_COMPUTED,
  Placeholder: NOTHING_COMPUTED,
  ReadVariableOp: NOTHING_COMPUTED,
  Reshape: NOTHING_COMPUTED,
  Shape: 'tells sizes',
  Size: 'tells sizes',
  VarHandleOp: NOTHING_COMPUTED,
  StatelessRandomUniform: SEED_TESTS,
  StatelessRandomUniformInt: SEED_TESTS,
};

const FLOATS: readonly unknown[] = ['float32', 'bfloat16'] satisfies readonly DataType[];
/** Attributes that name the type that an op works on, whichever it has. */
const TYPE_ATTRIBUTES = ['T', 'Tparams', 'SrcT', 'DstT', 'dtype'];

/** Why a node needs no check; null when it does need one. */
export function exemptionOf(node: GraphNode): string | null {
  const byOp = EXEMPT[node.op];
  if (byOp !== undefined) return byOp;
  return computesFloats(node)
    ? null
    : 'whole numbers and truth values: sizes, labels and seeds, with no rounding and no fast path';
}

/** Whether floats go in or come out. */
export function computesFloats({ attributes, inputs, outputs }: GraphNode): boolean {
  return (
    TYPE_ATTRIBUTES.some((name) => FLOATS.includes(attributes[name]?.value)) ||
    [...inputs, ...outputs].some(({ dataType }) => FLOATS.includes(dataType))
  );
}
