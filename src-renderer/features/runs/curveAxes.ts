import type { RunSummary } from '../../../src-main/contract/run.ts';
import { positionOf } from '../../drawing/chartRun.ts';
import type { StepScale } from '../../drawing/chartRun.ts';
import { timeTicks, wholeTicks } from '../../drawing/chartTicks.ts';
import { isActive } from '../../state/runProgress.ts';
import type { ChartAxes } from '../../ui/chartPlot.ts';

/** The shared horizontal axis: the planned epochs or steps of a live run, those that an ended one reached, or the time passed. */
export function horizontalAxis(run: RunSummary, scale: StepScale): ChartAxes['x'] {
  const end = endOf(run, scale);
  const ticks = scale.axis === 'time' ? timeTicks(0, end, 4) : wholeTicks(0, end, 5);
  return { range: [0, end], ticks, whole: scale.axis !== 'time' };
}

function endOf(run: RunSummary, scale: StepScale): number {
  if (scale.axis === 'time') {
    const passed = scale.epochs.reduce((sum, epoch) => sum + epoch.trainSeconds + epoch.evaluationSeconds, 0);
    return Math.max(1, passed, positionOf(scale, run.stepsDone) ?? 0);
  }
  const epochs = Math.max(1, isActive(run.status) ? run.epochs : epochsReached(run));
  return scale.axis === 'epoch' ? epochs : Math.max(1, epochs * run.stepsPerEpoch);
}

/** Epochs that were begun. */
function epochsReached(run: RunSummary): number {
  return run.stepsPerEpoch === 0
    ? run.epochsDone
    : Math.max(run.epochsDone, Math.ceil(run.stepsDone / run.stepsPerEpoch));
}
