import { expect, it } from 'vitest';
import { gatherDots } from '../../../src-renderer/drawing/dropDots.ts';

it('draws dots towards the pointer, the near ones larger and hot', () => {
  const pointer = { x: 200, y: 100 };
  const dots = gatherDots(400, 200, pointer);
  const away = (dot: { x: number; y: number }): number => Math.hypot(dot.x - pointer.x, dot.y - pointer.y);
  const sorted = [...dots].sort((a, b) => away(a) - away(b));
  expect(sorted[0]?.hot).toBe(true);
  expect(sorted[sorted.length - 1]?.hot).toBe(false);
  expect(sorted[0]?.size).toBeGreaterThan(sorted[sorted.length - 1]?.size ?? Infinity);
});
