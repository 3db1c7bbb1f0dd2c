/** What edits that wait do to single images. */

import type { Split } from '../../src-main/contract/dataset.ts';
import type { DatasetEdit } from '../../src-main/contract/datasetVersion.ts';

/** What becomes of one image; an excluded one has no other future. */
export interface ImageMark {
  readonly excluded: boolean;
  readonly split: Split | null;
  readonly label: number | null;
}

const UNTOUCHED: ImageMark = { excluded: false, split: null, label: null };

/** Marks by position in the version's stored order; edits of whole classes and splits mark no single image. */
export function marksOf(edits: readonly DatasetEdit[]): ReadonlyMap<number, ImageMark> {
  const marks = new Map<number, ImageMark>();
  const mark = (images: readonly number[], change: Partial<ImageMark>): void => {
    for (const image of images) marks.set(image, { ...(marks.get(image) ?? UNTOUCHED), ...change });
  };
  for (const edit of edits) {
    if (edit.kind === 'exclude') mark(edit.images, { excluded: true });
    else if (edit.kind === 'relabel') mark(edit.images, { label: edit.label });
    else if (edit.kind === 'move') mark(edit.images, { split: edit.to });
  }
  return marks;
}
