import { shortcutKeys } from '../../state/actions.svelte.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { formatCount, formatMoment, formatPercent } from '../../ui/format.ts';

/** Groups of the palette, in order. */
export type PaletteGroup = 'Commands' | 'Runs' | 'Datasets';

/** One line of the palette. */
export interface PaletteEntry {
  readonly key: string;
  readonly group: PaletteGroup;
  readonly title: string;
  readonly note: string;
  readonly keys: readonly string[];
  /** Run colour; null for other things. */
  readonly colour: number | null;
  readonly run: () => void;
}

const MOST_OF_A_GROUP = 8;

/** Everything that the palette can find, in the order in which it is shown. */
export function paletteEntries(app: AppState): readonly PaletteEntry[] {
  const commands = app.actions.available().flatMap((action) =>
    action.hidden === true
      ? []
      : [
          {
            key: `command ${action.id}`,
            group: 'Commands' as const,
            title: action.title,
            note: action.group ?? '',
            keys: shortcutKeys(action.shortcut, app.settings.mac),
            colour: null,
            run: action.run,
          },
        ],
  );
  const runs = app.runs.rows.map((run) => ({
    key: `run ${run.id}`,
    group: 'Runs' as const,
    title: run.name,
    note: [run.best === null ? '' : `${formatPercent(run.best.accuracy)}%`, run.status, formatMoment(run.createdAt)]
      .filter((part) => part !== '')
      .join(', '),
    keys: [],
    colour: run.colour,
    run: () => {
      app.runs.select(run.id);
      app.navigation.go('runs');
    },
  }));
  const datasets = app.datasets.list.map((dataset) => ({
    key: `dataset ${dataset.id}`,
    group: 'Datasets' as const,
    title: dataset.name,
    note: `${formatCount(dataset.images)} images, ${dataset.classNames.length} classes`,
    keys: [],
    colour: null,
    run: () => {
      app.datasets.select(dataset.id);
      app.navigation.go('datasets');
    },
  }));
  return [...commands, ...runs, ...datasets];
}

/** Entries whose title has every word of `query`; those that begin with it come first in their group, eight of each at most. */
export function matchEntries(entries: readonly PaletteEntry[], query: string): readonly PaletteEntry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matching = entries.filter((entry) => words.every((word) => entry.title.toLowerCase().includes(word)));
  const begins = (entry: PaletteEntry): boolean => entry.title.toLowerCase().startsWith(words[0] ?? '');
  return (['Commands', 'Runs', 'Datasets'] as const).flatMap((group) => {
    const own = matching.filter((entry) => entry.group === group);
    return [...own.filter(begins), ...own.filter((entry) => !begins(entry))].slice(0, MOST_OF_A_GROUP);
  });
}

/** A title cut where the first word of the query matches: before, match, after. */
export function highlight(title: string, query: string): readonly [string, string, string] {
  const word = query.trim().split(/\s+/)[0] ?? '';
  const at = word === '' ? -1 : title.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) return [title, '', ''];
  return [title.slice(0, at), title.slice(at, at + word.length), title.slice(at + word.length)];
}
