/** Which images of a judged split are worth looking at. */

import type { RunJudgement } from '../../src-main/contract/exchange.ts';

/** What is looked for: wrong and sure of it, furthest from the truth, surest and right, or one cell of the confusion matrix. */
export type Looked =
  | { readonly kind: 'surestWrong' | 'worst' | 'best' }
  | { readonly kind: 'cell'; readonly label: number; readonly predicted: number };

/** An image of a judged split. */
export interface JudgedImage {
  /** Position in the split. */
  readonly position: number;
  /** Position in the whole version. */
  readonly image: number;
  readonly label: number;
  readonly predicted: number;
  readonly confidence: number;
  /** Cross-entropy in nats. */
  readonly loss: number;
}

/** The first `most` images of what is looked for, the most telling first. */
export function lookFor(judgement: RunJudgement, looked: Looked, most: number): readonly JudgedImage[] {
  const { labels, predicted, confidence, losses } = judgement;
  const positions = Array.from(labels, (_, position) => position).filter((position) => {
    const [label, guess] = [labels[position], predicted[position]];
    if (looked.kind === 'cell') return label === looked.label && guess === looked.predicted;
    if (looked.kind === 'surestWrong') return label !== guess;
    return looked.kind === 'worst' || label === guess;
  });
  const telling = looked.kind === 'worst' ? losses : confidence;
  positions.sort((one, other) => (telling[other] ?? 0) - (telling[one] ?? 0) || one - other);
  return positions.slice(0, most).map((position) => judgedImage(judgement, position));
}

function judgedImage(judgement: RunJudgement, position: number): JudgedImage {
  const { first, labels, predicted, confidence, losses } = judgement;
  return {
    position,
    image: first + position,
    label: labels[position] ?? 0,
    predicted: predicted[position] ?? 0,
    confidence: confidence[position] ?? 0,
    loss: losses[position] ?? 0,
  };
}
