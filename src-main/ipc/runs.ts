/** Answers about models and runs. */

import type { RunLog, RunSummary } from '../contract/run.ts';
import type { RunCoordinator } from '../experiments/coordinator.ts';
import { previewRates } from '../experiments/ratePreview.ts';
import { planModel } from '../model/plan.ts';
import { PRESETS } from '../model/presets.ts';
import type { RunStore } from '../runs/store.ts';
import type { Handlers } from './register.ts';

/** What the answers need. */
export interface RunHandlerParts {
  readonly runs: RunStore;
  readonly coordinator: RunCoordinator;
  readonly readLog: (id: number) => RunLog;
  readonly onChanged: (id: number, run: RunSummary | null) => void;
}

/** Handlers of `models/*` and `recipes/*`: pure arithmetic, nothing is stored. */
export function modelHandlers() {
  return {
    'models/presets': () => PRESETS,
    'models/describe': ({ model, input, classes }) => planModel(model, input, classes),
    'recipes/preview': ({ recipe, stepsPerEpoch }) => previewRates(recipe, stepsPerEpoch),
  } satisfies Partial<Handlers>;
}

/** Handlers of `runs/*`. */
export function runHandlers({ runs, coordinator, readLog, onChanged }: RunHandlerParts) {
  const changed = (run: RunSummary): RunSummary => {
    onChanged(run.id, run);
    return run;
  };
  return {
    'runs/list': () => runs.list(),
    'runs/show': ({ id }) => runs.show(id),
    'runs/curves': ({ id }) => runs.curves(id),
    'runs/start': async (request) => ({ id: await coordinator.start(request) }),
    'runs/stop': ({ id }) => {
      coordinator.stop(id);
      return null;
    },
    'runs/pause': ({ id }) => {
      coordinator.pause(id);
      return null;
    },
    'runs/log': ({ id }) => readLog(runs.show(id).id),
    'runs/resume': ({ id, force }) => coordinator.resume(id, { force }),
    'runs/annotate': ({ id, change }) => changed(runs.annotate(id, change)),
    'runs/rename': ({ id, name }) => changed(runs.rename(id, name)),
    'runs/remove': ({ id }) => {
      runs.setAside(id);
      onChanged(id, null);
      coordinator.look();
      return null;
    },
    'runs/restore': ({ id }) => {
      const restored = changed(runs.restore(id));
      // It may wait in the queue again.
      coordinator.look();
      return restored;
    },
  } satisfies Partial<Handlers>;
}
