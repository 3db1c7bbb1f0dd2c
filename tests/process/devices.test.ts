/** `--device` through the built command line and real workers. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/commandLine.ts';
import { temporaryHome } from '../support/runs.ts';

const TRAIN = [
  'train',
  '--dataset',
  'shapes-10',
  '--model',
  'densenet-bc-40-12',
  '--epochs',
  '1',
  '--limit',
  '64',
  '--json',
];

let home: string;
let removeHome: () => void;
let gpus: number;

beforeAll(async () => {
  ({ home, remove: removeHome } = temporaryHome());
  const { status } = await runCommand(home, ['datasets', 'add', 'sample:shapes', '--json']);
  expect(status).toBe(0);
  const { events } = await runCommand(home, ['doctor', '--json']);
  const devices = events[0]?.['devices'];
  gpus = Array.isArray(devices) ? devices.length - 1 : 0;
});

afterAll(() => {
  removeHome();
});

async function runsOf(): Promise<unknown> {
  return (await runCommand(home, ['runs', 'list', '--json'])).events[0]?.['runs'];
}

describe('--device', () => {
  it('stops before anything is stored when the GPU is not there, with reason and remedy (hazard 54)', async () => {
    const { status, events } = await runCommand(home, [...TRAIN, '--device', `gpu:${String(gpus)}`]);
    expect(status).toBe(1);
    expect(events).toEqual([
      {
        error: {
          code: 'device-missing',
          message: expect.stringMatching(/^There is no GPU:\d/),
          action: expect.stringMatching(/--device/),
        },
      },
    ]);
    expect(await runsOf()).toEqual([]);
  });

  it('refuses what is no device', async () => {
    const { status, events } = await runCommand(home, [...TRAIN, '--device', 'tpu']);
    expect(status).toBe(1);
    expect(events[0]).toMatchObject({ error: { code: 'usage', action: 'Write, say, --device gpu:0.' } });
  });

  it('stores the device that was used, and why', async () => {
    const { status, events } = await runCommand(home, [...TRAIN, '--device', 'cpu', '--batch', '32']);
    expect(status).toBe(0);
    const environment = { device: 'CPU:0', deviceReason: 'It was asked for.' };
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'started', environment: expect.objectContaining(environment) }),
    );
    const { stdout } = await runCommand(home, ['runs', 'show', '1']);
    expect(stdout).toMatch(/Device +CPU:0, .*It was asked for\./);
  });
});
