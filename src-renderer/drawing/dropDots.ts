/** The dots of the drop plate, which gather at what is being dragged. */

/** A square dot; `hot` near the pointer. */
export interface GatheredDot {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly hot: boolean;
}

const SPACING = 14;
/** Distance in pixels at which the pull has fallen to 1/e. */
const REACH = 90;

/** Dots of a plate of `width` x `height` pixels: pulled towards `pointer` and larger the nearer they are. */
export function gatherDots(
  width: number,
  height: number,
  pointer: { readonly x: number; readonly y: number },
): readonly GatheredDot[] {
  const dots: GatheredDot[] = [];
  for (let y = SPACING / 2; y < height; y += SPACING) {
    for (let x = SPACING / 2; x < width; x += SPACING) {
      const dx = x - pointer.x;
      const dy = y - pointer.y;
      const pull = Math.exp(-Math.hypot(dx, dy) / REACH);
      dots.push({ x: x - dx * pull * 0.5, y: y - dy * pull * 0.5, size: 1 + pull * 2.5, hot: pull > 0.32 });
    }
  }
  return dots;
}
