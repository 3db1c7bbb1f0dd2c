/** Colours of the one-file report: those of the window (src-renderer/ui/tokens.css; a test holds them equal). */

/** Colours of one theme. */
export interface Palette {
  readonly page: string;
  readonly ink: string;
  readonly quiet: string;
  /** Colour n of a run is `runs[n - 1]`. */
  readonly runs: readonly string[];
}

/** The light theme. */
export const LIGHT: Palette = {
  page: '#fcfcfa',
  ink: '#17191c',
  quiet: '#62666c',
  runs: ['#238dd7', '#ec670c', '#136210', '#b91652', '#835ea1', '#463801', '#01343e', '#b16957', '#703078', '#888d99'],
};

/** The dark theme. */
export const DARK: Palette = {
  page: '#16181b',
  ink: '#e9eae8',
  quiet: '#94989e',
  runs: ['#65ccf5', '#fc8819', '#359b73', '#fe9ebe', '#a038ba', '#f3d195', '#277075', '#c34315', '#c071be', '#d6e7fe'],
};
