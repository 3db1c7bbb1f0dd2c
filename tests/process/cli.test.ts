import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand, startCommand } from '../support/commandLine.ts';
import { childrenOf, isAlive, until } from '../support/processes.ts';
import { temporaryHome } from '../support/runs.ts';
import { TINY_MODEL } from '../support/trainer/jobs.ts';

let home: string;
let removeHome: () => void;

beforeEach(() => {
  ({ home, remove: removeHome } = temporaryHome());
});

afterEach(() => {
  removeHome();
});

describe('describe', () => {
  it('gives the counts of the paper as JSON', async () => {
    const { status, events } = await runCommand(home, ['describe', 'densenet-bc-100-12', '--json']);
    expect(status).toBe(0);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      title: 'DenseNet-BC (L=100, k=12)',
      parameters: 769_162,
      multiplyAdds: 287_929_692,
      blocks: [{ connections: 136 }, { connections: 136 }, { connections: 136 }],
    });
  });

  it('gives them to a person, with separators', async () => {
    const words = ['describe', 'densenet121', '--input', '224x224x3', '--classes', '1000'];
    const { stdout } = await runCommand(home, words);
    expect(stdout).toContain('7,978,856');
    expect(stdout).toContain('2,834,161,664 per image');
    expect(stdout).toMatch(/block4\/layer16\/conv2 +conv 3x3 +7x7x32 +36,864/);
  });
});

describe('an output that is closed early', () => {
  it('ends a command without a complaint', async () => {
    const call = startCommand(home, ['describe', 'densenet264']);
    call.child.stdout?.destroy();
    expect(await call.ended).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('doctor', () => {
  it('reports what training needs, by the names of the contract', async () => {
    const { status, events } = await runCommand(home, ['doctor', '--json']);
    expect(status).toBe(0);
    expect(events[0]).toMatchObject({ ready: true, home, devices: [{ name: 'CPU:0' }] });
    expect(events[0]?.['checks']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'tensorflow', state: 'ready' }),
        expect.objectContaining({ id: 'sqlite', state: 'ready' }),
      ]),
    );
  });

  it('ends with status 1 and the mending command where the runtimes are not', async () => {
    const nothing = { DENSELAB_CACHE: path.join(home, 'nothing') };
    const { status, stdout } = await runCommand(home, ['doctor'], nothing);
    expect(status).toBe(1);
    expect(stdout).toMatch(/MISSING +TensorFlow runtime.*\n +mend it with: npm run setup/);
    const train = await runCommand(home, ['train', '--dataset', 'a', '--model', 'densenet-40-12', '--json'], nothing);
    // Where the SQLite of the package runs, the first thing that is missing is the dataset.
    expect(train).toMatchObject({
      status: 1,
      events: [{ error: { code: expect.stringMatching(/runtime-missing|dataset-unknown/) } }],
    });
  });
});

describe('help', () => {
  it('is there for all and for one', async () => {
    expect((await runCommand(home, ['--help'])).stdout).toContain('datasets add PATH|sample:shapes');
    expect((await runCommand(home, ['train', '--help'])).stdout).toContain('--augment none|standard');
  });
});

describe('datasets', () => {
  it('come, are shown, and go', async () => {
    const added = await runCommand(home, ['datasets', 'add', 'sample:shapes', '--name', 'Drawn', '--json']);
    expect(added.events).toEqual([expect.objectContaining({ name: 'Drawn', images: 6000, height: 32 })]);
    const list = await runCommand(home, ['datasets', 'list', '--json']);
    expect(list.events[0]).toMatchObject({ datasets: [{ name: 'Drawn' }], damaged: [] });
    expect((await runCommand(home, ['datasets', 'show', 'drawn'])).stdout).toMatch(/triangle +500 +100/);
    const taken = await runCommand(home, ['datasets', 'add', 'sample:shapes', '--name', 'Drawn', '--json']);
    expect(taken).toMatchObject({ status: 1, events: [{ error: { code: 'dataset-name-taken' } }] });
    expect((await runCommand(home, ['datasets', 'remove', 'Drawn'])).status).toBe(0);
    expect((await runCommand(home, ['datasets', 'list', '--json'])).events[0]).toMatchObject({ datasets: [] });
  });
});

