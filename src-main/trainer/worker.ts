/** Entry of the training process: takes one job, trains it, tells of it, and leaves when its owner lets it go. */

import { openOwnerChannel } from '../process/channel.ts';
import { guardAgainstOrphaning } from '../process/orphanGuard.ts';
import { TrainingWorker } from './trainingWorker.ts';

const channel = openOwnerChannel();
guardAgainstOrphaning();
channel.onOwnerGone(() => process.exit(0));

const worker = new TrainingWorker({
  emit: (event) => channel.post(event),
  exit: () => process.exit(0),
});
channel.onMessage((message) => worker.receive(message));

// Ctrl-C in a terminal reaches the whole process group; what it means is the owner's choice.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => worker.receive({ kind: 'stop' }));
