/**
 * Places on a line, moved as little as needed so that no two are closer than `gap`; in the order given.
 * @param room the line's ends: places stay inside where there is room
 */
export function spread(places: readonly number[], gap: number, room: readonly [number, number]): readonly number[] {
  const order = places.map((_, index) => index).sort((one, other) => (places[one] ?? 0) - (places[other] ?? 0));
  const moved = [...places];
  let free = room[0];
  for (const index of order) {
    moved[index] = Math.max(moved[index] ?? 0, free);
    free = (moved[index] ?? 0) + gap;
  }
  // What was pushed over the end goes back, and pushes those before it.
  let most = room[1];
  for (const index of order.reverse()) {
    if ((moved[index] ?? 0) > most) moved[index] = most;
    most = (moved[index] ?? 0) - gap;
  }
  return moved;
}
