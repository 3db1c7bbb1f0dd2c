/** The images of one version that a person has selected, whatever the filter shows of them. */
export class ImageSelection {
  /** Positions in the version's stored order. */
  images: ReadonlySet<number> = $state.raw(new Set());
  /** Position in the view from which a range is drawn. */
  anchor = $state(0);

  /** How many there are. */
  get size(): number {
    return this.images.size;
  }

  /** Positions in the version's stored order, ascending. */
  get indexes(): readonly number[] {
    return [...this.images].sort((one, other) => one - other);
  }

  /** Selects one image more, or one less. `position` is where it stands in the view. */
  toggle(image: number, position: number): void {
    const images = new Set(this.images);
    if (!images.delete(image)) images.add(image);
    this.images = images;
    this.anchor = position;
  }

  /** Selects these besides those that are selected. */
  add(more: Iterable<number>): void {
    const images = new Set(this.images);
    for (const image of more) images.add(image);
    this.images = images;
  }

  /** Selects none. */
  clear(): void {
    if (this.images.size > 0) this.images = new Set();
  }
}
