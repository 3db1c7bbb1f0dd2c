/** Answers about several runs beside each other. */

import { viewComparison, writeComparison, type ComparedSource } from '../comparison/view.ts';
import type { ComparisonFormat, ComparisonView } from '../contract/comparison.ts';
import { npyHeader } from '../datasets/exporting/npy.ts';
import { createRandom } from '../datasets/random.ts';
import type { SavedComparisons } from '../runs/savedComparisons.ts';
import { fileName } from './fileName.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface ComparisonHandlerParts {
  readonly runs: ComparedSource & { readonly comparisons: SavedComparisons };
  readonly version: string;
  /** The system's dialog for a new file; null when it was closed. */
  readonly choosePath: (suggested: string) => Promise<string | null>;
  /** Writes a file whole or not at all; over another one, which the dialog has asked about. */
  readonly write: (path: string, content: Uint8Array) => void;
}

const ENDINGS: Readonly<Record<ComparisonFormat, string>> = { csv: 'csv', latex: 'tex', html: 'html' };

/** Handlers of `runs/compare`, `runs/exportComparison`, `comparisons/*` and `figures/save`. */
export function comparisonHandlers({ runs, version, choosePath, write }: ComparisonHandlerParts) {
  const view = (ids: readonly number[]): ComparisonView => {
    const random = createRandom(...ids);
    return viewComparison(ids, runs, () => random.uniform());
  };
  return {
    'runs/compare': ({ ids }) => view(ids),
    'runs/exportComparison': async ({ ids, format }) => {
      const text = writeComparison(view(ids), format, { at: new Date().toISOString(), version });
      const path = await choosePath(`comparison-${ids.slice(0, 4).join('-')}.${ENDINGS[format]}`);
      if (path !== null) write(path, Buffer.from(text));
      return { path };
    },
    'comparisons/list': () => runs.comparisons.list(),
    'comparisons/save': (request) => runs.comparisons.save(request, (id) => runs.show(id).name),
    'comparisons/rename': ({ id, name }) => runs.comparisons.rename(id, name),
    'comparisons/remove': ({ id }) => {
      runs.comparisons.setAside(id);
      return null;
    },
    'comparisons/restore': ({ id }) => runs.comparisons.restore(id),
    'figures/save': async ({ name, format, content, shape }) => {
      const path = await choosePath(`${fileName(name, 'figure')}.${format}`);
      const head = shape === undefined ? [] : [npyHeader('<f4', shape)];
      if (path !== null) write(path, Buffer.concat([...head, content]));
      return { path };
    },
  } satisfies Partial<Handlers>;
}
