/** Geometry of the image grid: which cells are in sight, which one is under a point, where an arrow key leads. */

/** A grid of square cells. */
export interface GridShape {
  readonly columns: number;
  readonly count: number;
  /** Pixels from one cell to the next in a row. */
  readonly step: number;
  /** Edge of a cell in pixels; `CELL` where it is absent. */
  readonly cell?: number;
}

/** Edge of a cell and the space behind it, in pixels. */
export const CELL = 48;
export const GAP = 2;

/** Pixels from one row to the next. */
function pitchOf({ cell = CELL }: Pick<GridShape, 'cell'>): number {
  return cell + GAP;
}

/** As many columns as fit into `width` pixels, at least one. */
export function columnsFor(width: number, cell = CELL): number {
  return Math.max(1, Math.floor((width + GAP) / (cell + GAP)));
}

/** As many columns as fit, spread over the whole width. */
export function gridOf(width: number, count: number): GridShape {
  const columns = columnsFor(width);
  const pitch = CELL + GAP;
  return { columns, count, step: columns === 1 ? pitch : Math.max(pitch, (width - CELL) / (columns - 1)) };
}

/** Cells as large as fit into `width` x `height` pixels all at once, from `CELL` to `largest`; not spread. */
export function filledGrid(width: number, height: number, count: number, largest: number): GridShape {
  let cell = largest;
  while (cell > CELL && heightOf({ columns: columnsFor(width, cell), count, cell }) > height) cell -= 4;
  return { columns: columnsFor(width, cell), count, step: cell + GAP, cell };
}

/** Height of all rows in pixels. */
export function heightOf(grid: Omit<GridShape, 'step'>): number {
  return Math.max(0, Math.ceil(grid.count / grid.columns) * pitchOf(grid) - GAP);
}

/** Width of a full row in pixels. */
export function widthOf({ columns, step, cell = CELL }: GridShape): number {
  return Math.ceil((columns - 1) * step) + cell;
}

/** First and last-but-one position that a viewport touches, both rows taken whole. */
export function visibleRange(
  { columns, count, cell = CELL }: GridShape,
  scrollTop: number,
  viewportHeight: number,
): { readonly first: number; readonly end: number } {
  const pitch = pitchOf({ cell });
  const firstRow = Math.max(0, Math.floor(scrollTop / pitch));
  const endRow = Math.ceil((scrollTop + viewportHeight) / pitch);
  const first = Math.min(count, firstRow * columns);
  return { first, end: Math.max(first, Math.min(count, endRow * columns)) };
}

/** Upper left corner of a cell in pixels from the top of the grid. */
export function cellOrigin(
  { columns, step, cell = CELL }: GridShape,
  position: number,
): { readonly x: number; readonly y: number } {
  return { x: Math.round((position % columns) * step), y: Math.floor(position / columns) * pitchOf({ cell }) };
}

/** Position under a point measured from the top of the grid; null in a gap or behind the last image. */
export function cellAt({ columns, count, step, cell = CELL }: GridShape, x: number, y: number): number | null {
  const pitch = pitchOf({ cell });
  const column = Math.floor(x / step);
  const row = Math.floor(y / pitch);
  if (x < 0 || y < 0 || column >= columns || x - Math.round(column * step) >= cell || y - row * pitch >= cell)
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
  const bottom = y + (grid.cell ?? CELL);
  return bottom > scrollTop + viewportHeight ? bottom - viewportHeight : scrollTop;
}
