/** Duplicates among the images of one version, from what was found once among all images of the import. */

import type { Split } from '../../contract/dataset.ts';
import { SPLITS } from '../../contract/dataset.ts';
import type { DuplicateGroup, DuplicateSummary, Likeness } from '../../contract/datasetVersion.ts';
import { firstImage } from '../layout.ts';
import type { VersionContent } from '../versions/content.ts';
import type { VersionDetail } from '../versions/versionFiles.ts';
import { Groups } from './groups.ts';

/** What was found among all images of the import; numbers are places in the import. */
export interface FoundDuplicates {
  /** Groups of images with the same stored pixels, rising. */
  readonly exact: readonly (readonly number[])[];
  /** Pairs of images that look alike; of a group with the same pixels its first image speaks. */
  readonly near: readonly (readonly [number, number])[];
}

/** Groups of one likeness. */
interface Likes {
  readonly groups: readonly DuplicateGroup[];
  /** Place in `groups` by image; -1 for an image without a like. */
  readonly groupOf: Int32Array;
  /** Whether a group lies in several splits. */
  readonly across: readonly boolean[];
  readonly acrossClasses: readonly boolean[];
}

/** Duplicates of one version. */
export class Duplicates {
  readonly #likes: Readonly<Record<Likeness, Likes>>;

  constructor(
    found: FoundDuplicates,
    imported: number,
    detail: Pick<VersionDetail, 'splits' | 'images'>,
    content: VersionContent,
  ) {
    const imageAt = new Int32Array(imported).fill(-1);
    content.positions.forEach((place, image) => (imageAt[place] = image));
    const exact = new Groups(detail.images);
    // Of a group with the same pixels any image that is left can speak.
    const speaker = new Map<number, number>();
    for (const places of found.exact) {
      const images = places.map((place) => imageAt[place] ?? -1).filter((image) => image >= 0);
      const [first, ...others] = images;
      if (first === undefined) continue;
      speaker.set(places[0] ?? -1, first);
      for (const other of others) exact.join(first, other);
    }
    const near = exact.copy();
    for (const [one, other] of found.near) {
      const [left, right] = [speaker.get(one) ?? imageAt[one] ?? -1, speaker.get(other) ?? imageAt[other] ?? -1];
      if (left >= 0 && right >= 0) near.join(left, right);
    }
    this.#likes = { exact: likesOf(exact, detail, content), near: likesOf(near, detail, content) };
  }

  /** Whether an image has a like; with `across` one in another split. */
  has(image: number, likeness: Likeness, across: boolean): boolean {
    const { groupOf, across: isAcross } = this.#likes[likeness];
    const group = groupOf[image] ?? -1;
    return group >= 0 && (!across || isAcross[group] === true);
  }

  /** This image and those that are like it, rising; it alone when none is. */
  groupOf(image: number): readonly number[] {
    const { groups, groupOf } = this.#likes.near;
    return groups[groupOf[image] ?? -1]?.images ?? [image];
  }

  /** The largest first, equally large ones by their first image; `across`: only those in several splits. */
  groups(likeness: Likeness, across: boolean): readonly DuplicateGroup[] {
    const { groups, across: isAcross } = this.#likes[likeness];
    return across ? groups.filter((_, index) => isAcross[index]) : groups;
  }

  /** Counts by likeness. */
  summary(): Record<Likeness, DuplicateSummary> {
    return { exact: summarise(this.#likes.exact), near: summarise(this.#likes.near) };
  }
}

function likesOf(joined: Groups, detail: Pick<VersionDetail, 'splits' | 'images'>, { labels }: VersionContent): Likes {
  const groups = joined
    .several()
    .map((images): DuplicateGroup => ({ images }))
    .sort((one, other) => other.images.length - one.images.length || (one.images[0] ?? 0) - (other.images[0] ?? 0));
  const groupOf = new Int32Array(detail.images).fill(-1);
  groups.forEach(({ images }, index) => images.forEach((image) => (groupOf[image] = index)));
  const splitOf = splitFinder(detail);
  return {
    groups,
    groupOf,
    across: groups.map(({ images }) => differs(images, splitOf)),
    acrossClasses: groups.map(({ images }) => differs(images, (image) => labels[image])),
  };
}

function splitFinder(detail: Pick<VersionDetail, 'splits'>): (image: number) => Split | undefined {
  const ends = SPLITS.map((split) => firstImage(detail, split) + detail.splits[split].images);
  return (image) => SPLITS.find((_, index) => image < (ends[index] ?? 0));
}

function differs<T>(images: readonly number[], of: (image: number) => T): boolean {
  const [first = -1] = images;
  const value = of(first);
  return images.some((image) => of(image) !== value);
}

function summarise({ groups, across, acrossClasses }: Likes): DuplicateSummary {
  return {
    groups: groups.length,
    surplus: groups.reduce((sum, { images }) => sum + images.length - 1, 0),
    acrossSplits: across.filter(Boolean).length,
    acrossClasses: acrossClasses.filter(Boolean).length,
  };
}
