/** Answers about several runs beside each other. */

import { viewComparison, writeComparison, type ComparedSource } from '../comparison/view.ts';
import type { ComparisonFormat, ComparisonView } from '../contract/comparison.ts';
import { createRandom } from '../datasets/random.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface ComparisonHandlerParts {
  readonly runs: ComparedSource;
  readonly version: string;
  /** The system's dialog for a new file; null when it was closed. */
  readonly choosePath: (suggested: string) => Promise<string | null>;
  /** Writes a file whole or not at all; over another one, which the dialog has asked about. */
  readonly write: (path: string, text: string) => void;
}

const ENDINGS: Readonly<Record<ComparisonFormat, string>> = { csv: 'csv', latex: 'tex', html: 'html' };

/** Handlers of `runs/compare` and `runs/exportComparison`. */
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
      if (path !== null) write(path, text);
      return { path };
    },
  } satisfies Partial<Handlers>;
}
