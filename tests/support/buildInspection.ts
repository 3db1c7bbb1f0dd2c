/** Answers of a fake main process about what a network has learnt: its real map and weights as they are drawn, and made-up maps. */

import {
  TOP_IMAGES,
  type FeatureMaps,
  type FeatureReuse,
  type InspectRequests,
} from '../../src-main/contract/inspect.ts';
import { DenseLabError } from '../../src-main/contract/errors.ts';
import type { LayerPlan } from '../../src-main/contract/model.ts';
import type { RunDetail } from '../../src-main/contract/run.ts';
import { measureMaps } from '../../src-main/inspection/mapStatistics.ts';
import { drawNetwork } from '../../src-main/inspection/networkMap.ts';
import { featureReuse, reuseDifference } from '../../src-main/inspection/reuse.ts';
import { layerWeights, networkNorms } from '../../src-main/inspection/weights.ts';
import { findLayer, type LoadedCheckpoint } from '../../src-main/inspection/openRun.ts';
import { planModel, tensorsOf } from '../../src-main/model/plan.ts';
import { initialTensor } from '../../src-main/trainer/initialise.ts';
import { drawnCheckpoint } from './exchange.ts';

type Answers = {
  [N in keyof InspectRequests]: (input: InspectRequests[N]['input']) => InspectRequests[N]['output'];
};

const INPUT = { height: 32, width: 32, channels: 3 };
const NONE = { epoch: 1, step: 1, file: 'checkpoints/epoch-0001.safetensors', bytes: 1, sha256: '', createdAt: '' };

/** Answers for runs of any network that reads 32x32x3. */
export function inspectionAnswers(runOf: (id: number) => RunDetail): Answers {
  const open = (id: number, epoch?: number): LoadedCheckpoint => {
    const run = runOf(id);
    if (run.model === null) throw new DenseLabError('checkpoint-missing', 'It has no network.', 'Choose another run.');
    const plan = planModel(run.model, INPUT, run.classNames.length);
    const { description } = drawnCheckpoint(run.model, INPUT, run.classNames.length);
    const values = new Map(tensorsOf(plan).map((tensor) => [tensor.name, initialTensor(tensor, id).data]));
    const { mean, standardDeviation } = description.dataset;
    const record = { ...NONE, epoch: epoch ?? run.best?.epoch ?? 1 };
    return { record, description, plan, normalisation: { mean, standardDeviation }, values };
  };
  const reuse = ({ run, epoch, norm }: InspectRequests['inspect/reuse']['input']): FeatureReuse => {
    const { plan, values, record } = open(run, epoch);
    return { run, epoch: record.epoch, ...featureReuse(plan, values, norm) };
  };
  return {
    'inspect/network': ({ run }) => networkOf(runOf(run), open(run).plan),
    'inspect/image': ({ run }) => {
      const { classNames } = runOf(run);
      const probabilities = classNames.map((_, at) => (at === 0 ? 0.9 : 0.1 / (classNames.length - 1)));
      const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => (at * 7) & 255);
      return { pixels, conversion: null, label: 0, predicted: 0, probabilities, network: 'Epoch 1 of 8.' };
    },
    'inspect/maps': ({ run, epoch, layer }) => mapsOf(open(run, epoch), layer),
    'inspect/activity': ({ run, split, layer }) => {
      const { maps, statistics } = mapsOf(open(run), layer);
      const top = { images: new Uint32Array(maps * TOP_IMAGES), values: new Float32Array(maps * TOP_IMAGES) };
      const { least, most } = statistics;
      // The second map never changes, and the third is the first again.
      const dead = Uint8Array.from({ length: maps }, (_, map) => (map === 1 ? 1 : 0));
      const duplicateOf = Int32Array.from({ length: maps }, (_, map) => (map === 2 ? 0 : -1));
      const correlation = Float32Array.from(duplicateOf, (other) => (other < 0 ? 0 : 0.995));
      return {
        split,
        layer,
        images: 100,
        maps,
        least,
        most,
        dead,
        duplicateOf,
        correlation,
        top: { perMap: TOP_IMAGES, ...top },
      };
    },
    'inspect/cancel': () => null,
    'inspect/classActivation': ({ run, layer, class: label = 0 }) => {
      const { height, width, maps, epoch } = mapsOf(open(run), layer);
      const values = Float32Array.from({ length: height * width }, (_, pixel) => pixel / (height * width));
      return { layer, epoch, class: label, height, width, values, weights: new Float32Array(maps).fill(1) };
    },
    'inspect/occlusion': ({ size, stride, class: label = 0 }) => {
      const edge = Math.ceil(32 / stride);
      const probabilities = Float32Array.from({ length: edge * edge }, (_, place) => 0.9 - place / (2 * edge * edge));
      return { epoch: 1, class: label, size, stride, rows: edge, columns: edge, probabilities, uncovered: 0.9 };
    },
    'inspect/weights': ({ run, epoch, layer }) => layerWeights(open(run, epoch), layer),
    'inspect/norms': ({ run, epoch }) => networkNorms(open(run, epoch)),
    'inspect/reuse': reuse,
    'inspect/reuseDifference': ({ a, b, norm }) => reuseDifference(reuse({ ...a, norm }), reuse({ ...b, norm })),
    'inspect/export': () => ({ path: '/home/ada/maps' }),
  };
}

function networkOf(run: RunDetail, plan: LayerPlan): InspectRequests['inspect/network']['output'] {
  const { parameters, multiplyAdds } = plan;
  const checkpoints = run.checkpoints.map(({ epoch, step }) => {
    return { epoch, step, finished: true, best: epoch === run.best?.epoch, present: true };
  });
  const drawn = { ...drawNetwork(plan), parameters, multiplyAdds, checkpoints };
  const { id, modelTitle: title, classNames } = run;
  return { run: id, title, input: INPUT, classNames, ...drawn, splits: { train: 800, test: 100 } };
}

function mapsOf({ plan, record }: LoadedCheckpoint, name: string): FeatureMaps {
  const { outputShape } = findLayer(plan, name);
  const [height = 1, width = 1] = outputShape.length === 3 ? outputShape : [];
  const maps = outputShape.at(-1) ?? 1;
  const values = Float32Array.from({ length: height * width * maps }, (_, at) => {
    const map = at % maps;
    return map === 1 ? 0 : Math.max(0, Math.sin(at * 0.37 + record.epoch) * (maps - map));
  });
  return { layer: name, epoch: record.epoch, height, width, maps, values, ...measureMaps(values, maps) };
}