describe('bad input', () => {
  /** A folder of the given files in the data folder's neighbourhood. */
  function folderWith(files: Readonly<Record<string, string>>): string {
    const folder = path.join(home, 'given');
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), content);
    }
    return folder;
  }

  it.each([
    ['a path that is not there', () => ['datasets', 'add', path.join(home, 'absent')], 'path-missing', 'absent'],
    [
      'a folder without images',
      () => ['datasets', 'add', folderWith({ 'a/notes.txt': 'x' })],
      /^dataset-|^format-/,
      '',
    ],
    ['an IDX file that lies', () => ['datasets', 'add', folderWith(LYING_IDX)], /^idx-/, 'train-images'],
    ['an unknown sample', () => ['datasets', 'add', 'sample:faces'], 'usage', 'faces'],
    ['an unknown dataset', () => ['datasets', 'show', 'nothing'], 'dataset-unknown', 'nothing'],
    ['an unknown model', () => ['describe', 'resnet50'], 'model-unknown', 'resnet50'],
    ['a depth that does not fit', () => ['describe', 'densenet-41-12'], 'model-invalid', '41'],
    ['a model file that is not there', () => ['describe', './absent.json'], 'path-missing', 'absent.json'],
    ['an unknown run', () => ['runs', 'show', '7'], 'run-unknown', '7'],
    ['an unknown word', () => ['trian'], 'usage', 'trian'],
  ])('%s is one typed error with what to do, as JSON and in words', async (_title, words, code, named) => {
    const call = words();
    const json = await runCommand(home, [...call, '--json']);
    expect(json).toMatchObject({ status: 1, stderr: '' });
    expect(json.events).toEqual([
      {
        error: {
          code: typeof code === 'string' ? code : expect.stringMatching(code),
          message: expect.stringContaining(named),
          action: expect.stringMatching(/\S/),
        },
      },
    ]);
    const human = await runCommand(home, call);
    expect(human).toMatchObject({ status: 1, stdout: '' });
    expect(human.stderr.trim().split('\n')).toHaveLength(2);
    const datasets = path.join(home, 'datasets');
    expect(existsSync(datasets) ? readdirSync(datasets) : []).toEqual([]);
  });

  it('a data folder that cannot be one', async () => {
    const file = path.join(home, 'file');
    writeFileSync(file, '');
    const { status, events } = await runCommand(file, ['datasets', 'add', 'sample:shapes', '--json']);
    expect({ status, events }).toMatchObject({ status: 1, events: [{ error: { code: 'home-unwritable' } }] });
  });
});

/** A header that promises 60,000 images, and no image. */
const LYING_IDX = {
  'train-images-idx3-ubyte':
    '\u0000\u0000\u0008\u0003\u0000\u0000\u0060\u0000\u0000\u0000\u0000\u001c\u0000\u0000\u0000\u001c',
  'train-labels-idx1-ubyte': '\u0000\u0000\u0008\u0001\u0000\u0000\u0060\u0000',
  't10k-images-idx3-ubyte':
    '\u0000\u0000\u0008\u0003\u0000\u0000\u0060\u0000\u0000\u0000\u0000\u001c\u0000\u0000\u0000\u001c',
  't10k-labels-idx1-ubyte': '\u0000\u0000\u0008\u0001\u0000\u0000\u0060\u0000',
};

describe('an import that is interrupted', () => {
  it('says so and leaves nothing', async () => {
    const call = startCommand(home, ['datasets', 'add', 'sample:shapes', '--json']);
    await until(() => existsSync(path.join(home, 'datasets')));
    call.child.kill('SIGINT');
    const { status, events } = await call.ended;
    // On a quick machine the import may have been done by then.
    if (status !== 0) expect(events).toMatchObject([{ error: { code: 'cancelled' } }]);
    expect(readdirSync(path.join(home, 'datasets'))).toHaveLength(status === 0 ? 1 : 0);
  });
});

