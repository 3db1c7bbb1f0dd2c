/**
 * Signed distances to ten shapes inside the unit circle: negative inside, positive outside, 0 on the outline. Only +, -,
 * x, /, square roots and comparisons are used, which IEEE 754 defines to the last bit: every machine draws the same.
 */

/** Distance from (x, y) to an outline; y points down. */
export type DistanceField = (x: number, y: number) => number;

/** A shape and the class that it stands for. */
export interface Shape {
  readonly className: string;
  readonly distance: DistanceField;
}

type Point = readonly [x: number, y: number];

/** cos and sin of 18, 36 and 54 degrees, for the corners of the star, and of 30 degrees. */
const COS_18 = 0.9510565162951535;
const SIN_18 = 0.3090169943749474;
const COS_54 = 0.5877852522924731;
const SIN_54 = 0.8090169943749475;
const COS_30 = 0.8660254037844386;
/** Inner radius of the star. */
const INNER = 0.42;

const circle =
  (centreX: number, centreY: number, radius: number): DistanceField =>
  (x, y) =>
    Math.sqrt((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)) - radius;

const union =
  (...fields: readonly DistanceField[]): DistanceField =>
  (x, y) =>
    fields.reduce((nearest, field) => Math.min(nearest, field(x, y)), Infinity);

const without =
  (kept: DistanceField, removed: DistanceField): DistanceField =>
  (x, y) =>
    Math.max(kept(x, y), -removed(x, y));

/** Exact distance to a polygon, after Inigo Quilez, "2D distance functions". */
function polygon(corners: readonly Point[]): DistanceField {
  const edges = corners.map((to, index) =>
    edgeBetween(corners[(index + corners.length - 1) % corners.length] ?? to, to),
  );
  return (x, y) => {
    let nearest = Infinity;
    let sign = 1;
    for (const edge of edges) {
      const offsetX = x - edge.x;
      const offsetY = y - edge.y;
      const along = Math.min(1, Math.max(0, (offsetX * edge.dx + offsetY * edge.dy) / edge.squaredLength));
      const awayX = offsetX - edge.dx * along;
      const awayY = offsetY - edge.dy * along;
      nearest = Math.min(nearest, awayX * awayX + awayY * awayY);
      const below = offsetY >= 0;
      const above = offsetY < edge.dy;
      const left = edge.dx * offsetY > edge.dy * offsetX;
      if (below === above && above === left) sign = -sign;
    }
    return sign * Math.sqrt(nearest);
  };
}

/** An edge from (x + dx, y + dy) to (x, y). */
interface Edge {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly squaredLength: number;
}

function edgeBetween([fromX, fromY]: Point, [x, y]: Point): Edge {
  const [dx, dy] = [fromX - x, fromY - y];
  return { x, y, dx, dy, squaredLength: dx * dx + dy * dy };
}

/** Corners on the axis stay single: two in one place would make an edge without length. */
const mirrored = (points: readonly Point[]): readonly Point[] =>
  points
    .filter(([x]) => x !== 0)
    .map(([x, y]) => [-x, y] as const)
    .reverse();

/** Corners from the top clockwise down the right side; the left side mirrors them. */
const symmetric = (right: readonly Point[]): DistanceField => polygon([...right, ...mirrored(right)]);

const bar = polygon([
  [-0.95, -0.26],
  [0.95, -0.26],
  [0.95, 0.26],
  [-0.95, 0.26],
]);

const chevron = symmetric([
  [0, -0.75],
  [0.88, 0.1],
  [0.88, 0.55],
  [0, -0.22],
]);

const cross = symmetric([
  [0.27, -0.92],
  [0.27, -0.27],
  [0.92, -0.27],
  [0.92, 0.27],
  [0.27, 0.27],
  [0.27, 0.92],
]);

const heart = union(
  circle(-0.42, -0.32, 0.5),
  circle(0.42, -0.32, 0.5),
  polygon([
    [0, -0.32],
    [0.79, 0],
    [0, 0.92],
    [-0.79, 0],
  ]),
);

const square = polygon([
  [-0.7, -0.7],
  [0.7, -0.7],
  [0.7, 0.7],
  [-0.7, 0.7],
]);

const star = symmetric([
  [0, -1],
  [INNER * COS_54, -INNER * SIN_54],
  [COS_18, -SIN_18],
  [INNER * COS_18, INNER * SIN_18],
  [COS_54, SIN_54],
  [0, INNER],
]);

const triangle = polygon([
  [0, -0.95],
  [0.95 * COS_30, 0.475],
  [-0.95 * COS_30, 0.475],
]);

/** Classes of Shapes-10, in the order of their labels. */
export const SHAPES: readonly Shape[] = [
  { className: 'bar', distance: bar },
  { className: 'chevron', distance: chevron },
  { className: 'circle', distance: circle(0, 0, 0.85) },
  { className: 'crescent', distance: without(circle(0, 0, 0.92), circle(0.45, 0, 0.75)) },
  { className: 'cross', distance: cross },
  { className: 'heart', distance: heart },
  { className: 'ring', distance: without(circle(0, 0, 0.92), circle(0, 0, 0.5)) },
  { className: 'square', distance: square },
  { className: 'star', distance: star },
  { className: 'triangle', distance: triangle },
];
