/** `denselab train`. */

import type { Command } from '../command.ts';
import { trainAndFollow } from '../following.ts';
import { readRequest, REQUEST_OPTIONS } from '../runRequest.ts';

/** Trains one network in a worker process, and follows it to its end. */
export const train: Command = {
  name: 'train',
  operands: [],
  options: [...REQUEST_OPTIONS, 'checkpoint-steps'],
  summary: 'Train a model on a dataset, and keep the run',
  details: [
    'Ctrl-C stops between two steps and keeps a checkpoint; a second one ends the training at once.',
    'With --json every event is a line; the last is {"event":"finished","run":ID,"test":{"accuracy":X,"loss":X}}.',
  ],
  async run(call) {
    const request = readRequest(call.args);
    return trainAndFollow(
      call,
      (printer, run) => printer.begin(run),
      (coordinator) => coordinator.start(request),
    );
  },
};
