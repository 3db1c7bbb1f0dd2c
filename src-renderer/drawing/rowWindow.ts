/** Which rows of a long list are in sight, where rows have several heights. */

/** Rows from `first` up to `end`, and the heights of what is left out above and below, in pixels. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
  readonly above: number;
  readonly below: number;
}

/** Where each row begins, in pixels; one more entry than rows, the last of which is the height of all. */
export function rowOffsets(heights: readonly number[]): readonly number[] {
  const offsets = [0];
  for (const height of heights) offsets.push((offsets[offsets.length - 1] ?? 0) + height);
  return offsets;
}

/** The rows that a view of `height` pixels at `scrollTop` shows, with `margin` more on either side. */
export function rowWindow(offsets: readonly number[], scrollTop: number, height: number, margin: number): RowWindow {
  const count = offsets.length - 1;
  const total = offsets[count] ?? 0;
  const first = Math.max(0, rowAt(offsets, scrollTop) - margin);
  const end = Math.min(count, rowAt(offsets, scrollTop + height) + 1 + margin);
  return { first, end, above: offsets[first] ?? 0, below: total - (offsets[end] ?? total) };
}

/** The scroll position nearest to the present one at which a row is whole below a head of `head` pixels. */
export function scrollToRow(
  offsets: readonly number[],
  row: number,
  view: { readonly scrollTop: number; readonly height: number; readonly head: number },
): number {
  const top = offsets[row] ?? 0;
  const bottom = offsets[row + 1] ?? top;
  if (top < view.scrollTop) return top;
  return Math.max(view.scrollTop, bottom + view.head - view.height);
}

/** The row that lies at a height; the last one below the end. */
function rowAt(offsets: readonly number[], y: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
