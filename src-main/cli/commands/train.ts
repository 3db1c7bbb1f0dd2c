/** `denselab train`. */

import type { Command } from '../command.ts';
import { trainAndFollow } from '../following.ts';
import { trainQueued } from '../queueRunning.ts';
import { readRequest, REQUEST_OPTIONS } from '../runRequest.ts';
import { asksForSweep, SWEEP_OPTIONS } from '../sweeps.ts';
import { plannedRuns, sweepPlan } from '../sweepPlanning.ts';

/** Trains one network, or every network of a sweep, in worker processes, and follows each to its end. */
export const train: Command = {
  name: 'train',
  operands: [],
  options: [...REQUEST_OPTIONS, ...SWEEP_OPTIONS, 'checkpoint-steps'],
  summary: 'Train a model on a dataset, or all runs of a sweep, and keep what comes of it',
  details: [
    'With --sweep, --beside or --seeds all runs are queued, and trained one after another; one that fails does not end the',
    'sweep. Ctrl-C then pauses the run that trains, and the others wait: denselab queue run goes on with them.',
    'Ctrl-C stops between two steps and keeps a checkpoint; a second one ends the training at once.',
    'With --json every event is a line; the last is {"event":"finished","run":ID,"test":{"accuracy":X,"loss":X}}.',
  ],
  async run(call) {
    const request = readRequest(call.args);
    if (asksForSweep(call.args)) {
      const planned = plannedRuns(await sweepPlan(call, request), request);
      return trainQueued(call, { ...planned, priority: 'normal' });
    }
    return trainAndFollow(
      call,
      (printer, run) => printer.begin(run),
      (coordinator) => coordinator.start(request),
    );
  },
};
