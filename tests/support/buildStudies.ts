/** Answers of a fake main process about experiments with networks: the real layers, and made-up numbers. */

import { DenseLabError } from '../../src-main/contract/errors.ts';
import type { LayerPlan } from '../../src-main/contract/model.ts';
import type { RunDetail } from '../../src-main/contract/run.ts';
import type { ComparedLayers, StudyRequests } from '../../src-main/contract/study.ts';
import { gradientFlow } from '../../src-main/inspection/flow.ts';
import { comparedUnits, probePlaces } from '../../src-main/inspection/studied.ts';
import { planModel } from '../../src-main/model/plan.ts';

type Answers = { [N in keyof StudyRequests]: (input: StudyRequests[N]['input']) => StudyRequests[N]['output'] };

/** Answers for runs of any network that reads 32x32x3. */
export function studyAnswers(runOf: (id: number) => RunDetail): Answers {
  const planOf = (id: number): LayerPlan => {
    const { model, classNames } = runOf(id);
    if (model === null) throw new DenseLabError('checkpoint-missing', 'It has no network.', 'Choose another run.');
    return planModel(model, { height: 32, width: 32, channels: 3 }, classNames.length);
  };
  const epochOf = (id: number, epoch?: number): number => epoch ?? runOf(id).best?.epoch ?? 1;
  const compared = (id: number, epoch?: number): ComparedLayers => {
    const units = comparedUnits(planOf(id));
    return {
      run: id,
      epoch: epochOf(id, epoch),
      units: units.map(({ unit }) => unit),
      layers: units.map(({ layer }) => layer),
    };
  };
  return {
    'inspect/gradients': ({ run }) => {
      const layers = planOf(run).layers.flatMap(({ name, parameters }) => (parameters > 0 ? [name] : []));
      const epochs = Array.from({ length: runOf(run).epochsDone }, (_, at) => at + 1);
      const numbers = (scale: number) =>
        layers.map((_, layer) => epochs.map((epoch) => scale / (1 + (layer % 7)) / epoch));
      return gradientFlow(run, { layers, epochs, gradientNorm: numbers(1), updateRatio: numbers(0.01) });
    },
    'inspect/probe': ({ run, epoch }) => {
      const places = probePlaces(planOf(run)).map(({ place, layer }, at) => {
        return { place, layer, features: 16 * (at + 1), trainAccuracy: 0.4 + 0.18 * at, accuracy: 0.38 + 0.17 * at };
      });
      const images = { fittedTo: 800, split: 'test', images: 100 } as const;
      return { run, epoch: epochOf(run, epoch), ...images, places, network: 0.9 };
    },
    'inspect/similarity': ({ a, b }) => {
      const [rows, columns] = [compared(a.run, a.epoch), compared(b.run, b.epoch)];
      const matrix = rows.units.map((_, row) =>
        columns.units.map(
          (_unit, column) => 1 / (1 + Math.abs(row / rows.units.length - column / columns.units.length)),
        ),
      );
      return { a: rows, b: columns, split: 'test', images: 100, matrix };
    },
    'inspect/whatIf': ({ run, epoch, changes }) => {
      const perClass = runOf(run).classNames.map((_, label) => (label === 1 ? null : 0.9));
      return {
        run,
        epoch: epochOf(run, epoch),
        changes,
        split: 'test',
        images: 100,
        before: { accuracy: 0.9, loss: 0.3, perClass },
        after: { accuracy: 0.87, loss: 0.41, perClass },
        changed: 5,
        zeroed: changes.every(({ kind }) => kind === 'quantise') ? 0 : 108,
        rounded: changes.some(({ kind }) => kind === 'quantise') ? 40_000 : 0,
      };
    },
  };
}
