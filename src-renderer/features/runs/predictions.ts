/** How many classes are shown of each image. */
const SHOWN = 5;

/** The most probable classes, the first one first; equals in the order of the class names. */
export function mostProbable(
  probabilities: readonly number[],
  classNames: readonly string[],
): readonly { readonly name: string; readonly share: number }[] {
  return probabilities
    .map((share, index) => ({ name: classNames[index] ?? String(index), share }))
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN);
}

/** The last part of a path of either platform. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