describe('train', () => {
  let trained: { home: string; remove: () => void };
  /** A network that takes milliseconds per step. */
  let model: string;

  beforeAll(async () => {
    trained = temporaryHome();
    model = path.join(trained.home, 'tiny.json');
    writeFileSync(model, JSON.stringify(TINY_MODEL));
    const added = await runCommand(trained.home, ['datasets', 'add', 'sample:shapes', '--name', 'shapes']);
    expect(added.status).toBe(0);
  });

  afterAll(() => {
    trained.remove();
  });

  function training(...more: string[]): string[] {
    return ['train', '--dataset', 'shapes', '--model', model, '--limit', '64', '--batch', '16', ...more];
  }

  it('streams events, ends with the test result, and keeps the run', async () => {
    const { status, events } = await runCommand(trained.home, training('--epochs', '2', '--seed', '3', '--json'));
    expect(status).toBe(0);
    const kinds = [...new Set(events.map(({ event }) => event))];
    expect(kinds[0]).toBe('created');
    expect(kinds).toEqual(expect.arrayContaining(['preparing', 'started', 'steps', 'epoch', 'checkpoint']));
    const last = events[events.length - 1];
    const run = Number(last?.['run']);
    expect(last).toEqual({
      event: 'finished',
      run,
      test: { accuracy: expect.closeTo(0.5, 0), loss: expect.any(Number) },
    });
    const shown = await runCommand(trained.home, ['runs', 'show', String(run), '--json']);
    expect(shown.events[0]).toMatchObject({
      id: run,
      status: 'finished',
      epochsDone: 2,
      stepsDone: 8,
      recipe: { seed: 3, limit: 64 },
      test: last?.['test'],
      curves: { steps: { step: [1, 2, 3, 4, 5, 6, 7, 8] } },
    });
    const list = await runCommand(trained.home, ['runs', 'list']);
    expect(list.stdout).toMatch(new RegExp(`${String(run)} +finished .*2/2`));
  });

  it.each([
    ['a batch larger than the split', ['--batch', '65'], 'batch-too-large', '65'],
    ['a rate of zero', ['--lr', '0'], 'recipe-invalid', 'learningRate'],
    ['a dataset that is not there', ['--dataset', 'faces'], 'dataset-unknown', 'faces'],
  ])('refuses %s before anything starts', async (_title, words, code, named) => {
    const before = await runCommand(trained.home, ['runs', 'list', '--json']);
    const { status, events } = await runCommand(trained.home, training(...words, '--json'));
    expect(status).toBe(1);
    expect(events).toMatchObject([{ error: { code, message: expect.stringContaining(named) } }]);
    expect((await runCommand(trained.home, ['runs', 'list', '--json'])).events).toEqual(before.events);
  });

  it('stops at Ctrl-C with a checkpoint; meanwhile others may read and not write (hazard 59)', async () => {
    const call = startCommand(trained.home, training('--epochs', '5000', '--json'));
    await call.printed('"event":"epoch"');
    const refused = await runCommand(trained.home, [...training('--json')]);
    expect(refused).toMatchObject({ status: 1, events: [{ error: { code: 'home-busy' } }] });
    const list = await runCommand(trained.home, ['runs', 'list', '--json']);
    expect(list.events[0]).toMatchObject({
      runs: expect.arrayContaining([expect.objectContaining({ status: 'running' })]),
    });
    call.child.kill('SIGINT');
    const { status, events } = await call.ended;
    expect(status).toBe(130);
    const last = events[events.length - 1];
    expect(last).toMatchObject({ event: 'stopped' });
    const shown = await runCommand(trained.home, ['runs', 'show', String(last?.['run']), '--json']);
    const run = shown.events[0] ?? {};
    expect(run['status']).toBe('stopped');
    const checkpoints = checkpointsOf(run);
    expect(checkpoints[checkpoints.length - 1]?.step).toBe(last?.['step']);
    const folder = path.join(trained.home, 'runs', String(last?.['run']).padStart(4, '0'));
    for (const { file } of checkpoints) expect(existsSync(path.join(folder, file))).toBe(true);
  });

  it('ends when nobody reads its output any more', async () => {
    const call = startCommand(trained.home, training('--epochs', '5000', '--json'));
    await call.printed('"event":"started"');
    call.child.stdout?.destroy();
    expect((await call.ended).status).toBe(130);
  });

  it('leaves no worker behind when it is killed, and the run is told as interrupted (hazard 56)', async () => {
    const call = startCommand(trained.home, training('--epochs', '5000', '--json'));
    await call.printed('"event":"epoch"');
    const workers = childrenOf(call.child.pid ?? 0);
    expect(workers.length).toBeGreaterThan(0);
    call.child.kill('SIGKILL');
    await call.ended;
    await until(() => !workers.some(isAlive));
    const list = await runCommand(trained.home, ['runs', 'list', '--json']);
    expect(list.events[0]).toMatchObject({
      runs: expect.arrayContaining([expect.objectContaining({ status: 'interrupted' })]),
    });
  });

  it('goes on where it was killed, to the end of the same run (hazards 46, 56)', async () => {
    const call = startCommand(trained.home, training('--epochs', '40', '--checkpoint-steps', '3', '--json'));
    await call.printed('"event":"epoch"');
    call.child.kill('SIGKILL');
    const { events } = await call.ended;
    const id = String(events[0]?.['run']);
    const resumed = await runCommand(trained.home, ['resume', id, '--json']);
    expect(resumed.status).toBe(0);
    expect(resumed.events[0]).toMatchObject({ event: 'resuming', run: Number(id), passedOver: [] });
    const finished = resumed.events[resumed.events.length - 1];
    expect(finished).toMatchObject({ event: 'finished', run: Number(id) });
    const shown = await runCommand(trained.home, ['runs', 'show', id, '--json']);
    expect(shown.events[0]).toMatchObject({
      status: 'finished',
      epochsDone: 40,
      stepsDone: 160,
      test: finished?.['test'],
    });
    const steps = z.object({ steps: z.object({ step: z.array(z.number()) }) }).parse(shown.events[0]?.['curves']);
    expect(steps.steps.step).toEqual(Array.from({ length: 160 }, (_, index) => index + 1));
    const again = await runCommand(trained.home, ['resume', id, '--json']);
    expect(again).toMatchObject({ status: 1, events: [{ error: { code: 'run-finished' } }] });
  });

  it('is not resumed while another process owns the data folder (hazard 59)', async () => {
    const call = startCommand(trained.home, training('--epochs', '5000', '--json'));
    await call.printed('"event":"started"');
    const refused = await runCommand(trained.home, ['resume', '1', '--json']);
    expect(refused).toMatchObject({ status: 1, events: [{ error: { code: 'home-busy' } }] });
    call.child.kill('SIGINT');
    await call.ended;
  });
});

function checkpointsOf(run: Readonly<Record<string, unknown>>): readonly { file: string; step: number }[] {
  const checkpoints = z.array(z.object({ file: z.string(), step: z.number() }));
  return checkpoints.parse(run['checkpoints']);
}
