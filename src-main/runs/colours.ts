/** Colours of the categorical palette, 1 to 10. */
const COLOURS = 10;

/** The lowest colour that no run has; once all are taken, the lowest of those that the fewest runs have. */
export function freeColour(taken: readonly number[]): number {
  const uses = Array.from({ length: COLOURS }, (_, index) => taken.filter((colour) => colour === index + 1).length);
  return uses.indexOf(Math.min(...uses)) + 1;
}
