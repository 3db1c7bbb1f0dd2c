import type { Split } from '../../src-main/contract/dataset.ts';

/** What is remembered of a selected image. */
export interface SelectedImage {
  /** Position in the version's stored order. */
  readonly index: number;
  readonly split: Split;
  readonly label: number;
}

/** The images of one version that a person has selected, whatever the filter shows of them. */
export class ImageSelection {
  /** By position in the version's stored order. */
  images: ReadonlyMap<number, SelectedImage> = $state.raw(new Map());
  /** Position in the view from which a range is drawn. */
  anchor = $state(0);

  /** How many there are. */
  get size(): number {
    return this.images.size;
  }

  /** Positions in the version's stored order, ascending. */
  get indexes(): readonly number[] {
    return [...this.images.keys()].sort((one, other) => one - other);
  }

  /** Selects one image more, or one less. `position` is where it stands in the view. */
  toggle(image: SelectedImage, position: number): void {
    const images = new Map(this.images);
    if (!images.delete(image.index)) images.set(image.index, image);
    this.images = images;
    this.anchor = position;
  }

  /** Selects these besides those that are selected. */
  add(more: Iterable<SelectedImage>): void {
    const images = new Map(this.images);
    for (const image of more) images.set(image.index, image);
    this.images = images;
  }

  /** Selects none. */
  clear(): void {
    if (this.images.size > 0) this.images = new Map();
  }
}
