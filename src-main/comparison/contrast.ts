/** Two networks on the same images: where they differ, and whether it means anything. */

import type { Contrast, ContrastedImage } from '../contract/comparison.ts';
import type { RunJudgement } from '../contract/exchange.ts';
import { mcNemarTest, pairedDifference } from './statistics.ts';

/** Images of each side that are told. */
const MOST_IMAGES = 60;

/** Sets two judgements of the same split of the same data against each other: the first less the second. */
export function contrastOf(a: RunJudgement, b: RunJudgement): Contrast {
  const onlyFirst: number[] = [];
  const onlySecond: number[] = [];
  let [both, neither] = [0, 0];
  a.labels.forEach((label, position) => {
    const [rightA, rightB] = [a.predicted[position] === label, b.predicted[position] === label];
    if (rightA && rightB) both += 1;
    else if (!rightA && !rightB) neither += 1;
    else if (rightA) onlyFirst.push(position);
    else onlySecond.push(position);
  });
  const outcome = { onlyFirst: onlyFirst.length, onlySecond: onlySecond.length, both, neither };
  return {
    split: a.split,
    classNames: a.classNames,
    ...outcome,
    ...pairedDifference(outcome),
    pValue: mcNemarTest(outcome),
    recall: a.classNames.map((_, label) => difference(recallOf(a, label), recallOf(b, label))),
    confusion: a.evaluation.confusion.map((row, label) =>
      row.map((count, guess) => count - (b.evaluation.confusion[label]?.[guess] ?? 0)),
    ),
    first: a.first,
    labels: a.labels,
    predictedA: a.predicted,
    predictedB: b.predicted,
    onlyA: surestMistakes(a, b, onlyFirst, b),
    onlyB: surestMistakes(a, b, onlySecond, a),
  };
}

function recallOf({ evaluation }: RunJudgement, label: number): number | null {
  return evaluation.perClass[label]?.recall ?? null;
}

function difference(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one - other;
}

/** The images on which the one that is wrong is the surest. */
function surestMistakes(
  a: RunJudgement,
  b: RunJudgement,
  positions: readonly number[],
  wrong: RunJudgement,
): readonly ContrastedImage[] {
  const sure = (position: number): number => wrong.confidence[position] ?? 0;
  return [...positions]
    .sort((one, other) => sure(other) - sure(one) || one - other)
    .slice(0, MOST_IMAGES)
    .map((position) => ({
      image: a.first + position,
      label: a.labels[position] ?? 0,
      predictedA: a.predicted[position] ?? 0,
      predictedB: b.predicted[position] ?? 0,
      confidence: sure(position),
    }));
}
