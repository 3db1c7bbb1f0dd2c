import { recallOneOf, remember } from './session.ts';

/** Places of the rail, in its order. */
export const SCREENS = ['datasets', 'train', 'runs', 'compare', 'inspect', 'engine'] as const;

/** One place of the rail. */
export type Screen = (typeof SCREENS)[number];

/** Titles as the rail, the palette and the breadcrumb write them. */
export const SCREEN_TITLES: Readonly<Record<Screen, string>> = {
  datasets: 'Datasets',
  train: 'Train',
  runs: 'Runs',
  compare: 'Compare',
  inspect: 'Inspect',
  engine: 'Engine',
};

/** Which screen is shown; the last one is there again after a restart. */
export class Navigation {
  #screen: Screen = $state(recallOneOf('screen', SCREENS, 'datasets'));

  /** The screen that is shown. */
  get screen(): Screen {
    return this.#screen;
  }

  /** Shows another screen. */
  go(screen: Screen): void {
    this.#screen = screen;
    remember('screen', screen);
  }
}
