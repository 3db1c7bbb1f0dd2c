import { describe, expect, it } from 'vitest';

import { planModel } from '../../../src-main/model/plan.ts';
import { PEER_ENTRIES, type Entry } from '../../bench/contenders.ts';
import { summarise, type Contender } from '../../bench/figures.ts';
import { goalsOf, goalsToMarkdown, missedGoals, type Goal } from '../../bench/goals.ts';
import { BATCH, CLASSES, INPUT, specOf, stepOperations } from '../../bench/workload.ts';

function contender(id: string, minimum: number, overrides: Partial<Entry> = {}, peakBytes = 1e9): Contender {
  const entry = PEER_ENTRIES.find((one) => one.id === id);
  if (entry === undefined) throw new Error(`no entry ${id}`);
  const measurement = {
    milliseconds: [minimum, minimum + 50],
    processorMilliseconds: [1, 1],
    firstMilliseconds: 1,
    peakBytes,
    losses: [],
    version: 'V',
  };
  return summarise({ ...entry, ...overrides }, [measurement]);
}

function goal(goals: readonly Goal[], name: string, precision = 'float32'): Goal {
  const found = goals.find((one) => one.name.includes(name) && one.precision === precision);
  if (found === undefined) throw new Error(`no goal ${name}`);
  return found;
}

const worker = { float32: { steps: 10, wallMilliseconds: 1000, sessionMilliseconds: 960 } };

describe('the goals of a bench', () => {
  it('take the fastest variant of either side', () => {
    const goals = goalsOf({
      contenders: [
        contender('denselab-float32-bc40', 250),
        contender('denselab-float32-bc40', 100, { id: 'another' }),
        contender('keras-bc40', 300),
        contender('keras-xla-bc40', 200),
      ],
      rates: null,
      worker: null,
    });
    expect(goal(goals, 'Keras').reached).toBe(2);
  });

  it('measure the promised memory while recomputing, and the speed while not', () => {
    const goals = goalsOf({
      contenders: [
        contender('denselab-float32-bc100', 900, {}, 3e9),
        contender('denselab-float32-bc100-recomputed', 1100, {}, 1.2e9),
      ],
      rates: null,
      worker: null,
    });
    expect(goal(goals, 'peak memory').reached).toBe(1.2);
  });

  it('tell the time outside the session call as a share', () => {
    const goals = goalsOf({ contenders: [], rates: null, worker });
    expect(goal(goals, 'outside').reached).toBeCloseTo(4, 9);
    expect(missedGoals([goal(goals, 'outside')])).toEqual([]);
  });

  it('are missed when they are not measured, and when less is better and more came', () => {
    const unmeasured = goal(goalsOf({ contenders: [], rates: null, worker: null }), 'Keras');
    expect(missedGoals([unmeasured])).toEqual(['faster than Keras, float32: not measured, promised 1.90 times']);
    expect(missedGoals([{ ...unmeasured, reached: 1.9 }])).toEqual([]);
    expect(missedGoals([{ ...unmeasured, better: 'less', reached: 1.91 }])).toHaveLength(1);
  });

  it('stand in a table with what is promised and aimed at', () => {
    const [first] = goalsOf({ contenders: [], rates: null, worker });
    const reached = { ...(first as Goal), reached: 2 };
    expect(goalsToMarkdown([reached])).toContain(
      '| faster than Keras | float32 | 2.00 times | at least 1.90 times | 2.40 times | yes |',
    );
  });
});

describe('the operations of a step', () => {
  it('are six for each multiply-add, but four for the stem, and transitions pool first', () => {
    const plan = planModel(specOf('bc40'), INPUT, CLASSES);
    const macsOf = (name: string): number => plan.layers.find((layer) => layer.name === name)?.multiplyAdds ?? NaN;
    const pooled = macsOf('transition1/conv') + macsOf('transition2/conv');
    const perImage = 6 * (plan.multiplyAdds - (3 / 4) * pooled) - 2 * macsOf('stem/conv');
    expect(stepOperations(plan, BATCH)).toBe(BATCH * perImage);
  });
});

describe('the entries of a bench', () => {
  it('have ids of their own', () => {
    expect(new Set(PEER_ENTRIES.map(({ id }) => id)).size).toBe(PEER_ENTRIES.length);
  });
});
