/** The ramps of the theme that is shown. */

import { rampOf } from './featureMaps.ts';

/** `strength`: viridis, dark to light. `difference`: around 0, negative amber, positive blue. */
export type RampKind = 'strength' | 'difference';

const STOPS = Array.from({ length: 9 }, (_, stop) => stop);

/** Tokens of a ramp's stops, of the least value first. A minus B is blue where A is larger. */
export function rampTokens(kind: RampKind): readonly string[] {
  return kind === 'strength' ? STOPS.map((stop) => `--seq-${stop}`) : STOPS.map((stop) => `--div-${8 - stop}`);
}

/** 256 colours, RGB, from the tokens that hold where `host` stands. */
export function rampFor(kind: RampKind, host: Element): Uint8Array {
  const style = getComputedStyle(host);
  return rampOf(rampTokens(kind).map((name) => style.getPropertyValue(name)));
}
