/** Filters of images, changed one part at a time. */

import type { ImageFilter } from '../../src-main/contract/datasetVersion.ts';

/** Lets every image through. */
export const EVERY_IMAGE: ImageFilter = {};

/** The filter with one part changed; `null` takes that part away. */
export function changeFilter<Part extends keyof ImageFilter>(
  filter: ImageFilter,
  part: Part,
  value: NonNullable<ImageFilter[Part]> | null,
): ImageFilter {
  const { [part]: _gone, ...rest } = filter;
  return value === null ? rest : { ...rest, [part]: value };
}

/** Whether a filter lets every image through. */
export function isEverything(filter: ImageFilter): boolean {
  return Object.keys(filter).length === 0;
}
