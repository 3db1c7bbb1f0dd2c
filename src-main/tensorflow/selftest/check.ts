/** Runs kernels and compares them with their references. */

import type { Attribute, GraphNode, Tensor } from '../../graph/node.ts';
import { openSession } from '../session.ts';
import { elementCount, float32Data } from '../tensor.ts';
import type { KernelCase } from './cases.ts';
import type { ElementOf, Expectation } from './rule.ts';
import { output, TestBench } from './testBench.ts';

/** A kernel that computes something else than it should. */
export interface KernelFailure {
  /** As `KernelCase.title`. */
  readonly kernel: string;
  /** Largest difference as a share of the largest right value. */
  readonly error: number;
}

/** Kernels that share one graph, and their most elements: starting a graph costs more than a small kernel. */
const GROUP = { kernels: 24, elements: 12_000_000 };
/** Elements of each result that are compared, spread evenly. */
const SAMPLES = 1024;
/**
 * Share of the terms' magnitudes that rounding may cost. On processors right kernels were seen to lose up to 3e-6 in batch
 * statistics and 3e-7 in products; an error of one part in a hundred is still found in every kernel. GPUs multiply numbers
 * of ten bits (TF32) where TensorFlow is left to its defaults.
 */
const TOLERANCE = { processor: 3e-5, gpu: 1e-3 } as const;
/** A bfloat16 has eight bits: share of a result that its last rounding may cost. Sums of many terms are kept in float32. */
const BFLOAT16_ROUNDING = 2 ** -8;
/** What a result that is no number counts as. */
const LARGEST_ERROR = 1000;
const GOLDEN_RATIO = 0.618_033_988_749_894_9;

/** How far from the reference a right result may be. */
interface Allowance {
  /** Share of the terms' magnitudes. */
  readonly tolerance: number;
  /** Share of the result itself. */
  readonly rounding: number;
}

/** Checks every case on one device; returns those that fail. */
export function checkKernels(cases: readonly KernelCase[], device: string = 'CPU:0'): readonly KernelFailure[] {
  const tolerance = device.startsWith('GPU') ? TOLERANCE.gpu : TOLERANCE.processor;
  return groupsOf(cases).flatMap((group) => checkGroup(group, tolerance, device));
}

function groupsOf(cases: readonly KernelCase[]): readonly (readonly KernelCase[])[] {
  const groups: KernelCase[][] = [];
  let elements = Infinity;
  for (const each of cases) {
    const own = [...each.kernel.inputs, ...each.kernel.outputs].reduce(
      (sum, { shape }) => sum + elementCount(shape),
      0,
    );
    const last = groups.at(-1);
    if (last === undefined || last.length === GROUP.kernels || elements + own > GROUP.elements) {
      groups.push([each]);
      elements = own;
    } else {
      last.push(each);
      elements += own;
    }
  }
  return groups;
}

function checkGroup(cases: readonly KernelCase[], tolerance: number, device: string): readonly KernelFailure[] {
  const bench = new TestBench();
  const checks = cases.flatMap((each) =>
    follow(bench, each, each.rule.prepare(bench, each.kernel)).map((expectation) => ({
      kernel: each.title,
      element: expectation.element,
      rounding: expectation.output.dataType === 'bfloat16' ? BFLOAT16_ROUNDING : 0,
      fetch: asFloat(bench, expectation.output).name,
    })),
  );
  const session = openSession(bench, undefined, device);
  try {
    const results = session.run(
      bench.feeds,
      checks.map(({ fetch }) => fetch),
    );
    return checks.flatMap(({ kernel, element, rounding }, index) => {
      const error = errorOf(float32Data(results[index]), element, { tolerance, rounding });
      return error === null ? [] : [{ kernel, error }];
    });
  } finally {
    session.close();
  }
}

/** Lets the followers of a case run on its first result. */
function follow(
  bench: TestBench,
  { followers }: KernelCase,
  expectations: readonly Expectation[],
): readonly Expectation[] {
  const [first, ...others] = expectations;
  return first === undefined ? [] : [followers.reduce((done, next) => followOnce(bench, next, done), first), ...others];
}

function followOnce(bench: TestBench, follower: GraphNode, { output: result, element }: Expectation): Expectation {
  const run = (inputs: readonly Tensor[]): Tensor =>
    output(bench.add(follower.op, inputs, [{ dataType: result.dataType, shape: result.shape }], follower.attributes));
  if (follower.op === 'Relu') {
    return {
      output: run([result]),
      element(position) {
        const { value, magnitude } = element(position);
        return { value: Math.max(0, value), magnitude };
      },
    };
  }
  const channels = result.shape.at(-1) ?? 1;
  const bias = bench.feed({ dataType: result.dataType, shape: [channels] });
  return {
    output: run([result, bias.tensor]),
    element(position) {
      const { value, magnitude } = element(position);
      const shift = bias.at(position % channels);
      return { value: value + shift, magnitude: magnitude + Math.abs(shift) };
    },
  };
}

/** What is fetched is never fused; a copy of it may be. */
function asFloat(bench: TestBench, tensor: Tensor): GraphNode {
  if (tensor.dataType !== 'float32') return bench.cast(tensor, 'float32').node;
  const type: Attribute = { kind: 'type', value: 'float32' };
  return bench.add('Identity', [tensor], [{ dataType: 'float32', shape: tensor.shape }], { T: type });
}

/** Largest difference over largest right value when an element is out of tolerance; null when all are right. */
function errorOf(found: Float32Array, element: ElementOf, allowed: Allowance): number | null {
  let [wrong, difference, largest] = [false, 0, 0];
  for (const position of samplesOf(found.length)) {
    const { value, magnitude } = element(position);
    const own = Math.abs((found[position] ?? NaN) - value);
    // Not `own > ...`: what is not a number is wrong too.
    const limit = allowed.tolerance * magnitude + allowed.rounding * (Math.abs(value) + magnitude / 4);
    if (!(own <= limit + Number.EPSILON)) wrong = true;
    difference = Math.max(difference, Number.isNaN(own) ? Infinity : own);
    largest = Math.max(largest, Math.abs(value));
  }
  return wrong ? Math.min(difference / largest, LARGEST_ERROR) : null;
}

/** Positions spread evenly over `count`, each in another channel than its neighbours. */
function samplesOf(count: number): readonly number[] {
  if (count <= SAMPLES) return Array.from({ length: count }, (_, position) => position);
  return Array.from({ length: SAMPLES }, (_, index) => Math.floor(((index * GOLDEN_RATIO) % 1) * count));
}
