/** `denselab selftest` through the built command line, and what doctor makes of its results. */

import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheDirectory } from '../../src-main/tensorflow/locate.ts';
import { runCommand } from '../support/commandLine.ts';
import { temporaryHome } from '../support/runs.ts';
import { TINY_MODEL } from '../support/trainer/jobs.ts';

const WRONG = { kernel: 'MatMul of [n,16] and [16,16]', error: 0.641 };

/** Data folder, and at the same time a cache of its own with this machine's runtimes. */
let home: string;
let removeHome: () => void;
let words: readonly string[];
let environment: Readonly<Record<string, string>>;

beforeAll(() => {
  ({ home, remove: removeHome } = temporaryHome());
  symlinkSync(path.join(cacheDirectory(), 'runtimes.json'), path.join(home, 'runtimes.json'));
  const model = path.join(home, 'tiny.json');
  writeFileSync(model, JSON.stringify(TINY_MODEL));
  words = ['selftest', '--model', model, '--input', '16x16x3', '--classes', '4'];
  environment = { DENSELAB_CACHE: home };
});

afterAll(() => {
  removeHome();
});

/** As a processor with a defect would have left the results. */
function spoil(): void {
  const folder = path.join(home, 'selftest');
  for (const name of readdirSync(folder)) {
    const result: object = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    writeFileSync(path.join(folder, name), JSON.stringify({ ...result, failures: [WRONG] }));
  }
}

describe('selftest', () => {
  it('checks every kernel of a network, once', async () => {
    const first = await runCommand(home, [...words, '--json'], environment);
    expect(first.status).toBe(0);
    expect(first.events[0]).toMatchObject({ sound: true, failures: [], networks: [{ failures: [] }] });
    const again = await runCommand(home, [...words, '--json'], environment);
    expect(again.events).toEqual(first.events);
  });

  it('names each failing kernel with its error, ends with status 1, and doctor tells it too', async () => {
    spoil();
    const { status, stdout } = await runCommand(home, words, environment);
    expect(status).toBe(1);
    expect(stdout).toContain('  MatMul of [n,16] and [16,16]: off by 64%\n');
    const json = await runCommand(home, [...words, '--json'], environment);
    expect(json.events[0]).toMatchObject({ sound: false, failures: [WRONG] });
    const doctor = await runCommand(home, ['doctor', '--json'], environment);
    expect(doctor.events[0]?.['checks']).toContainEqual(
      expect.objectContaining({ id: 'kernels', state: 'limited', found: expect.stringContaining(WRONG.kernel) }),
    );
  });

  it('checks again when it is told to', async () => {
    const { status, events } = await runCommand(home, [...words, '--fresh', '--json'], environment);
    expect(status).toBe(0);
    expect(events[0]).toMatchObject({ sound: true });
  });

  it('refuses a model that it does not know', async () => {
    const { status, events } = await runCommand(home, ['selftest', '--model', 'resnet', '--json'], environment);
    expect(status).toBe(1);
    expect(events[0]).toMatchObject({ error: { code: 'model-unknown' } });
  });
});
