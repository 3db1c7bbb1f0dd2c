import { describe, expect, it } from 'vitest';

import { STANDARD_AUGMENTATION } from '../../../src-main/contract/recipe.ts';
import type { DenseNetSpec } from '../../../src-main/contract/model.ts';
import { compileModel } from '../../../src-main/graph/compile.ts';
import { planModel } from '../../../src-main/model/plan.ts';
import { gatherEvidence } from '../../../src-main/tensorflow/devices/evidence.ts';
import { listDevices } from '../../../src-main/tensorflow/devices/list.ts';
import { cacheDirectory } from '../../../src-main/tensorflow/locate.ts';
import { openSession, type Session } from '../../../src-main/tensorflow/session.ts';
import { initialState } from '../../../src-main/trainer/initialise.ts';
import { placeTraining, timeDevice, type Placement } from '../../../src-main/trainer/placing.ts';
import { writeState } from '../../../src-main/trainer/state.ts';
import { buildSpec } from '../../support/models.ts';

const SPEC: DenseNetSpec = buildSpec({ blockLayers: [1, 1], growthRate: 4, initialFeatures: 8 });

function placement(overrides: Partial<Placement> = {}, accumulation = 1): Placement {
  const plan = planModel(SPEC, { height: 8, width: 8, channels: 3 }, 4);
  const compiled = compileModel(plan, {
    mean: [120, 120, 120],
    standardDeviation: [60, 60, 60],
    augmentation: STANDARD_AUGMENTATION,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    weightDecay: 1e-4,
    accumulation,
  });
  return {
    wish: 'auto',
    compiled,
    cacheDirectory: cacheDirectory(),
    job: { recipe: { batchSize: 8, accumulation, augmentation: STANDARD_AUGMENTATION } },
    initialise: (session) => writeState({ compiled, session }, initialState(plan, compiled.variables, 1)),
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** This machine's GPUs, if it has any that TensorFlow can use. */
const { devices, refusal } = listDevices();

describe('the devices', () => {
  it('are those that TensorFlow lets a graph be put on', () => {
    expect(devices[0]).toBe('CPU:0');
    const { graph } = placement().compiled;
    for (const device of devices) openSession(graph, undefined, device).close();
    // One more than there are: refused, not put elsewhere (hazard 54).
    expect(() => openSession(graph, undefined, `GPU:${String(devices.length - 1)}`)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'device-missing' }) }),
    );
  });

  it('leave evidence of why there are no more', () => {
    const evidence = gatherEvidence(devices, refusal);
    expect(evidence.devices).toEqual(devices);
    expect(evidence.cudaBuilt || devices.length === 1).toBe(true);
    if (evidence.deviceFiles.length === 0) expect(devices).toEqual(['CPU:0']);
  });
});

describe('placing a training', () => {
  it('says why the device was chosen, and pins the whole graph to it', async () => {
    const { session, device } = await placeTraining(placement());
    session.close();
    if (devices.length > 1) expect(device.reason).toMatch(/^It was the fastest over 20 steps: /);
    else
      expect(device).toEqual({ pin: 'CPU:0', name: 'CPU:0', reason: 'It is the only device that TensorFlow lists.' });
  });

  it('stops when a GPU is asked for that is not there, with the reason', async () => {
    if (devices.length > 1) return;
    await expect(placeTraining(placement({ wish: 'gpu:0' }))).rejects.toMatchObject({
      failure: { code: 'device-missing', message: expect.stringMatching(/^There is no GPU:0 because /) },
    });
  });

  it('measures whole steps of the real graph on a device', async () => {
    const timing = await timeDevice(placement(), 'CPU:0');
    expect(timing).toMatchObject({ pin: 'CPU:0', milliseconds: expect.any(Number) });
  });

  it('measures every part of a batch that is trained in parts', async () => {
    let [parts, steps] = [0, 0];
    const asked = placement({}, 4);
    const { accumulate, train } = asked.compiled;
    const initialise = (session: Session): void => {
      asked.initialise(session);
      const run = session.run.bind(session);
      session.run = (feeds, fetches) => {
        if (fetches.includes(accumulate?.fetches.done ?? '')) parts++;
        if (fetches.includes(train.fetches.loss)) steps++;
        return run(feeds, fetches);
      };
    };
    expect(await timeDevice({ ...asked, initialise }, 'CPU:0')).toHaveProperty('milliseconds');
    expect(parts).toBe(3 * steps);
  });

  it('tells of a device that fails, so that the others can still be chosen', async () => {
    expect(await timeDevice(placement(), 'GPU:99')).toEqual({
      pin: 'GPU:99',
      failure: 'TensorFlow has no device GPU:99.',
    });
  });

  it('ends when it is aborted', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(timeDevice(placement({ signal: controller.signal }), 'CPU:0')).rejects.toThrow('stop');
  });
});
