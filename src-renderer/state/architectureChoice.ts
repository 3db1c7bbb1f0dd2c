import type { DenseNetSpec } from '../../src-main/contract/model.ts';

/** A network as the sliders set it; blocks follow from depth. */
export interface ArchitectureChoice {
  readonly stem: 'cifar' | 'imagenet';
  /** L as the paper counts it. */
  readonly depth: number;
  readonly growthRate: number;
  readonly bottleneck: boolean;
  readonly compression: number;
  readonly dropoutRate: number;
}

/** Depths that can be built, ascending, and their distance where it is always the same. */
export interface FittingDepths {
  readonly depths: readonly number[];
  /** null where the depths are those of the paper's table 1. */
  readonly step: number | null;
}

/** What a person finds first: small enough to train on any machine. */
export const FIRST_CHOICE: ArchitectureChoice = {
  stem: 'cifar',
  depth: 22,
  growthRate: 12,
  bottleneck: true,
  compression: 0.5,
  dropoutRate: 0,
};

const CIFAR_BLOCKS = 3;
const DEEPEST = 250;
/** The paper's networks for ImageNet (table 1, and the released 161). By its own count 264 would be 265; the name stands. */
const IMAGENET: readonly { readonly name: number; readonly blocks: readonly number[] }[] = [
  { name: 121, blocks: [6, 12, 24, 16] },
  { name: 161, blocks: [6, 12, 36, 24] },
  { name: 169, blocks: [6, 12, 32, 32] },
  { name: 201, blocks: [6, 12, 48, 32] },
  { name: 264, blocks: [6, 12, 64, 48] },
];

/** Depths that fit: three equal blocks behind the CIFAR stem, the published blocks behind the ImageNet one. */
export function fittingDepths({ stem, bottleneck }: Pick<ArchitectureChoice, 'stem' | 'bottleneck'>): FittingDepths {
  if (stem === 'imagenet') {
    const depths = IMAGENET.map(({ name, blocks }) => (bottleneck ? name : countedDepth(blocks, 1)));
    return { depths: depths.sort((a, b) => a - b), step: null };
  }
  const convolutions = bottleneck ? 2 : 1;
  const step = CIFAR_BLOCKS * convolutions;
  const count = Math.floor((DEEPEST - CIFAR_BLOCKS - 1) / step);
  return { depths: Array.from({ length: count }, (_, index) => CIFAR_BLOCKS + 1 + step * (index + 1)), step };
}

/** The same choice with whatever is changed, and the nearest depth that fits it. */
export function adjust(choice: ArchitectureChoice, change: Partial<ArchitectureChoice>): ArchitectureChoice {
  const next = { ...choice, ...change };
  const { depths } = fittingDepths(next);
  const nearest = depths.reduce((best, depth) =>
    Math.abs(depth - next.depth) < Math.abs(best - next.depth) ? depth : best,
  );
  return { ...next, depth: nearest };
}

/** The model of a choice whose depth fits; k0 is the paper's: 2k for BC and for ImageNet, else 16. */
export function specOf(choice: ArchitectureChoice): DenseNetSpec {
  const { stem, growthRate, bottleneck, compression, dropoutRate } = choice;
  const doubled = stem === 'imagenet' || (bottleneck && compression < 1);
  return {
    version: 1,
    family: 'densenet',
    stem,
    blockLayers: blocksOf(choice),
    growthRate,
    bottleneck,
    compression,
    initialFeatures: doubled ? 2 * growthRate : 16,
    dropoutRate,
  };
}

/** The choice that a published network comes to. */
export function choiceOf(spec: DenseNetSpec): ArchitectureChoice {
  const { stem, blockLayers, growthRate, bottleneck, compression, dropoutRate } = spec;
  const published = IMAGENET.find(
    ({ blocks }) => stem === 'imagenet' && bottleneck && blocks.join() === blockLayers.join(),
  );
  const depth = published?.name ?? countedDepth(blockLayers, bottleneck ? 2 : 1);
  return { stem, depth, growthRate, bottleneck, compression, dropoutRate };
}

/** `DenseNet-BC, L = 40, k = 12`. */
export function headingOf(spec: DenseNetSpec): string {
  const choice = choiceOf(spec);
  return `${familyOf(choice)}, L = ${String(choice.depth)}, k = ${String(choice.growthRate)}`;
}

/** `DenseNet-BC`: B for a bottleneck, C for compression. */
export function familyOf({ bottleneck, compression }: Pick<ArchitectureChoice, 'bottleneck' | 'compression'>): string {
  const variant = `${bottleneck ? 'B' : ''}${compression < 1 ? 'C' : ''}`;
  return variant === '' ? 'DenseNet' : `DenseNet-${variant}`;
}

/** A short name for a run: `DenseNet-BC-40-12`. */
export function shortNameOf(spec: DenseNetSpec): string {
  const choice = choiceOf(spec);
  return `${familyOf(choice)}-${String(choice.depth)}-${String(choice.growthRate)}`;
}

function blocksOf({ stem, depth, bottleneck }: ArchitectureChoice): readonly number[] {
  if (stem === 'imagenet') {
    const found = IMAGENET.find(({ name, blocks }) => depth === (bottleneck ? name : countedDepth(blocks, 1)));
    return found?.blocks ?? [];
  }
  const convolutions = bottleneck ? 2 : 1;
  return new Array<number>(CIFAR_BLOCKS).fill((depth - CIFAR_BLOCKS - 1) / (CIFAR_BLOCKS * convolutions));
}

/** L: stem, dense layers, one convolution for each transition, classifier. */
function countedDepth(blocks: readonly number[], convolutions: number): number {
  return convolutions * blocks.reduce((sum, layers) => sum + layers, 0) + blocks.length + 1;
}
