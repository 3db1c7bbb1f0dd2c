/** A perceptually uniform ramp: nine stops of viridis (van der Walt and Smith 2015), the ones that the window draws with. */

const STOPS: readonly (readonly [red: number, green: number, blue: number])[] = [
  [0x44, 0x01, 0x54],
  [0x47, 0x2d, 0x7b],
  [0x3b, 0x52, 0x8b],
  [0x2c, 0x72, 0x8e],
  [0x21, 0x91, 0x8c],
  [0x28, 0xae, 0x80],
  [0x5e, 0xc9, 0x62],
  [0xad, 0xdc, 0x30],
  [0xfd, 0xe7, 0x25],
];

/** The colour of a share from 0 to 1, each part 0 to 255. What lies outside has the colour of the end. */
export function viridis(share: number): readonly [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const below = Math.min(STOPS.length - 2, Math.floor(place));
  const [from, to] = [STOPS[below], STOPS[below + 1]];
  if (from === undefined || to === undefined) return [0, 0, 0];
  const part = place - below;
  const between = (channel: 0 | 1 | 2): number => Math.round(from[channel] + part * (to[channel] - from[channel]));
  return [between(0), between(1), between(2)];
}
