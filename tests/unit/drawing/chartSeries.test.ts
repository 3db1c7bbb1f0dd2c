import { describe, expect, it } from 'vitest';
import { StepSeries } from '../../../src-renderer/drawing/chartSeries.ts';

function seriesOf(losses: readonly number[], span = 10): StepSeries {
  const series = new StepSeries(span);
  losses.forEach((loss, index) => series.append(index + 1, loss, 0.1));
  return series;
}

describe('the loss of every step', () => {
  it('is kept as it is while it is short', () => {
    const series = seriesOf([3, 2, 1]);
    expect(series.step).toEqual([1, 2, 3]);
    expect(series.low).toEqual([3, 2, 1]);
    expect(series.high).toEqual([3, 2, 1]);
  });

  it('never grows beyond 2,048 groups and loses no extreme', () => {
    const losses = Array.from({ length: 50_000 }, (_, index) => 1 + Math.sin(index));
    const series = seriesOf(losses);
    expect(series.step.length).toBeLessThanOrEqual(2048);
    expect(series.step[series.step.length - 1]).toBe(50_000);
    series.step.forEach((step, index) => {
      const group = losses.slice(series.step[index - 1] ?? 0, step);
      expect([series.low[index], series.high[index]]).toEqual([Math.min(...group), Math.max(...group)]);
    });
  });

  it('is smoothed without the bias of its start', () => {
    const constant = seriesOf(Array.from({ length: 20 }, () => 2.5));
    for (const value of constant.smooth) expect(value).toBeCloseTo(2.5, 10);
    const step = seriesOf([...Array.from({ length: 50 }, () => 0), ...Array.from({ length: 10 }, () => 1)], 10);
    expect(step.smooth[59]).toBeCloseTo(1 - Math.exp(-1), 1);
  });

  it('stays undefined after a loss that is no number', () => {
    expect(seriesOf([1, NaN, 1]).smooth.map(Number.isNaN)).toEqual([false, true, true]);
  });

  it('remembers at which step the learning rate changed', () => {
    const series = new StepSeries(10);
    for (let step = 1; step <= 6; step += 1) series.append(step, 1, step < 4 ? 0.1 : 0.01);
    expect(series.drops).toEqual([{ step: 4, from: 0.1, to: 0.01 }]);
  });

  it('takes a rate that falls with every step, as a cosine does, for no drop', () => {
    const series = new StepSeries(1);
    for (let step = 1; step <= 100; step += 1) series.append(step, 1, 0.05 * (1 + Math.cos((Math.PI * step) / 100)));
    expect(series.drops).toEqual([]);
  });
});
