/** `denselab train`. */

import { QUICK_RECIPE, type TrainingRecipe } from '../../contract/recipe.ts';
import type { RunEvent, TrainerEnding } from '../../contract/events.ts';
import type { RunRequest } from '../../contract/run.ts';
import { RunCoordinator } from '../../experiments/coordinator.ts';
import { threadsFor } from '../../experiments/threads.ts';
import type { Arguments } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { readDevice } from '../devices.ts';
import { readModel } from '../models.ts';
import { TrainingPrinter } from '../trainingPrinter.ts';

/** Exit status of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** Trains one network in a worker process, and follows it to its end. */
export const train: Command = {
  name: 'train',
  operands: [],
  options: ['dataset', 'model', 'epochs', 'batch', 'lr', 'seed', 'augment', 'limit', 'name', 'device'],
  summary: 'Train a model on a dataset, and keep the run',
  details: [
    'Ctrl-C stops between two steps and keeps a checkpoint; a second one ends the training at once.',
    'With --json every event is a line; the last is {"event":"finished","run":ID,"test":{"accuracy":X,"loss":X}}.',
  ],
  async run(call) {
    const request = readRequest(call.args);
    const owner = call.parts.takeOwnership(call.home);
    try {
      return await trainOnce(call, request);
    } finally {
      owner.release();
    }
  },
};

function readRequest(args: Arguments): RunRequest {
  const name = args.text('name');
  return {
    dataset: args.required('dataset'),
    model: readModel(args.required('model')),
    recipe: readRecipe(args),
    ...(name === undefined ? {} : { name }),
    device: readDevice(args),
  };
}

function readRecipe(args: Arguments): TrainingRecipe {
  return {
    ...QUICK_RECIPE,
    epochs: args.number('epochs') ?? QUICK_RECIPE.epochs,
    batchSize: args.number('batch') ?? QUICK_RECIPE.batchSize,
    learningRate: args.number('lr') ?? QUICK_RECIPE.learningRate,
    seed: args.number('seed') ?? QUICK_RECIPE.seed,
    augmentation: args.text('augment') === 'none' ? 'none' : QUICK_RECIPE.augmentation,
    limit: args.number('limit') ?? QUICK_RECIPE.limit,
  };
}

/** Stores the run, trains it, prints what happens; the exit status. */
async function trainOnce({ parts, home, output }: Call, request: RunRequest): Promise<number> {
  const runs = parts.openRuns(home);
  try {
    runs.markInterrupted();
    const printer = new TrainingPrinter(output);
    const following = new Following();
    const coordinator = new RunCoordinator({
      home,
      cacheDirectory: parts.cacheDirectory,
      version: parts.version,
      threads: threadsFor(parts.cores),
      runs,
      datasets: await parts.openDatasets(home),
      spawn: parts.spawn,
      onChanged: (id) => {
        if (!printer.begun) printer.begin(runs.show(id));
      },
      onEvent: (event) => {
        printer.event(event);
        following.event(event);
      },
    });
    const id = await coordinator.start(request);
    const stopListening = parts.onInterrupt(interrupter(coordinator, id, output.note.bind(output)));
    const ending = await following.ended;
    await coordinator.close();
    stopListening();
    return exitStatus(ending);
  } finally {
    runs.close();
  }
}

/** Waits for the one event that ends a training. */
class Following {
  readonly ended: Promise<TrainerEnding>;
  #resolve: (ending: TrainerEnding) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
  }

  event(event: RunEvent): void {
    if (event.event === 'finished' || event.event === 'stopped' || event.event === 'failed') this.#resolve(event);
  }
}

/** Stops at the first call, kills at the second. */
function interrupter(coordinator: RunCoordinator, id: number, note: (text: string) => void): () => void {
  let interrupted = false;
  return () => {
    if (coordinator.activeRun === null) return;
    if (interrupted) {
      coordinator.kill();
      return;
    }
    interrupted = true;
    note('Stopping after this step; press Ctrl-C again to end at once.');
    coordinator.stop(id);
  };
}

function exitStatus({ event }: TrainerEnding): number {
  if (event === 'finished') return 0;
  return event === 'stopped' ? INTERRUPTED : 1;
}
