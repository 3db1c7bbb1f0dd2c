/** Owns a data folder and writes runs as fast as it can; says on stdout what has been acknowledged. Killed by its test. */

import { takeOwnership } from '../../../src-main/runs/ownership.ts';
import { openRunStore } from '../../../src-main/runs/store.ts';
import { buildEpoch, buildRun, buildStep, epochDone, SQLITE, started, steps } from '../runs.ts';

const [home = ''] = process.argv.slice(2);
takeOwnership(home, SQLITE);
const store = openRunStore(home, SQLITE);
const { id } = store.create(buildRun());
store.recordEvent(id, started());
process.stdout.write(`run ${String(id)}\n`);
for (let epoch = 1; ; epoch++) {
  store.recordEvent(id, steps(buildStep(epoch * 2 - 1), buildStep(epoch * 2)));
  store.recordEvent(id, epochDone(buildEpoch(epoch)));
  process.stdout.write(`epoch ${String(epoch)}\n`);
}
