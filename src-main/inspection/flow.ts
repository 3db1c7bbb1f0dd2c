/** Gradient flow as it is shown: each layer with its unit and block. */

import type { GradientFlow } from '../contract/study.ts';
import { blockOf } from './networkMap.ts';
import { unitOf } from './origins.ts';

/** What was recorded of a run, with the places of its layers. */
export function gradientFlow(run: number, recorded: Omit<GradientFlow, 'run' | 'units' | 'blocks'>): GradientFlow {
  const units = recorded.layers.map(unitOf);
  return { run, ...recorded, units, blocks: units.map(blockOf) };
}
