/** Names for classes that nobody has named. */

/** `class 0`, `class 1`, ... */
export function placeholderNames(classes: number): readonly string[] {
  return Array.from({ length: classes }, (_, index) => `class ${String(index)}`);
}

/** Whether names are those that stand in for unknown ones. */
export function arePlaceholders(names: readonly string[]): boolean {
  return placeholderNames(names.length).every((name, index) => name === names[index]);
}
