/** The terms of "Densely Connected Convolutional Networks" (Huang et al. 2017), each with a drawing; sections are the paper's. */

import type { FigurePart } from '../../drawing/termFigure.ts';
import { arc, arrow, bar, ground, step, word } from '../../drawing/termFigure.ts';

/** One term. */
export interface Term {
  /** As `data-term` names it. */
  readonly id: string;
  readonly name: string;
  readonly sentences: readonly string[];
  /** Where the paper speaks of it. */
  readonly source: string;
  /** What the drawing shows, for those who do not see it. */
  readonly caption: string;
  readonly figure: readonly FigurePart[];
}

const PLACES = [48, 104, 160, 216, 272] as const;

/** All connections of a block of five, those into the last one strong. */
const allArcs: readonly FigurePart[] = PLACES.flatMap((to, reader) =>
  PLACES.slice(0, reader).map((from) => arc(from, to, reader === PLACES.length - 1 ? 'strong' : 'pale', 60)),
);

/** Bars that grow by one slice a layer: what came before pale, what is new strong. */
function growing(slice: number): readonly FigurePart[] {
  return PLACES.flatMap((x, index) => [
    bar(x, 16 + slice * index, 'pale'),
    bar(x, slice, 'strong', 16 + slice * index),
  ]);
}

