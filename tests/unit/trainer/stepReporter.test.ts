import { describe, expect, it } from 'vitest';
import type { TrainerEvent } from '../../../src-main/contract/events.ts';
import { StepReporter } from '../../../src-main/trainer/stepReporter.ts';

/** Steps of a fixed length on a clock that the test moves. */
function reporting() {
  let time = 1_000;
  const messages: Extract<TrainerEvent, { event: 'steps' }>[] = [];
  const reporter = new StepReporter(
    (event) => event.event === 'steps' && messages.push(event),
    () => time,
  );
  let step = 0;
  const advance = (milliseconds: number): void => {
    time += milliseconds;
  };
  const run = (steps: number, milliseconds: number, images = 64): void => {
    for (let done = 0; done < steps; done++) {
      advance(milliseconds);
      reporter.record({ step: ++step, epoch: 1, loss: 1, learningRate: 0.1, gradientNorm: 1 }, images);
    }
  };
  return { reporter, messages, advance, run };
}

describe('StepReporter', () => {
  it('sends at most 20 messages a second, and every step once, in order', () => {
    const { reporter, messages, run } = reporting();
    reporter.resume();
    run(1000, 1);
    reporter.flush();
    expect(messages.length).toBeLessThanOrEqual(21);
    const steps = messages.flatMap((message) => message.steps.map(({ step }) => step));
    expect(steps).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });

  it('sends a slow step at once', () => {
    const { reporter, messages, run } = reporting();
    reporter.resume();
    run(3, 400);
    expect(messages.map(({ steps }) => steps.length)).toEqual([1, 1, 1]);
  });

  it('tells images per second of the last seconds', () => {
    const { reporter, messages, run } = reporting();
    reporter.resume();
    run(20, 500);
    expect(messages.at(-1)?.imagesPerSecond).toBeCloseTo(128);
    run(20, 250);
    expect(messages.at(-1)?.imagesPerSecond).toBeCloseTo(256);
  });

  it('leaves a pause out of the rate', () => {
    const { reporter, messages, advance, run } = reporting();
    reporter.resume();
    run(4, 500);
    advance(60_000);
    reporter.resume();
    run(1, 500);
    expect(messages.at(-1)?.imagesPerSecond).toBeCloseTo(128);
  });

  it('sends nothing when there is nothing to tell', () => {
    const { reporter, messages } = reporting();
    reporter.flush();
    expect(messages).toEqual([]);
  });
});
