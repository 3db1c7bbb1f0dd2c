/** From the answers of the import bench to its figures and goals. */

import type { Machine } from '../figures.ts';
import type { ImportCase } from './workload.ts';

/** One case over all rounds; seconds are the least. */
export interface ImportFigure extends Pick<ImportCase, 'id' | 'name' | 'images' | 'edge'> {
  readonly seconds: { readonly denselab: number; readonly torchvision: number | null; readonly keras: number | null };
  readonly pauseMilliseconds: number;
  /** Of all processes together, in a run of its own. */
  readonly peakBytes: number;
}

/** Everything that `docs/figures/import.json` holds. */
export interface ImportFigures {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly versions: { readonly torchvision: string; readonly keras: string };
  readonly cases: readonly ImportFigure[];
}

/** What an import may take at most, and how fast it must be beside the peers. */
export const IMPORT_GOALS = { idxSeconds: 2, torchvision: 1, keras: 2, pauseMilliseconds: 50, bytes: 500e6 } as const;

interface Goal {
  readonly name: string;
  readonly reached: string;
  readonly wanted: string;
  readonly holds: boolean;
}

/** All goals of all cases. */
export function importGoals({ cases }: ImportFigures): readonly Goal[] {
  return cases.flatMap(({ id, name, seconds, pauseMilliseconds, peakBytes }): Goal[] => {
    const goals: Goal[] = [];
    const beside = (peer: 'torchvision' | 'keras', wanted: number): void => {
      const theirs = seconds[peer];
      if (theirs === null) return;
      const times = theirs / seconds.denselab;
      const [reached, least] = [`${times.toFixed(2)} times as fast as ${peer}`, `at least ${String(wanted)}`];
      goals.push({ name, reached, wanted: least, holds: times >= wanted });
    };
    if (id === 'idx') {
      const [reached, wanted] = [`${seconds.denselab.toFixed(2)} s`, `under ${String(IMPORT_GOALS.idxSeconds)} s`];
      goals.push({ name, reached, wanted, holds: seconds.denselab < IMPORT_GOALS.idxSeconds });
    }
    beside('torchvision', IMPORT_GOALS.torchvision);
    beside('keras', IMPORT_GOALS.keras);
    const pause = { reached: `longest pause ${pauseMilliseconds.toFixed(0)} ms`, wanted: 'under 50 ms' };
    goals.push({ name, ...pause, holds: pauseMilliseconds < IMPORT_GOALS.pauseMilliseconds });
    const memory = { reached: `${(peakBytes / 1e6).toFixed(0)} MB`, wanted: 'under 500 MB' };
    goals.push({ name, ...memory, holds: peakBytes < IMPORT_GOALS.bytes });
    return goals;
  });
}

/** docs/figures/import.md. */
export function importToMarkdown(figures: ImportFigures): string {
  const { machine, versions, cases, measuredAt } = figures;
  const cell = (seconds: number | null): string => (seconds === null ? '' : seconds.toFixed(2));
  const rows = cases.map(({ name, seconds, pauseMilliseconds, peakBytes }) => {
    const times = [cell(seconds.denselab), cell(seconds.torchvision), cell(seconds.keras)];
    return `| ${[name, ...times, pauseMilliseconds.toFixed(0), (peakBytes / 1e6).toFixed(0)].join(' | ')} |`;
  });
  const goals = importGoals(figures).map(
    ({ name, reached, wanted, holds }) => `| ${name} | ${reached} | ${wanted} | ${holds ? 'yes' : 'no'} |`,
  );
  return [
    '# Import',
    '',
    `Written by \`npm run bench -- import\` on ${measuredAt.slice(0, 10)}: ${String(machine.cores)} cores of ${machine.processor}, Node ${machine.node}, ` +
      `torchvision ${versions.torchvision} (two workers), Keras ${versions.keras}. Least seconds of all rounds, files in the page cache; the peers ` +
      'only read, DenseLab also stores. MB are 10^6 bytes of all processes together, what they share counted once.',
    '',
    '| source | DenseLab s | torchvision s | Keras s | longest pause ms | peak MB |',
    '|---|--:|--:|--:|--:|--:|',
    ...rows,
    '',
    '| goal | reached | wanted | holds |',
    '|---|---|---|---|',
    ...goals,
    '',
  ].join('\n');
}
