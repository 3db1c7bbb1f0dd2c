/** Which image of a group of duplicates stays. */

/**
 * The images of one group that stay. Without `across` one: of the last split that has any (a test set should not change for the
 * sake of the training), and there the first. With `across` all those of the last split, so that a group inside one split stays.
 * @param splitOf place of an image's split in `SPLITS`
 */
export function keptOfGroup(
  images: readonly number[],
  splitOf: (image: number) => number,
  across: boolean,
): ReadonlySet<number> {
  const last = Math.max(...images.map(splitOf));
  const there = images.filter((image) => splitOf(image) === last);
  return new Set(across ? there : there.slice(0, 1));
}
