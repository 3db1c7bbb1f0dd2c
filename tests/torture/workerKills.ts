/** The worker is killed at seeded random moments, again and again, and its runs go on until they have finished. */

import { isDeepStrictEqual } from 'node:util';
import type { TrainerEnding } from '../../src-main/contract/events.ts';
import { createRandom } from '../../src-main/datasets/random.ts';
import { Laboratory, type Watcher } from '../support/trainer/laboratory.ts';
import type { KillReport } from './report.ts';

/** Five steps an epoch, with a checkpoint after every second step. */
const RECIPE = { epochs: 6, limit: 160, batchSize: 32, seed: 7 };
const KINDS = ['preparing', 'resumed', 'started', 'steps', 'evaluating', 'epoch', 'checkpoint'] as const;
/** Milliseconds behind an event: an epoch takes about so long. */
const LONGEST_WAIT = 120;
const KILLS_PER_RUN = 10;

/** Kills workers `kills` times; runs are compared with one that was never killed, weights and all. */
export async function killWorkers(kills: number, seed: number, tell: (text: string) => void): Promise<KillReport> {
  const lab = await Laboratory.open({ saving: { seconds: null, steps: 2 } });
  const random = createRandom(seed);
  const report = { victim: 'worker', kills: 0, runs: 0, lostEpochs: 0, differentRuns: 0 };
  try {
    const { id: whole } = await lab.train(RECIPE);
    const uninterrupted = lab.remains(whole);
    while (report.kills < kills) {
      let acknowledged = 0;
      let killed = false;
      const watch = (): Watcher => {
        const kind = KINDS[random.below(KINDS.length)] ?? 'steps';
        const wait = random.below(LONGEST_WAIT);
        let armed = true;
        killed = false;
        return (event, worker) => {
          if (event.event === 'epoch') acknowledged = Math.max(acknowledged, event.metrics.epoch);
          if (!armed || event.event !== kind) return;
          armed = false;
          setTimeout(() => {
            killed = true;
            worker.kill();
          }, wait);
        };
      };
      const judge = (id: number, ending: TrainerEnding): void => {
        if (!killed || ending.event !== 'failed') return;
        report.kills++;
        if (lab.runs.show(id).epochsDone < acknowledged) report.lostEpochs++;
      };
      const first = await lab.train(RECIPE, watch());
      judge(first.id, first.ending);
      for (let kill = 1; kill < KILLS_PER_RUN && report.kills < kills; kill++) {
        if (lab.runs.show(first.id).status === 'finished') break;
        judge(first.id, (await lab.resume(first.id, watch())).ending);
      }
      if (lab.runs.show(first.id).status !== 'finished') await lab.resume(first.id);
      report.runs++;
      if (!isDeepStrictEqual(lab.remains(first.id), uninterrupted)) report.differentRuns++;
      tell(`worker: ${String(report.kills)} of ${String(kills)} kills`);
    }
    return report;
  } finally {
    await lab.close();
  }
}