/** In the order in which the paper builds on them. */
export const TERMS: readonly Term[] = [
  {
    id: 'dense-connectivity',
    name: 'Dense connectivity',
    sentences: [
      'Every layer reads the maps of all layers before it in its block, side by side: xₗ = Hₗ([x₀, x₁, …, xₗ₋₁]).',
      'A block of L layers has L(L + 1) / 2 connections instead of L. Maps are concatenated, never added, so that each layer can still tell them apart.',
    ],
    source: 'Section 3, equation 2',
    caption: 'Five layers; arcs lead from each to every later one, those into the last layer stand out.',
    figure: [...allArcs, ...PLACES.map((x) => bar(x, 30, 'middle')), ground()],
  },
  {
    id: 'dense-block',
    name: 'Dense block',
    sentences: [
      'Layers whose maps have one height and width, so that they can be concatenated.',
      'Networks for small images have three blocks, at 32, 16 and 8 pixels; those for ImageNet have four.',
    ],
    source: 'Section 3, “Pooling layers”; table 1',
    caption: 'Three groups of bars, with one narrow step between each and the next; later groups have smaller maps.',
    figure: [
      ...[30, 50, 70].map((x, index) => bar(x, 30 + 8 * index, 'middle')),
      ...[130, 150, 170].map((x, index) => bar(x, 36 + 8 * index, 'middle')),
      ...[230, 250, 270].map((x, index) => bar(x, 42 + 8 * index, 'middle')),
      ...[100, 200].map((x) => bar(x, 22, 'pale')),
      word(50, 114, '32×32'),
      word(150, 114, '16×16'),
      word(250, 114, '8×8'),
      ground(),
    ],
  },
  {
    id: 'composite-function',
    name: 'Composite function',
    sentences: [
      'What a layer does with what it reads: batch normalisation, ReLU, then a 3×3 convolution, in this order.',
      'Normalising first means that each reader scales the same maps in its own way.',
    ],
    source: 'Section 3, “Composite function”',
    caption: 'Three steps in a row: BN, ReLU, convolution 3×3.',
    figure: [
      ...step(24, 76, 'BN', 'pale'),
      arrow(102, 120),
      ...step(122, 76, 'ReLU', 'pale'),
      arrow(200, 218),
      ...step(220, 76, '3×3', 'strong'),
    ],
  },
  {
    id: 'growth-rate',
    name: 'Growth rate k',
    sentences: [
      'How many maps each layer adds. Layer l of a block reads k₀ + k · (l − 1) maps and makes k.',
      'k can be small, 12 or so, because every layer can read the collective knowledge of the block.',
    ],
    source: 'Section 3, “Growth rate”',
    caption: 'Bars that grow from layer to layer by the same small piece.',
    figure: [...growing(10), word(296, 40, 'k', 'strong'), ground()],
  },
  {
    id: 'bottleneck',
    name: 'Bottleneck',
    sentences: [
      'A 1×1 convolution to 4k maps before each 3×3 convolution, so that the costly one reads few maps.',
      'Networks with it are called DenseNet-B; a layer is then BN, ReLU, 1×1, BN, ReLU, 3×3, and counts as two in the depth.',
    ],
    source: 'Section 3, “Bottleneck layers”',
    caption: 'A tall bar of many maps, a 1×1 step to a bar of 4k maps, a 3×3 step to a small bar of k maps.',
    figure: [
      bar(40, 80, 'pale'),
      arrow(54, 76),
      ...step(80, 50, '1×1', 'strong'),
      arrow(134, 156),
      bar(170, 44, 'middle'),
      arrow(184, 206),
      ...step(210, 50, '3×3', 'pale'),
      arrow(262, 274),
      bar(286, 12, 'strong'),
      word(40, 114, 'all maps'),
      word(170, 114, '4k'),
      word(286, 114, 'k'),
    ],
  },
  {
    id: 'transition',
    name: 'Transition layer',
    sentences: [
      'Between two blocks: batch normalisation, a 1×1 convolution and 2×2 average pooling, which halves height and width.',
    ],
    source: 'Section 3, “Pooling layers”',
    caption: 'A large square of maps, steps BN, 1×1 and pooling, and a square of half its edge.',
    figure: [
      { kind: 'box', x: 16, y: 36, width: 48, height: 48, tone: 'pale' },
      arrow(68, 84),
      ...step(88, 44, 'BN', 'pale'),
      ...step(136, 44, '1×1', 'strong'),
      ...step(184, 60, 'pool 2×2', 'pale'),
      arrow(248, 264),
      { kind: 'box', x: 270, y: 48, width: 24, height: 24, tone: 'middle' },
    ],
  },
  {
    id: 'compression',
    name: 'Compression θ',
    sentences: [
      'The share of maps that a transition hands on: of m maps ⌊θm⌋. With θ = 1 it keeps all of them.',
      'DenseNet-C has θ = 0.5; with bottlenecks too it is DenseNet-BC, the paper’s best for its size.',
    ],
    source: 'Section 3, “Compression”',
    caption: 'A tall bar before a transition and a bar of half its height behind it.',
    figure: [
      bar(90, 80, 'pale'),
      arrow(110, 138),
      ...step(140, 44, '1×1', 'strong'),
      arrow(186, 214),
      bar(236, 40, 'middle'),
      word(90, 114, 'm'),
      word(236, 114, 'θm'),
      ground(60, 266),
    ],
  },
  {
    id: 'depth',
    name: 'Depth L',
    sentences: [
      'All convolutions and the classifier, counted one by one. With three blocks each has (L − 4) / 3 layers, or (L − 4) / 6 with bottlenecks.',
      'That is why only some depths can be built: 22, 40, 100, 190, 250.',
    ],
    source: 'Section 3, “Implementation details”',
    caption: 'A row of equal bars under one bracket.',
    figure: [
      ...Array.from({ length: 11 }, (_, index) =>
        bar(40 + index * 24, 34, index === 0 || index === 10 ? 'pale' : 'middle'),
      ),
      { kind: 'path', d: 'M33 50V42H287V50', tone: 'strong' },
      word(160, 34, 'L', 'strong'),
      ground(),
    ],
  },
  {
    id: 'classification-head',
    name: 'Head',
    sentences: [
      'Behind the last block: batch normalisation, ReLU, the mean of each map over all its pixels, and one linear layer to the classes.',
      'The linear layer sees maps of every depth of the last block.',
    ],
    source: 'Section 3, “Implementation details”; table 1',
    caption: 'A square of maps, a mean, a bar of numbers, and the classes.',
    figure: [
      { kind: 'box', x: 30, y: 44, width: 40, height: 40, tone: 'pale' },
      arrow(76, 104),
      ...step(108, 64, 'mean', 'pale'),
      arrow(176, 204),
      bar(218, 70, 'middle'),
      arrow(232, 256),
      ...[28, 46, 64, 82].map((y, index): FigurePart => ({
        kind: 'box',
        x: 262,
        y,
        width: 34,
        height: 10,
        tone: index === 1 ? 'strong' : 'pale',
      })),
    ],
  },
  {
    id: 'feature-reuse',
    name: 'Feature reuse',
    sentences: [
      'How much a layer takes from each earlier one: the mean absolute weight that connects them, as in figure 5 of the paper.',
      'Light cells are connections that training has left nearly unused.',
    ],
    source: 'Section 5, “Feature reuse”; figure 5',
    caption: 'A triangle of cells, one for each source and reader, of differing strength.',
    figure: Array.from({ length: 5 }, (_, row) =>
      Array.from({ length: row + 1 }, (_unused, column): FigurePart => {
        const tone =
          (['strong', 'middle', 'pale'] as const)[(row * 2 + column * 3 + (column === row ? 0 : 1)) % 3] ?? 'pale';
        return { kind: 'box', x: 110 + row * 21, y: 8 + column * 21, width: 20, height: 20, tone };
      }),
    )
      .flat()
      .concat([word(78, 22, 'source'), word(162, 118, 'reader')]),
  },
  {
    id: 'deep-supervision',
    name: 'Implicit deep supervision',
    sentences: [
      'The classifier is at most two or three transitions away from any layer, so that early layers hear from the loss almost directly.',
      'A linear probe on the output of each block measures how much it can already tell the classes apart.',
    ],
    source: 'Section 5, “Implicit deep supervision”',
    caption: 'Arcs lead from the classifier at the right back to layers of every depth.',
    figure: [
      ...PLACES.slice(0, 4).map((x) => arc(x, 272, 'strong', 60)),
      ...PLACES.slice(0, 4).map((x) => bar(x, 30, 'middle')),
      bar(272, 30, 'strong'),
      word(272, 114, 'loss'),
      ground(),
    ],
  },
  {
    id: 'dropout',
    name: 'Dropout',
    sentences: [
      'While training, a share of what each convolution makes is set to zero at random, and the rest is scaled up.',
      'The paper uses 0.2 behind every convolution but the first, and only without data augmentation.',
    ],
    source: 'Section 4.2',
    caption: 'A grid of cells of which one in five is pale.',
    figure: Array.from({ length: 30 }, (_, index): FigurePart => ({
      kind: 'box',
      x: 86 + (index % 10) * 15,
      y: 36 + Math.floor(index / 10) * 18,
      width: 12,
      height: 14,
      tone: (index * 7 + Math.floor(index / 10) * 3) % 5 === 0 ? 'pale' : 'middle',
    })),
  },
  {
    id: 'learning-rate',
    name: 'Learning-rate schedule',
    sentences: [
      'The paper begins at 0.1 and divides by 10 at half and at three quarters of the epochs, with Nesterov momentum 0.9 and weight decay 10⁻⁴.',
    ],
    source: 'Section 4.2',
    caption: 'A line that drops in two steps, at half and at three quarters.',
    figure: [
      { kind: 'path', d: 'M24 24H160V56H228V84H296', tone: 'strong' },
      word(90, 18, '0.1'),
      word(194, 50, '0.01'),
      word(262, 78, '0.001'),
      word(160, 114, '½'),
      word(228, 114, '¾'),
      ground(),
    ],
  },
  {
    id: 'multiply-adds',
    name: 'Multiply-adds',
    sentences: [
      'Products that are summed while one image goes through the network: kernel height × width × maps read × maps made × pixels, over all convolutions.',
      'The paper counts a multiplication and its addition as one FLOP (figure 3 and table 3 compare networks by it).',
    ],
    source: 'Section 4.4, figure 3',
    caption: 'A window of nine cells over a larger map leads to one cell.',
    figure: [
      ...Array.from({ length: 25 }, (_, index): FigurePart => {
        const [row, column] = [Math.floor(index / 5), index % 5];
        const inside = row > 0 && row < 4 && column > 0 && column < 4;
        return {
          kind: 'box',
          x: 60 + column * 17,
          y: 20 + row * 17,
          width: 16,
          height: 16,
          tone: inside ? 'middle' : 'pale',
        };
      }),
      arrow(156, 206),
      { kind: 'box', x: 216, y: 52, width: 16, height: 16, tone: 'strong' },
    ],
  },
];

/** The term of a name that an element carries; null for none. */
export function termOf(id: string | undefined): Term | null {
  return TERMS.find((term) => term.id === id) ?? null;
}
