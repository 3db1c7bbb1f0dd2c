/** Geometry of the image grid: which cells are in sight, which one is under a point, where an arrow key leads. */

/** A grid of square cells. */
export interface GridShape {
  readonly columns: number;
  readonly count: number;
  /** Pixels from one cell to the next in a row. */
  readonly step: number;
}

/** Edge of a cell and the space behind it, in pixels. */
export const CELL = 48;
export const GAP = 2;
const PITCH = CELL + GAP;

/** As many columns as fit into `width` pixels, at least one. */
export function columnsFor(width: number): number {
  return Math.max(1, Math.floor((width + GAP) / PITCH));
}

/** As many columns as fit, spread over the whole width. */
export function gridOf(width: number, count: number): GridShape {
  const columns = columnsFor(width);
  return { columns, count, step: columns === 1 ? PITCH : Math.max(PITCH, (width - CELL) / (columns - 1)) };
}

/** Height of all rows in pixels. */
export function heightOf({ columns, count }: Omit<GridShape, 'step'>): number {
  return Math.max(0, Math.ceil(count / columns) * PITCH - GAP);
}

/** Width of a full row in pixels. */
export function widthOf({ columns, step }: GridShape): number {
  return Math.ceil((columns - 1) * step) + CELL;
}

/** First and last-but-one position that a viewport touches, both rows taken whole. */
export function visibleRange(
  { columns, count }: GridShape,
  scrollTop: number,
  viewportHeight: number,
): { readonly first: number; readonly end: number } {
  const firstRow = Math.max(0, Math.floor(scrollTop / PITCH));
  const endRow = Math.ceil((scrollTop + viewportHeight) / PITCH);
  const first = Math.min(count, firstRow * columns);
  return { first, end: Math.max(first, Math.min(count, endRow * columns)) };
}

/** Upper left corner of a cell in pixels from the top of the grid. */
export function cellOrigin({ columns, step }: GridShape, position: number): { readonly x: number; readonly y: number } {
  return { x: Math.round((position % columns) * step), y: Math.floor(position / columns) * PITCH };
}

/** Position under a point measured from the top of the grid; null in a gap or behind the last image. */
export function cellAt({ columns, count, step }: GridShape, x: number, y: number): number | null {
  const column = Math.floor(x / step);
  const row = Math.floor(y / PITCH);
  if (x < 0 || y < 0 || column >= columns || x - Math.round(column * step) >= CELL || y - row * PITCH >= CELL)
    return null;
  const position = row * columns + column;
  return position < count ? position : null;
}

/**
 * Where a key leads from `position`; null when the key is none of the grid's. `rows` is how many rows a page holds.
 * Up and down keep the column and stay in the grid.
 */
export function moveByKey({ columns, count }: GridShape, position: number, key: string, rows: number): number | null {
  if (count === 0) return null;
  const stay = (target: number) => (target >= 0 && target < count ? target : position);
  switch (key) {
    case 'ArrowLeft':
      return stay(position - 1);
    case 'ArrowRight':
      return stay(position + 1);
    case 'ArrowUp':
      return stay(position - columns);
    case 'ArrowDown':
      return stay(position + columns);
    case 'PageUp':
      return Math.max(position % columns, position - columns * rows);
    case 'PageDown':
      return Math.min(count - 1, position + columns * rows);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** How far to scroll so that a cell is wholly in sight; the present offset when it is. */
export function scrollToShow(grid: GridShape, position: number, scrollTop: number, viewportHeight: number): number {
  const { y } = cellOrigin(grid, position);
  if (y < scrollTop) return y;
  const bottom = y + CELL;
  return bottom > scrollTop + viewportHeight ? bottom - viewportHeight : scrollTop;
}
