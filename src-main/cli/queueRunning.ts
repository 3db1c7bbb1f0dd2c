/** Trains what waits in the queue until nothing does, for machines without a window. */

import { DenseLabError } from '../contract/errors.ts';
import type { RunEvent } from '../contract/events.ts';
import type { QueueAddition } from '../contract/queue.ts';
import { HandoverDesk } from '../experiments/handover.ts';
import { changeQueue } from '../experiments/queueChange.ts';
import type { CoordinatorParts, RunCoordinator } from '../experiments/coordinator.ts';
import type { RunStore } from '../runs/store.ts';
import type { Call } from './command.ts';
import { INTERRUPTED } from './following.ts';
import { openCoordinator, withRuns } from './queueing.ts';
import { TrainingPrinter } from './trainingPrinter.ts';

/** Prints the runs of a queue one after another, and counts how they end. */
class QueuePrinter {
  readonly #call: Call;
  readonly #runs: RunStore;
  #printer: { readonly run: number; readonly printer: TrainingPrinter } | undefined;
  readonly counts = { finished: 0, failed: 0, stopped: 0 };

  constructor(call: Call, runs: RunStore) {
    this.#call = call;
    this.#runs = runs;
  }

  event(event: RunEvent): void {
    this.#printerOf(event.run).event(event);
    if (event.event === 'finished' || event.event === 'failed' || event.event === 'stopped') {
      this.counts[event.event]++;
      this.#call.output.lines(['']);
    }
  }

  #printerOf(run: number): TrainingPrinter {
    if (this.#printer?.run === run) return this.#printer.printer;
    const printer = new TrainingPrinter(this.#call.output);
    printer.continue(this.#runs.show(run));
    this.#printer = { run, printer };
    return printer;
  }
}

/**
 * Takes the folder and trains to the end of the queue; others may change it meanwhile. Exit status 0 when every run finished.
 * @throws DenseLabError `home-busy`, `queue-paused`
 */
export function runQueue(call: Call): Promise<number> {
  return owning(call, (runs) => {
    if (runs.waiting.paused) {
      throw new DenseLabError('queue-paused', 'The queue is paused.', 'Let it go on with: denselab queue resume');
    }
    return trainAll(call, runs, 'queue', (coordinator) => coordinator.look());
  });
}

/**
 * Takes the folder, queues runs, and trains them to the end of the last one; what waited before goes on waiting.
 * @throws DenseLabError `home-busy`, as `RunCoordinator.add`
 */
export function trainQueued(call: Call, addition: QueueAddition): Promise<number> {
  return owning(call, (runs) => trainAll(call, runs, 'asked', (coordinator) => coordinator.add(addition, true)));
}

async function owning(call: Call, work: (runs: RunStore) => Promise<number>): Promise<number> {
  const owner = call.parts.takeOwnership(call.home);
  try {
    return await withRuns(call, work);
  } finally {
    owner.release();
  }
}

/** @param begin makes the coordinator train, or look for what it should train */
async function trainAll(
  call: Call,
  runs: RunStore,
  trains: CoordinatorParts['trains'],
  begin: (coordinator: RunCoordinator) => unknown,
): Promise<number> {
  const printer = new QueuePrinter(call, runs);
  let over: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (over = resolve));
  const coordinator = await openCoordinator(call, runs, {
    trains,
    onEvent: (event) => printer.event(event),
    onQueue: ({ running }) => {
      if (running === null) over();
    },
  });
  const desk = new HandoverDesk(call.home, (change) => changeQueue(coordinator, change));
  const interrupt = interrupter(coordinator, call, over);
  const stopListening = call.parts.onInterrupt(interrupt.listener);
  desk.open();
  try {
    await begin(coordinator);
    await ended;
  } finally {
    await Promise.all([coordinator.close(), desk.close()]);
    stopListening();
  }
  return tell(call, printer.counts, runs.waiting.waiting().length, interrupt.happened());
}

/** The first call pauses the run that trains and ends the queue, the second one kills. */
function interrupter(coordinator: RunCoordinator, { output }: Call, over: () => void) {
  let happened = false;
  const listener = (): void => {
    if (happened) {
      coordinator.kill();
      return;
    }
    happened = true;
    output.note('Pausing after this step; press Ctrl-C again to end at once.');
    if (coordinator.activeRun !== null) coordinator.pause(coordinator.activeRun);
    over();
  };
  return { listener, happened: () => happened };
}

function tell({ output }: Call, counts: QueuePrinter['counts'], waiting: number, interrupted: boolean): number {
  output.result({ event: 'queue', ...counts, waiting }, () => [
    `${String(counts.finished)} finished, ${String(counts.failed)} failed, ${String(counts.stopped)} stopped or paused; ` +
      `${String(waiting)} wait`,
  ]);
  if (interrupted) return INTERRUPTED;
  return counts.failed === 0 ? 0 : 1;
}
