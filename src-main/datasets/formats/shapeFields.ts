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
    Math.sqrt((x - centreX) ** 2 + (y - centreY) ** 2) - radius;

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
  return (x, y) => {
    let nearest = Infinity;
    let sign = 1;
    let [fromX, fromY] = corners[corners.length - 1] ?? [0, 0];
    for (const [toX, toY] of corners) {
      const [edgeX, edgeY] = [fromX - toX, fromY - toY];
      const [offsetX, offsetY] = [x - toX, y - toY];
      const along = (offsetX * edgeX + offsetY * edgeY) / (edgeX * edgeX + edgeY * edgeY);
      const clamped = Math.min(1, Math.max(0, along));
      nearest = Math.min(nearest, (offsetX - edgeX * clamped) ** 2 + (offsetY - edgeY * clamped) ** 2);
      const above = y >= toY;
      const below = y < fromY;
      const left = edgeX * offsetY > edgeY * offsetX;
      if (above === below && below === left) sign = -sign;
      fromX = toX;
      fromY = toY;
    }
    return sign * Math.sqrt(nearest);
  };
}

const mirrored = (points: readonly Point[]): readonly Point[] => points.map(([x, y]) => [-x, y] as const).reverse();

/** Corners from the top clockwise down the right side; the left side mirrors them. */
const symmetric = (right: readonly Point[]): DistanceField => polygon([...right, ...mirrored(right)]);

const bar = polygon([
  [-0.95, -0.26],
  [0.95, -0.26],
  [0.95, 0.26],
  [-0.95, 0.26],
]);

const chevron = symmetric([
  [0, -0.7],
  [0.9, 0.25],
  [0.9, 0.8],
  [0, -0.12],
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
