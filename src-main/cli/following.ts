/** Trains in a worker process what a command has asked for, and follows it to its end. */

import type { RunEvent, TrainerEnding } from '../contract/events.ts';
import type { RunDetail } from '../contract/run.ts';
import type { RunCoordinator } from '../experiments/coordinator.ts';
import { HandoverDesk } from '../experiments/handover.ts';
import { changeQueue } from '../experiments/queueChange.ts';
import type { RunStore } from '../runs/store.ts';
import type { Call } from './command.ts';
import { openCoordinator, withRuns } from './queueing.ts';
import { TrainingPrinter } from './trainingPrinter.ts';

/** Exit status of a program that Ctrl-C has ended. */
export const INTERRUPTED = 130;

/** Puts a run into the queue; its id. */
export type Begin = (coordinator: RunCoordinator) => Promise<number>;

/**
 * Takes the data folder, lets `begin` queue one run, prints what happens until it has ended; the exit status.
 * @param announce prints what is about to be trained; called once, before any event
 */
export async function trainAndFollow(
  call: Call,
  announce: (printer: TrainingPrinter, run: RunDetail) => void,
  begin: Begin,
): Promise<number> {
  const owner = call.parts.takeOwnership(call.home);
  try {
    return await withRuns(call, (runs) => follow(call, runs, announce, begin));
  } finally {
    owner.release();
  }
}

async function follow(
  call: Call,
  runs: RunStore,
  announce: (printer: TrainingPrinter, run: RunDetail) => void,
  begin: Begin,
): Promise<number> {
  const { parts, output } = call;
  const printer = new TrainingPrinter(output);
  const following = new Following();
  const coordinator = await openCoordinator(call, runs, {
    trains: 'asked',
    onChanged: (id) => {
      if (!printer.begun) announce(printer, runs.show(id));
    },
    onEvent: (event) => {
      printer.event(event);
      following.event(event);
    },
  });
  const desk = new HandoverDesk(call.home, (change) => changeQueue(coordinator, change));
  desk.open();
  try {
    const id = await begin(coordinator);
    const stopListening = parts.onInterrupt(interrupter(coordinator, id, output.note.bind(output)));
    const ending = await following.ended;
    stopListening();
    return exitStatus(ending);
  } finally {
    await Promise.all([coordinator.close(), desk.close()]);
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

function exitStatus(ending: TrainerEnding): number {
  if (ending.event === 'finished') return 0;
  return ending.event === 'stopped' && ending.reason === undefined ? INTERRUPTED : 1;
}
