/** Owns a data folder, is told five steps, and then nothing more. Killed by its test. */

import { takeOwnership } from '../../../src-main/runs/ownership.ts';
import { openRunStore } from '../../../src-main/runs/store.ts';
import { buildRun, buildStep, SQLITE, started, steps } from '../runs.ts';

const [home = ''] = process.argv.slice(2);
takeOwnership(home, SQLITE);
const store = openRunStore(home, SQLITE);
const { id } = store.create(buildRun());
store.recordEvent(id, started());
for (const step of [1, 2, 3, 4, 5]) store.recordEvent(id, steps(buildStep(step)));
process.stdout.write('told\n');
setInterval(() => undefined, 1000);
