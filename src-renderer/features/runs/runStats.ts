import type { RunDetail, RunSummary } from '../../../src-main/contract/run.ts';
import { isActive, secondsLeft } from '../../state/runProgress.ts';
import type { LiveReading } from '../../state/runProgress.ts';
import {
  formatClock,
  formatCount,
  formatDuration,
  formatDurationShort,
  formatLoss,
  formatNumber,
  formatPercent,
} from '../../ui/format.ts';
import type { Stat } from '../../ui/stat.ts';

/** The readings below the name of a run: what it is doing while it is live, what came of it afterwards. */
export function runStats(run: RunSummary, reading: LiveReading, detail: RunDetail | null): readonly Stat[] {
  const split = run.heldOutSplit;
  if (run.origin === 'weights') return [{ label: 'Parameters', value: formatCount(run.parameters ?? 0) }];
  return [
    run.best === null
      ? { label: `Best ${split}`, value: '' }
      : {
          label: `Best ${split}`,
          value: formatPercent(run.best.accuracy),
          unit: `% at ${formatNumber(run.best.epoch)}`,
        },
    lastStat(run),
    { label: 'Epoch', value: formatNumber(run.epochsDone), unit: `of ${formatNumber(run.epochs)}` },
    ...(isActive(run.status) ? liveStats(run, reading) : endedStats(run, detail)),
  ];
}

/**
 * `The last epoch took 22.0 s, 5% longer than the 21.0 s that were foretold (calibrated).` Null before the first epoch, and where
 * nothing was foretold.
 */
export function foretoldWords({ last }: RunSummary, { forecast }: Pick<RunDetail, 'forecast'>): string | null {
  if (last === null || forecast === null) return null;
  const seconds = last.trainSeconds + last.evaluationSeconds;
  const error = seconds / forecast.secondsPerEpoch - 1;
  if (!Number.isFinite(error)) return null;
  const percent = formatNumber(Math.abs(error) * 100);
  const how = percent === '0' ? 'as long as' : `${percent}% ${error > 0 ? 'longer' : 'shorter'} than`;
  const told = `the ${formatDuration(forecast.secondsPerEpoch)} that were foretold (${forecast.source})`;
  return `The last epoch took ${formatDuration(seconds)}, ${how} ${told}.`;
}

function lastStat(run: RunSummary): Stat {
  if (run.last === null) return { label: 'Last', value: '' };
  const { accuracy, loss } = run.last.heldOut;
  return Number.isFinite(loss)
    ? { label: 'Last', value: formatPercent(accuracy), unit: '%' }
    : { label: 'Last', value: 'NaN', state: 'bad' };
}

function liveStats(run: RunSummary, reading: LiveReading): readonly Stat[] {
  const left = secondsLeft(run, reading);
  return [
    {
      label: 'Images per second',
      value: reading.imagesPerSecond === null ? '' : formatNumber(reading.imagesPerSecond),
    },
    left === null
      ? { label: 'Left', value: '' }
      : {
          label: 'Left',
          value: formatDurationShort(left),
          unit: `to ${formatClock(new Date(Date.now() + left * 1000))}`,
        },
  ];
}

function endedStats(run: RunSummary, detail: RunDetail | null): readonly Stat[] {
  const seconds =
    run.startedAt === null || run.endedAt === null ? NaN : (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
  const test = detail?.test ?? null;
  if (run.origin === 'log') return [{ label: 'Took', value: formatDurationShort(seconds) }];
  return [
    test === null
      ? { label: 'Test', value: '' }
      : { label: 'Test', value: formatPercent(test.accuracy), unit: `%, loss ${formatLoss(test.loss)}` },
    { label: 'Took', value: formatDurationShort(seconds) },
  ];
}
