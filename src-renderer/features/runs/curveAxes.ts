import type { RunSummary } from '../../../src-main/contract/run.ts';
import { positionOf } from '../../drawing/chartRun.ts';
import type { CurveAxis, StepScale } from '../../drawing/chartRun.ts';
import { linearTicks, timeTicks, wholeTicks } from '../../drawing/chartTicks.ts';
import type { Range } from '../../drawing/zoom.ts';
import { isActive } from '../../state/runProgress.ts';
import type { ChartAxes } from '../../ui/chartPlot.ts';

/** The shared horizontal axis, as far as it is shown. */
export function horizontalAxis(range: Range, axis: CurveAxis): ChartAxes['x'] {
  const ticks = axis === 'time' ? timeTicks(...range, 4) : wholeTicks(...range, 5);
  // Between two whole numbers there is none to name.
  return ticks.length > 1 || axis === 'time'
    ? { range, ticks, whole: axis !== 'time' }
    : { range, ticks: linearTicks(...range, 5), whole: false };
}

/** Where the axis ends: at the planned epochs or steps of a live run, at those that an ended one reached, or at the time passed. */
export function endOf(run: RunSummary, scale: StepScale): number {
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
