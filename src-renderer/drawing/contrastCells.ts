/** The images behind the difference of two confusion matrices. */

import type { Contrast } from '../../src-main/contract/comparison.ts';

/** An image on which two networks differ. */
export interface DifferingImage {
  /** Position in the whole version. */
  readonly image: number;
  readonly predictedA: number;
  readonly predictedB: number;
}

/** Images of a class that exactly one of the two networks takes for `predicted`: those of A first. */
export function differingImages(
  { first, labels, predictedA, predictedB }: Pick<Contrast, 'first' | 'labels' | 'predictedA' | 'predictedB'>,
  cell: { readonly label: number; readonly predicted: number },
): readonly DifferingImage[] {
  const found = Array.from(labels, (label, position) => ({ label, position })).flatMap(({ label, position }) => {
    const [a, b] = [predictedA[position] ?? -1, predictedB[position] ?? -1];
    const isOne = (a === cell.predicted) !== (b === cell.predicted);
    return label === cell.label && isOne ? [{ image: first + position, predictedA: a, predictedB: b }] : [];
  });
  const byA = ({ predictedA: a }: DifferingImage): boolean => a === cell.predicted;
  return [...found.filter(byA), ...found.filter((image) => !byA(image))];
}
