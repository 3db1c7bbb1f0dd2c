/** Names and layouts of tensors in torchvision's DenseNets (`torchvision/models/densenet.py`). */

import type { PlannedTensor } from '../contract/model.ts';
import { elementsOf, type StoredTensor } from '../trainer/safetensors.ts';

const ROLES: Readonly<Record<PlannedTensor['role'], string>> = {
  weights: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
};

const LAYERS: readonly (readonly [RegExp, string])[] = [
  [/^stem\/(conv|norm)$/, 'features.$10'],
  [/^block(\d+)\/layer(\d+)\/(norm|conv)(\d)$/, 'features.denseblock$1.denselayer$2.$3$4'],
  [/^transition(\d+)\/(norm|conv)$/, 'features.transition$1.$2'],
  [/^head\/norm$/, 'features.norm5'],
  [/^classifier$/, 'classifier'],
];

/**
 * torchvision's name of a tensor of a DenseNet's plan: `features.denseblock1.denselayer1.norm1.weight`; null for one that a
 * DenseNet does not have.
 */
export function torchNameOf({ name, role }: PlannedTensor): string | null {
  const layer = name.slice(0, name.lastIndexOf('/'));
  const found = LAYERS.find(([pattern]) => pattern.test(layer));
  return found === undefined ? null : `${layer.replace(found[0], found[1])}.${ROLES[role]}`;
}

/** How a pattern's name is written in torchvision today; `counted` is the number of a layer that is counted from 0. */
type Renaming = readonly [RegExp, (match: string, ...parts: string[]) => string];

/**
 * Other names for the same tensors: with `module.` after data-parallel training; torchvision before 2018, `norm.1`;
 * gpleiss/efficient_densenet_pytorch, `norm_final`; andreasveit/densenet-pytorch and bamos/densenet.pytorch,
 * `block1.layer.0.bn1` and `dense1.0.bn1`. All of these put a layer's own maps behind those that it reads, as torchvision does.
 */
const RENAMINGS: readonly Renaming[] = [
  [/^module\./, () => ''],
  [/^(features\.denseblock\d+\.denselayer\d+\.(?:norm|conv))\.([12])\./, (_, layer, number) => `${layer}${number}.`],
  [/^features\.norm_final\./, () => 'features.norm5.'],
  [
    /^(?:block(\d+)\.layer|dense(\d+))\.(\d+)\.(bn|conv)([12])\./,
    (_, block, dense, layer, kind, number) =>
      `features.denseblock${block ?? dense}.denselayer${String(Number(layer) + 1)}.${kind === 'bn' ? 'norm' : 'conv'}${number}.`,
  ],
  [
    /^trans(\d+)\.(bn|conv)1\./,
    (_, number, kind) => `features.transition${number}.${kind === 'bn' ? 'norm' : 'conv'}.`,
  ],
  [/^conv1\./, () => 'features.conv0.'],
  [/^bn1\./, () => 'features.norm5.'],
  [/^fc\./, () => 'classifier.'],
];

/** What torchvision calls a tensor today, whichever of the known names it has; other names stay. */
export function modernName(name: string): string {
  return RENAMINGS.reduce((renamed, [pattern, rename]) => renamed.replace(pattern, rename), name);
}

/** Tensors that torch saves and that say nothing about the function: counts of batches. */
export function isCounter(name: string): boolean {
  return name.endsWith('.num_batches_tracked');
}

/** Shape in torch of a tensor of the plan: kernels [out, in, height, width], the linear layer [out, in]. */
export function torchShapeOf({ shape }: PlannedTensor): readonly number[] {
  if (shape.length === 4) return [3, 2, 0, 1].map((axis) => shape[axis] ?? 0);
  return [...shape].reverse();
}

/** From torch's layout to the plan's; the tensor has torch's shape. */
export function fromTorch(planned: PlannedTensor, data: Float32Array): StoredTensor {
  return {
    name: planned.name,
    shape: planned.shape,
    data: moved(planned, data, (ours, theirs, from, to) => (to[ours] = from[theirs] ?? NaN)),
  };
}

/** From the plan's layout to torch's. */
export function toTorch(planned: PlannedTensor, name: string, data: Float32Array): StoredTensor {
  return {
    name,
    shape: torchShapeOf(planned),
    data: moved(planned, data, (ours, theirs, from, to) => (to[theirs] = from[ours] ?? NaN)),
  };
}

function moved(
  { shape }: PlannedTensor,
  from: Float32Array,
  move: (ours: number, theirs: number, from: Float32Array, to: Float32Array) => void,
): Float32Array {
  const to = new Float32Array(elementsOf(shape));
  const [height = 1, width = 1, inputs = 1, outputs = 1] =
    shape.length === 4 ? shape : shape.length === 2 ? [1, 1, ...shape] : [1, 1, 1, ...shape];
  let ours = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let input = 0; input < inputs; input++)
        for (let output = 0; output < outputs; output++)
          move(ours++, ((output * inputs + input) * height + y) * width + x, from, to);
  return to;
}
