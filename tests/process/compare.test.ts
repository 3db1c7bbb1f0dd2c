import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunStore } from '../../src-main/runs/store.ts';
import { runCommand } from '../support/commandLine.ts';
import { buildEpoch, buildRun, epochDone, SQLITE, started, temporaryHome } from '../support/runs.ts';

let home: string;
let removeHome: () => void;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
  const store = openRunStore(home, SQLITE);
  for (const [seed, learningRate] of [
    [1, 0.1],
    [2, 0.1],
    [1, 0.01],
    [2, 0.01],
  ] as const) {
    const run = buildRun({ name: `Rate ${String(learningRate)}, seed ${String(seed)}` });
    const { id } = store.create({ ...run, recipe: { ...run.recipe, seed, learningRate } });
    store.recordEvent(id, started());
    for (const epoch of [1, 2, 3]) {
      const accuracy = 0.2 * epoch + learningRate + 0.001 * seed;
      store.recordEvent(id, epochDone(buildEpoch(epoch, { heldOut: { loss: 1 / epoch, accuracy } })));
    }
    store.recordEvent(id, { event: 'finished', test: { loss: 0.5, accuracy: 0.6 + learningRate } });
  }
  store.close();
});

afterEach(() => {
  removeHome();
});

describe('compare', () => {
  it('tells what differs, and takes seeds together', async () => {
    const { status, events } = await runCommand(home, ['compare', '1', '2', '3', '4', '--json']);
    expect(status).toBe(0);
    expect(events[0]).toMatchObject({
      differences: [
        { key: 'recipe.learningRate', trivial: false, values: [0.1, 0.1, 0.01, 0.01] },
        { key: 'recipe.seed', trivial: true },
      ],
      groups: [{ runs: [0, 1] }, { runs: [2, 3] }],
      importance: [{ key: 'recipe.learningRate' }],
    });
  });

  it('prints a table for a person, as CSV, and for LaTeX', async () => {
    const person = await runCommand(home, ['compare', '1', '3']);
    expect(person.stdout).toContain('Differing: Learning rate');
    const csv = await runCommand(home, ['compare', '1', '3', '--csv']);
    expect(csv.stdout.split('\r\n').filter((line) => line !== '')).toHaveLength(3);
    const latex = await runCommand(home, ['compare', '1', '3', '--latex']);
    expect(latex.stdout).toMatch(/^\\begin\{tabular\}[^]*\\end\{tabular\}\n$/);
  });

  it('writes a report, and never over something else', async () => {
    const out = path.join(home, 'report.html');
    expect((await runCommand(home, ['compare', '1', '3', '--html', out])).status).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('70.10');
    writeFileSync(out, 'mine');
    const refused = await runCommand(home, ['compare', '1', '3', '--html', out, '--json']);
    expect(refused.events[0]).toMatchObject({ error: { code: 'output-exists' } });
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });

  it('refuses one run, one run twice, and a run that is not there, in one sentence', async () => {
    for (const ids of [['1'], ['1', '1']]) {
      expect((await runCommand(home, ['compare', ...ids, '--json'])).events[0]).toMatchObject({
        error: { code: 'usage' },
      });
    }
    const out = path.join(home, 'report.html');
    const missing = await runCommand(home, ['compare', '1', '99', '--html', out, '--json']);
    expect(missing.events[0]).toMatchObject({ error: { code: 'run-unknown' } });
    expect(existsSync(out)).toBe(false);
  });
});
