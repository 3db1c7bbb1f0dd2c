/** The choices of the filter bar. */

import type { DatasetDetail, DatasetSummary } from '../../../../src-main/contract/dataset.ts';
import { SPLITS } from '../../../../src-main/contract/dataset.ts';
import type { ImageFilter, Likeness } from '../../../../src-main/contract/datasetVersion.ts';
import { changeFilter } from '../../../state/imageFilter.ts';
import type { MenuItem } from '../../../ui/menuItem.ts';
import { usedSplits } from '../words.ts';

/** One choice: its words, and the filter that it makes. */
interface Choice<Value> {
  readonly title: string;
  readonly value: Value | null;
}

type Apply = (filter: ImageFilter) => void;

/** Any class, or one of them. */
export function classItems(dataset: DatasetSummary, filter: ImageFilter, apply: Apply): readonly MenuItem[] {
  const choices = dataset.classNames.map((title, value) => ({ title, value }));
  return items('label', [{ title: 'any', value: null }, ...choices], filter, apply);
}

/** Any split, or one that has images. */
export function splitItems(dataset: DatasetSummary, filter: ImageFilter, apply: Apply): readonly MenuItem[] {
  const choices = usedSplits(dataset).map((value) => ({ title: value, value }));
  return items('split', [{ title: 'any', value: null }, ...choices], filter, apply);
}

const DUPLICATES: readonly { readonly title: string; readonly likeness: Likeness; readonly across: boolean }[] = [
  { title: 'exact', likeness: 'exact', across: false },
  { title: 'exact, in another split', likeness: 'exact', across: true },
  { title: 'near', likeness: 'near', across: false },
  { title: 'near, in another split', likeness: 'near', across: true },
];

/** Any image, or only those with a double. */
export function duplicateItems(filter: ImageFilter, apply: Apply): readonly MenuItem[] {
  const choices = DUPLICATES.map(({ title, ...value }) => ({ title, value }));
  // Those of one image are another choice, so that they go with any of these.
  const { like, ...others } = filter;
  const shown = items('duplicates', [{ title: 'any', value: null }, ...choices], others, apply);
  return like === undefined ? shown : shown.map((item) => ({ ...item, checked: false }));
}

/** A filter of duplicates in a few words; `any` for none. */
export function duplicateWords({ duplicates, like }: ImageFilter): string {
  if (like !== undefined) return 'of one image';
  if (duplicates === undefined) return 'any';
  return duplicates.across ? `${duplicates.likeness}, across` : duplicates.likeness;
}

/** Ranges of edges in pixels, each doubling the one before. */
const SIZES = [
  { title: 'under 64 px', value: { least: 1, most: 63 } },
  { title: '64 to 127 px', value: { least: 64, most: 127 } },
  { title: '128 to 255 px', value: { least: 128, most: 255 } },
  { title: '256 to 511 px', value: { least: 256, most: 511 } },
  { title: '512 to 1,023 px', value: { least: 512, most: 1023 } },
  { title: '1,024 px and more', value: { least: 1024, most: 65_535 } },
] as const;

/** Any source size, or both edges in a range; empty where the sources have one size. */
export function sizeItems(detail: DatasetDetail | null, filter: ImageFilter, apply: Apply): readonly MenuItem[] {
  if (detail === null || SPLITS.every((split) => detail.statistics[split].differentSizes < 2)) return [];
  return items('sourceSize', [{ title: 'any', value: null }, ...SIZES], filter, apply);
}

/** A filter of sizes in a few words; `any` for none. */
export function sizeWords({ sourceSize }: ImageFilter): string {
  if (sourceSize === undefined) return 'any';
  const { least, most } = sourceSize;
  const known = SIZES.find(({ value }) => value.least === least && value.most === most);
  return known?.title ?? `${String(least)} to ${String(most)} px`;
}

function items<Part extends keyof ImageFilter>(
  part: Part,
  choices: readonly Choice<NonNullable<ImageFilter[Part]>>[],
  filter: ImageFilter,
  apply: Apply,
): readonly MenuItem[] {
  const chosen = JSON.stringify(filter[part] ?? null);
  return choices.map(({ title, value }) => ({
    title,
    checked: JSON.stringify(value) === chosen,
    run: () => apply(changeFilter(filter, part, value)),
  }));
}
