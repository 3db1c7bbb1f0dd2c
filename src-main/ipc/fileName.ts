/** Names that are suggested for files. */

/** What a file system or a shell may take amiss. */
const AWKWARD = /[^\p{L}\p{N}._=()+-]+/gu;

/** A name without an ending: what is awkward becomes a hyphen. @param otherwise where nothing is left of it */
export function fileName(name: string, otherwise: string): string {
  const safe = name.replace(AWKWARD, '-').replace(/^[-.]+|-+$/g, '');
  return safe === '' ? otherwise : safe;
}
