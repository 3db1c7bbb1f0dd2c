/** Who is measured at what: one entry each, so that another variant is one entry more. */

import { ALLOCATION } from '../../src-main/trainer/job.ts';
import type { DenselabTask } from './denselab.ts';
import type { NetworkName, Task } from './workload.ts';

/** Element type of the activations. */
export type Precision = 'float32' | 'bfloat16';

/** What a contender is compared as. */
export type Side = 'denselab' | 'tfjs' | 'keras' | 'torch' | 'torchDefault';

/** One program with one task, measured in processes of its own. */
export interface Entry {
  /** Unique: key of `bench.json`. */
  readonly id: string;
  readonly name: string;
  readonly side: Side;
  readonly precision: Precision;
  readonly network: NetworkName;
  readonly task: Task['task'];
  /** Whether the backward pass computes again what it could keep; only DenseLab does. */
  readonly recomputes: boolean;
  /** A bundled program, or a file of `peers/` for the cached Python. */
  readonly program: { readonly kind: 'node' | 'python'; readonly file: string };
  /** What the program is told besides its task. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the contender's own program sets for itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** Steps of one round; `ours` and `theirs` are what the command line says. */
  readonly steps: 'ours' | 'theirs' | number;
  /** Only in the first so many rounds; in all when absent. */
  readonly rounds?: number;
}

/** A variant of DenseLab: what the compiler is told. */
interface Variant {
  readonly id: string;
  readonly name: string;
  readonly precision: Precision;
  readonly compile: DenselabTask['compile'];
  readonly kernels: 'auto' | 'stock';
}

/** The variants of DenseLab. */
const VARIANTS: readonly Variant[] = [
  { id: 'float32', name: 'DenseLab', precision: 'float32', compile: {}, kernels: 'auto' },
  { id: 'stock', name: 'DenseLab, stock kernels', precision: 'float32', compile: {}, kernels: 'stock' },
  { id: 'bfloat16', name: 'DenseLab', precision: 'bfloat16', compile: { precision: 'bfloat16' }, kernels: 'auto' },
  {
    id: 'stock-bfloat16',
    name: 'DenseLab, stock kernels',
    precision: 'bfloat16',
    compile: { precision: 'bfloat16' },
    kernels: 'stock',
  },
];

function denselab(variant: Variant, network: NetworkName, part: Partial<Entry> = {}): Entry {
  const recomputes = part.recomputes ?? false;
  const task = part.task ?? 'train';
  const suffix = task === 'evaluate' ? '-evaluate' : recomputes ? '-recomputed' : '';
  return {
    id: `denselab-${variant.id}-${network}${suffix}`,
    name: recomputes ? `${variant.name}, recomputing` : variant.name,
    side: 'denselab',
    precision: variant.precision,
    network,
    task,
    recomputes,
    program: { kind: 'node', file: 'denselab.cjs' },
    settings: { compile: { ...variant.compile, recomputation: recomputes }, kernels: variant.kernels },
    environment: ALLOCATION,
    steps: 'ours',
    ...part,
  };
}

function peer(side: Side, name: string, network: NetworkName, part: Partial<Entry>): Entry {
  const task = part.task ?? 'train';
  return {
    id: `${side}-${network}${task === 'evaluate' ? '-evaluate' : ''}`,
    name,
    side,
    precision: 'float32',
    network,
    task,
    recomputes: false,
    program: { kind: 'node', file: 'tfjsLayers.cjs' },
    settings: {},
    environment: {},
    steps: 'theirs',
    ...part,
  };
}

const torch = { kind: 'python', file: 'torch_step.py' } as const;
const keras = { kind: 'python', file: 'keras_step.py' } as const;
const TFJS: readonly Entry[] = [
  peer('tfjs', 'tfjs-layers', 'bc40', {}),
  peer('tfjs', 'tfjs-layers, huge pages', 'bc40', { id: 'tfjs-bc40-huge-pages', environment: ALLOCATION }),
];

function withRecomputation(variant: Variant): Entry {
  return denselab(variant, 'bc100', { recomputes: true, steps: 4, rounds: 2 });
}

/** What `npm run bench` measures. */
export const QUICK_ENTRIES: readonly Entry[] = [
  ...VARIANTS.map((variant) => denselab(variant, 'bc40')),
  ...TFJS,
  ...VARIANTS.map(withRecomputation),
];

/** What `npm run bench -- --peers` measures. */
export const PEER_ENTRIES: readonly Entry[] = [
  ...VARIANTS.map((variant) => denselab(variant, 'bc40')),
  peer('torch', 'PyTorch, channels_last', 'bc40', { program: torch, settings: { channelsLast: true }, steps: 'ours' }),
  peer('torchDefault', 'PyTorch, default', 'bc40', {
    program: torch,
    settings: { channelsLast: false },
    steps: 'ours',
  }),
  peer('keras', 'Keras', 'bc40', { program: keras, settings: { jit: false }, steps: 'ours' }),
  peer('keras', 'Keras, XLA', 'bc40', {
    id: 'keras-xla-bc40',
    program: keras,
    settings: { jit: true },
    steps: 3,
    rounds: 1,
  }),
  ...TFJS,
  ...VARIANTS.map((variant) => denselab(variant, 'bc40', { task: 'evaluate' })),
  peer('torch', 'PyTorch, channels_last', 'bc40', {
    program: torch,
    task: 'evaluate',
    settings: { channelsLast: true },
    steps: 'ours',
  }),
  ...VARIANTS.flatMap((variant) => [
    denselab(variant, 'bc100', { steps: 4, rounds: 2 }),
    withRecomputation(variant),
    denselab(variant, 'bc100', { task: 'evaluate', steps: 5, rounds: 2 }),
  ]),
  peer('torch', 'PyTorch, channels_last', 'bc100', {
    program: torch,
    settings: { channelsLast: true },
    steps: 4,
    rounds: 2,
  }),
  peer('torch', 'PyTorch, channels_last', 'bc100', {
    program: torch,
    task: 'evaluate',
    settings: { channelsLast: true },
    steps: 5,
    rounds: 2,
  }),
  peer('keras', 'Keras', 'bc100', { program: keras, settings: { jit: false }, steps: 4, rounds: 1 }),
];
