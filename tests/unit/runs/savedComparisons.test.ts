import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { USUAL_LOOK, type ComparisonLook } from '../../../src-main/contract/savedComparison.ts';
import { databasePath } from '../../../src-main/runs/database.ts';
import { openRunStore, type RunStore } from '../../../src-main/runs/store.ts';
import { failureOf } from '../../support/failures.ts';
import { buildRun, SQLITE, temporaryHome } from '../../support/runs.ts';

const LOOK: ComparisonLook = {
  ...USUAL_LOOK,
  axis: 'time',
  smoothing: 0.9,
  panels: ['gradientNorm', 'loss'],
  zoom: [2, 8],
  brushes: [
    { key: 'recipe.learningRate', kept: { kind: 'range', range: [0.01, 0.1] } },
    { key: 'model.variant', kept: { kind: 'words', words: ['BC'] } },
  ],
};

let home: string;
let removeHome: () => void;
let store: RunStore;
const nameOf = (id: number): string => store.show(id).name;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
  store = openRunStore(home, SQLITE);
  for (const name of ['One', 'Other']) store.create({ ...buildRun(), name });
});

afterEach(() => {
  store.close();
  removeHome();
});

function reopen(): void {
  store.close();
  store = openRunStore(home, SQLITE);
}

it('keeps the runs in their order and the whole look over a restart', () => {
  const saved = store.comparisons.save({ name: 'Widths', runs: [2, 1], look: LOOK }, nameOf);
  reopen();
  expect(store.comparisons.list()).toEqual({ comparisons: [saved], damaged: [] });
  expect(saved.runs).toEqual([
    { id: 2, name: 'Other' },
    { id: 1, name: 'One' },
  ]);
  expect(saved.look).toEqual(LOOK);
});

it('takes the place of the one that it names', () => {
  const { id } = store.comparisons.save({ name: 'Widths', runs: [1, 2], look: USUAL_LOOK }, nameOf);
  store.comparisons.save({ id, name: 'Depths', runs: [2, 1], look: LOOK }, nameOf);
  expect(store.comparisons.list().comparisons.map(({ name, look }) => [name, look])).toEqual([['Depths', LOOK]]);
});

it('still names a run that was removed since', () => {
  const { id } = store.comparisons.save({ name: 'Widths', runs: [1, 2], look: LOOK }, nameOf);
  store.recordEvent(1, { event: 'finished', test: { loss: 1, accuracy: 0.5 } });
  store.setAside(1);
  store.purgeSetAside();
  reopen();
  expect(store.comparisons.show(id).runs[0]).toEqual({ id: 1, name: 'One' });
});

it('comes back after it was removed, until what is set aside is deleted', () => {
  const { id } = store.comparisons.save({ name: 'Widths', runs: [1, 2], look: LOOK }, nameOf);
  store.comparisons.setAside(id);
  expect(store.comparisons.list().comparisons).toEqual([]);
  expect(store.comparisons.restore(id).name).toBe('Widths');
  store.comparisons.setAside(id);
  store.purgeSetAside();
  expect(failureOf(() => store.comparisons.restore(id)).code).toBe('comparison-unknown');
});

it('lists one that cannot be read beside those that can', () => {
  for (const name of ['Widths', 'Depths']) store.comparisons.save({ name, runs: [1, 2], look: LOOK }, nameOf);
  store.close();
  const database = new Database(
    databasePath(home),
    SQLITE.nativeBinding === undefined ? {} : { nativeBinding: SQLITE.nativeBinding },
  );
  database.exec(`UPDATE saved_comparisons SET look_json = '{"view":"sideways"}' WHERE id = 1`);
  database.close();
  store = openRunStore(home, SQLITE);
  const { comparisons, damaged } = store.comparisons.list();
  expect(comparisons.map(({ name }) => name)).toEqual(['Depths']);
  expect(damaged).toEqual([{ id: 1, name: 'Widths' }]);
});
