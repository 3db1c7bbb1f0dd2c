/** `denselab resume`. */

import type { Resumption } from '../../contract/run.ts';
import { readRunId } from '../arguments.ts';
import type { Call, Command } from '../command.ts';
import { readDevice } from '../devices.ts';
import { trainAndFollow } from '../following.ts';
import { count } from '../format.ts';

/** Goes on with a run from its newest good checkpoint, and follows it to its end. */
export const resume: Command = {
  name: 'resume',
  operands: ['ID'],
  options: ['force', 'checkpoint-steps', 'device'],
  summary: 'Go on with a run that was stopped, failed or was interrupted',
  details: [
    'The result is byte for byte that of a run that was never stopped, on the same machine with the same software.',
    'With --json every event is a line, as with train.',
  ],
  run(call) {
    const id = readRunId(call.args.operands[0] ?? '');
    const force = call.args.flag('force');
    const device = call.args.text('device') === undefined ? {} : { device: readDevice(call.args) };
    return trainAndFollow(
      call,
      (printer, run) => printer.continue(run),
      async (coordinator) => {
        tell(call, await coordinator.resume(id, { force, ...device }));
        return id;
      },
    );
  },
};

/** From where it goes on, and which checkpoints were passed over. */
function tell({ output }: Call, { id, epochsFinished, step, passedOver }: Resumption): void {
  output.event({ event: 'resuming', run: id, epochsFinished, step, passedOver });
  output.lines([
    ...passedOver.map(({ reason }) => `Passed over: ${reason}`),
    step === 0 ? 'Starting again from the beginning: there is no checkpoint yet' : `Going on after step ${count(step)}`,
  ]);
}
